package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import io.millrace.model.SeriesId;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.ChunkStore;
import io.millrace.storage.MetricChunk;
import io.millrace.storage.RetentionClass;
import io.millrace.storage.RetentionPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/** Chunks in the tables {@code chunks_*}, and merged rows in {@code merged_*}. Thread-safe. */
final class CassandraChunkStore implements ChunkStore {
    /** Key columns and lengths of a row beside its data and metric. */
    private static final int ROW_BYTES = 80;

    /** Day by day, each in the order of the table: so rows come out of Cassandra, and hardly anything is left to sort. */
    private static final Comparator<ChunkRow> BY_DAY_AND_KEY = (left, right) -> {
        int order = Integer.compare(SeriesDay.day(left), SeriesDay.day(right));
        if (order == 0) {
            order = left.series().compareTo(right.series());
        }
        if (order == 0) {
            order = Long.compare(left.startMs(), right.startMs());
        }
        return order != 0 ? order : Long.compare(left.offset(), right.offset());
    };

    private final Requests requests;
    private final RetentionPolicy retention;
    private final Map<RetentionClass, InsertChunk> insert = new EnumMap<>(RetentionClass.class);
    private final Map<RetentionClass, SelectChunks> select = new EnumMap<>(RetentionClass.class);
    private final Map<RetentionClass, SelectMerged> merged = new EnumMap<>(RetentionClass.class);
    private final Map<RetentionClass, AggregateStatements> aggregates = new EnumMap<>(RetentionClass.class);

    CassandraChunkStore(CqlSession session, RetentionPolicy retention) {
        this.requests = new Requests(session);
        this.retention = retention;
        for (RetentionClass each : RetentionClass.values()) {
            insert.put(each, new InsertChunk(session, each));
            select.put(each, new SelectChunks(session, each));
            merged.put(each, new SelectMerged(session, each));
            aggregates.put(each, new AggregateStatements(session, each));
        }
    }

    @Override
    public CompletionStage<Void> write(ChunkBucket bucket, List<MetricChunk> chunks) {
        InsertChunk statement = Objects.requireNonNull(insert.get(retention.writeTo(bucket.tenant())));
        InsertChunk.Binder binder = statement.of(bucket);
        List<CompletionStage<Void>> writes = new ArrayList<>();
        Batches.cut(chunks, CassandraChunkStore::bytes, batch -> {
            List<BoundStatement> bound = new ArrayList<>(batch.size());
            for (MetricChunk chunk : batch) {
                bound.add(binder.bind(chunk));
            }
            writes.add(requests.writeBatch("chunks", bound));
        });
        return Requests.all(writes);
    }

    private static int bytes(MetricChunk chunk) {
        return ROW_BYTES + chunk.metric().length() + chunk.row().data().length;
    }

    @Override
    public void read(
            ChunkPartition partition,
            Collection<SeriesId> series,
            long fromStartMs,
            long toStartMs,
            Consumer<ChunkRow> visitor) {
        read(List.of(partition), series, fromStartMs, toStartMs, visitor);
    }

    /** All statements of all partitions are on their way a few at a time: a week takes hardly more round trips than a day. */
    @Override
    public void read(
            List<ChunkPartition> partitions,
            Collection<SeriesId> series,
            long fromStartMs,
            long toStartMs,
            Consumer<ChunkRow> visitor) {
        List<SeriesId> sorted = series.stream().sorted().distinct().toList();
        List<ChunkRow> rows = chunks(partitions, sorted, fromStartMs, toStartMs);
        // After the chunks: a chunk that is dropped in between is in a merged row by then.
        addMerged(partitions, partition -> sorted, fromStartMs, toStartMs, rows);
        rows.sort(BY_DAY_AND_KEY);
        rows.forEach(visitor);
    }

    /** The chunks first: one that is dropped in between is in the aggregates by then. */
    @Override
    public void readAggregates(
            List<ChunkPartition> partitions,
            Collection<SeriesId> series,
            long fromStartMs,
            long toStartMs,
            int windowMs,
            Consumer<ChunkRow> visitor) {
        List<SeriesId> sorted = series.stream().sorted().distinct().toList();
        List<ChunkRow> rows = chunks(partitions, sorted, fromStartMs, toStartMs);
        Set<SeriesDay> withChunks = new HashSet<>();
        rows.forEach(row -> withChunks.add(SeriesDay.of(row)));
        Map<SeriesDay, ChunkRow> found = newestAggregates(partitions, sorted, windowMs);
        found.keySet().removeAll(withChunks);
        found.values().removeIf(row -> row.data().length == 0);
        rows.addAll(found.values());
        addMerged(
                partitions,
                partition -> sorted.stream()
                        .filter(each -> !found.containsKey(new SeriesDay(each, partition.day())))
                        .toList(),
                fromStartMs,
                toStartMs,
                rows);
        rows.sort(BY_DAY_AND_KEY);
        rows.forEach(visitor);
    }

    private record SeriesDay(SeriesId series, int day) {
        private static final long DAY_MS = 86_400_000;

        /** Rows do not cross midnight. */
        static SeriesDay of(ChunkRow row) {
            return new SeriesDay(row.series(), day(row));
        }

        static int day(ChunkRow row) {
            return (int) Math.floorDiv(row.startMs(), DAY_MS);
        }
    }

    private List<ChunkRow> chunks(
            List<ChunkPartition> partitions, List<SeriesId> sorted, long fromStartMs, long toStartMs) {
        List<BoundStatement> bound = new ArrayList<>();
        bind(
                partitions,
                partition -> sorted,
                (partition, retentionClass, some) -> bound.add(Objects.requireNonNull(select.get(retentionClass))
                        .bind(partition, some, fromStartMs, toStartMs)));
        List<ChunkRow> rows = new ArrayList<>();
        requests.read("chunks of " + metric(partitions), bound.iterator(), row -> rows.add(SelectChunks.read(row)));
        return rows;
    }

    /** Merged rows that hold samples of the range: they begin before it as a rule. */
    private void addMerged(
            List<ChunkPartition> partitions,
            Function<ChunkPartition, List<SeriesId>> series,
            long fromMs,
            long toStartMs,
            List<ChunkRow> rows) {
        List<BoundStatement> bound = new ArrayList<>();
        bind(
                partitions,
                series,
                (partition, retentionClass, some) -> bound.add(
                        Objects.requireNonNull(merged.get(retentionClass)).bind(partition, some, toStartMs)));
        requests.read("merged rows of " + metric(partitions), bound.iterator(), row -> {
            ChunkRow chunk = SelectMerged.read(row);
            return chunk.endMs() < fromMs || rows.add(chunk);
        });
    }

    private Map<SeriesDay, ChunkRow> newestAggregates(
            List<ChunkPartition> partitions, List<SeriesId> sorted, int windowMs) {
        List<BoundStatement> bound = new ArrayList<>();
        bind(
                partitions,
                partition -> sorted,
                (partition, retentionClass, some) -> bound.add(
                        Objects.requireNonNull(aggregates.get(retentionClass)).select(partition, some, windowMs)));
        Map<SeriesDay, ChunkRow> newest = new HashMap<>();
        requests.read("aggregates of " + metric(partitions), bound.iterator(), row -> {
            ChunkRow read = AggregateStatements.read(row);
            newest.merge(SeriesDay.of(read), read, (one, two) -> one.offset() >= two.offset() ? one : two);
            return true;
        });
        return newest;
    }

    private interface Binder {
        void bind(ChunkPartition partition, RetentionClass retentionClass, List<SeriesId> some);
    }

    private void bind(List<ChunkPartition> partitions, Function<ChunkPartition, List<SeriesId>> series, Binder binder) {
        for (ChunkPartition partition : partitions) {
            List<SeriesId> sorted = series.apply(partition);
            for (RetentionClass each : retention.readFrom(partition.tenant())) {
                for (int from = 0; from < sorted.size(); from += SelectChunks.MAX_SERIES) {
                    binder.bind(
                            partition,
                            each,
                            sorted.subList(from, Math.min(from + SelectChunks.MAX_SERIES, sorted.size())));
                }
            }
        }
    }

    private static String metric(List<ChunkPartition> partitions) {
        return partitions.isEmpty() ? "nothing" : partitions.get(0).metric();
    }
}
