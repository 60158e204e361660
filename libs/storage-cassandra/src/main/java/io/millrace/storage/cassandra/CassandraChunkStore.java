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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Chunks in the tables {@code chunks_*}, and merged rows in {@code merged_*}. Thread-safe. */
final class CassandraChunkStore implements ChunkStore {
    /** Key columns and lengths of a row beside its data and metric. */
    private static final int ROW_BYTES = 80;

    private static final Comparator<ChunkRow> BY_KEY = Comparator.comparing(ChunkRow::series)
            .thenComparingLong(ChunkRow::startMs)
            .thenComparingLong(ChunkRow::offset);

    private final Requests requests;
    private final RetentionPolicy retention;
    private final Map<RetentionClass, InsertChunk> insert = new EnumMap<>(RetentionClass.class);
    private final Map<RetentionClass, SelectChunks> select = new EnumMap<>(RetentionClass.class);
    private final Map<RetentionClass, SelectMerged> merged = new EnumMap<>(RetentionClass.class);

    CassandraChunkStore(CqlSession session, RetentionPolicy retention) {
        this.requests = new Requests(session);
        this.retention = retention;
        for (RetentionClass each : RetentionClass.values()) {
            insert.put(each, new InsertChunk(session, each));
            select.put(each, new SelectChunks(session, each));
            merged.put(each, new SelectMerged(session, each));
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
        List<SeriesId> sorted = series.stream().sorted().distinct().toList();
        Set<RetentionClass> classes = retention.readFrom(partition.tenant());
        List<ChunkRow> rows = new ArrayList<>();
        readChunks(classes, partition, sorted, fromStartMs, toStartMs, rows::add);
        // After the chunks: a chunk that is dropped in between is in a merged row by then.
        readMerged(classes, partition, sorted, fromStartMs, toStartMs, rows::add);
        rows.sort(BY_KEY);
        rows.forEach(visitor);
    }

    /** Merged rows that hold samples of the range: they begin before it as a rule. */
    private void readMerged(
            Set<RetentionClass> classes,
            ChunkPartition partition,
            List<SeriesId> sorted,
            long fromMs,
            long toStartMs,
            Consumer<ChunkRow> visitor) {
        List<BoundStatement> bound = new ArrayList<>();
        for (RetentionClass each : classes) {
            SelectMerged statement = Objects.requireNonNull(merged.get(each));
            for (int from = 0; from < sorted.size(); from += SelectChunks.MAX_SERIES) {
                int to = Math.min(from + SelectChunks.MAX_SERIES, sorted.size());
                bound.add(statement.bind(partition, sorted.subList(from, to), toStartMs));
            }
        }
        requests.read("merged rows of " + partition.metric(), bound.iterator(), row -> {
            ChunkRow chunk = SelectMerged.read(row);
            if (chunk.endMs() >= fromMs) {
                visitor.accept(chunk);
            }
            return true;
        });
    }

    private void readChunks(
            Set<RetentionClass> classes,
            ChunkPartition partition,
            List<SeriesId> sorted,
            long fromStartMs,
            long toStartMs,
            Consumer<ChunkRow> visitor) {
        List<BoundStatement> bound = new ArrayList<>();
        for (RetentionClass each : classes) {
            SelectChunks statement = Objects.requireNonNull(select.get(each));
            for (int from = 0; from < sorted.size(); from += SelectChunks.MAX_SERIES) {
                int to = Math.min(from + SelectChunks.MAX_SERIES, sorted.size());
                bound.add(statement.bind(partition, sorted.subList(from, to), fromStartMs, toStartMs));
            }
        }
        requests.read("chunks of " + partition.metric(), bound.iterator(), row -> {
            visitor.accept(SelectChunks.read(row));
            return true;
        });
    }
}
