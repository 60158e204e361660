package io.millrace.storage;

import io.millrace.model.SeriesId;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Sealed chunks, durable. Thread-safe. */
public interface ChunkStore {
    /**
     * Writes chunks of one bucket; cheapest when there are many. The stage completes when they are durable: a crash of
     * any process afterwards loses none of them. It fails with {@link StoreUnavailableException} when the store cannot
     * take them now; then any part may have been written, and writing all again is harmless.
     */
    CompletionStage<Void> write(ChunkBucket bucket, List<MetricChunk> chunks);

    /**
     * Reads the chunks of some series of a partition that start at {@code fromStartMs <= startMs <= toStartMs}, and the
     * merged rows that start by {@code toStartMs} and do not end before {@code fromStartMs}, in the order (series, startMs,
     * offset), handing each to {@code visitor} on the calling thread. A sample may be in a chunk and in a merged row.
     *
     * @throws StoreUnavailableException when the store cannot answer now; the visitor may have seen a part
     */
    void read(
            ChunkPartition partition,
            Collection<SeriesId> series,
            long fromStartMs,
            long toStartMs,
            Consumer<ChunkRow> visitor);

    /** Reads several partitions as one after the other would, in any order of partitions; a store may wait less for it. */
    default void read(
            List<ChunkPartition> partitions,
            Collection<SeriesId> series,
            long fromStartMs,
            long toStartMs,
            Consumer<ChunkRow> visitor) {
        for (ChunkPartition partition : partitions) {
            read(partition, series, fromStartMs, toStartMs, visitor);
        }
    }

    /**
     * As {@link #read}, but a series that has aggregates of a length on a day and no chunk beside them is given as these
     * alone: one row of encoding {@link io.millrace.wire.chunk.AggregateChunk#ENCODING}, of the whole day. A store may have
     * none.
     *
     * @param windowMs length of the windows
     */
    default void readAggregates(
            List<ChunkPartition> partitions,
            Collection<SeriesId> series,
            long fromStartMs,
            long toStartMs,
            int windowMs,
            Consumer<ChunkRow> visitor) {
        read(partitions, series, fromStartMs, toStartMs, visitor);
    }
}
