package io.millrace.benchmarks;

import io.millrace.model.SeriesId;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.ChunkStore;
import io.millrace.storage.MetricChunk;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Chunks in hash maps: what reading costs when the store costs next to nothing. Filled first, read by many then. */
final class MemoryChunks implements ChunkStore {
    private final Map<ChunkPartition, Map<SeriesId, List<ChunkRow>>> partitions = new HashMap<>();

    /** Rows of a series come in the order of their times. */
    void add(ChunkPartition partition, ChunkRow row) {
        partitions
                .computeIfAbsent(partition, p -> new HashMap<>())
                .computeIfAbsent(row.series(), s -> new ArrayList<>(1))
                .add(row);
    }

    @Override
    public CompletionStage<Void> write(ChunkBucket bucket, List<MetricChunk> chunks) {
        throw new UnsupportedOperationException("filled by add");
    }

    @Override
    public void read(
            ChunkPartition partition,
            Collection<SeriesId> series,
            long fromStartMs,
            long toStartMs,
            Consumer<ChunkRow> visitor) {
        Map<SeriesId, List<ChunkRow>> rows = partitions.getOrDefault(partition, Map.of());
        for (SeriesId id : series) {
            for (ChunkRow row : rows.getOrDefault(id, List.of())) {
                if (row.startMs() >= fromStartMs && row.startMs() <= toStartMs) {
                    visitor.accept(row);
                }
            }
        }
    }
}
