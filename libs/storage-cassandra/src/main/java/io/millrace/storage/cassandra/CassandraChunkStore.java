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
        List<BoundStatement> ofChunks = new ArrayList<>();
        List<BoundStatement> ofMerged = new ArrayList<>();
        for (ChunkPartition partition : partitions) {
            for (RetentionClass each : retention.readFrom(partition.tenant())) {
                SelectChunks selectChunks = Objects.requireNonNull(select.get(each));
                SelectMerged selectMerged = Objects.requireNonNull(merged.get(each));
                for (int from = 0; from < sorted.size(); from += SelectChunks.MAX_SERIES) {
                    List<SeriesId> some = sorted.subList(from, Math.min(from + SelectChunks.MAX_SERIES, sorted.size()));
                    ofChunks.add(selectChunks.bind(partition, some, fromStartMs, toStartMs));
                    ofMerged.add(selectMerged.bind(partition, some, toStartMs));
                }
            }
        }
        String of = partitions.isEmpty() ? "nothing" : partitions.get(0).metric();
        List<ChunkRow> rows = new ArrayList<>();
        requests.read("chunks of " + of, ofChunks.iterator(), row -> rows.add(SelectChunks.read(row)));
        // After the chunks: a chunk that is dropped in between is in a merged row by then.
        requests.read("merged rows of " + of, ofMerged.iterator(), row -> {
            ChunkRow chunk = SelectMerged.read(row);
            // Merged rows begin before the range as a rule.
            return chunk.endMs() < fromStartMs || rows.add(chunk);
        });
        rows.sort(BY_KEY);
        rows.forEach(visitor);
    }
}
