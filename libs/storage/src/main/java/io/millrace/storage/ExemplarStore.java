package io.millrace.storage;

import io.millrace.model.SeriesId;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Exemplars, laid out as chunks are: by tenant, day of the exemplar's timestamp, metric and shard. Thread-safe. */
public interface ExemplarStore {
    /** Durable and idempotent as {@link ChunkStore#write}. */
    CompletionStage<Void> write(ChunkPartition partition, List<ExemplarRow> rows);

    /**
     * Reads the exemplars of some series of a partition with {@code fromMs <= timestamp <= toMs}, in the order (series,
     * timestamp), handing each to {@code visitor} on the calling thread.
     *
     * @throws StoreUnavailableException when the store cannot answer now; the visitor may have seen a part
     */
    void read(
            ChunkPartition partition,
            Collection<SeriesId> series,
            long fromMs,
            long toMs,
            Consumer<ExemplarRow> visitor);
}
