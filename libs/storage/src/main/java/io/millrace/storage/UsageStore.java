package io.millrace.storage;

import io.millrace.model.TenantId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Metering by hour. Thread-safe. */
public interface UsageStore {
    /** Replaces the rows of the same hour and partition. Durable and idempotent as {@link ChunkStore#write}. */
    CompletionStage<Void> write(TenantId tenant, List<UsageRow> rows);

    /**
     * Hands the rows with {@code fromHour <= hour <= toHour} to {@code visitor} on the calling thread, in the order of
     * hours.
     *
     * @throws StoreUnavailableException when the store cannot answer now; the visitor may have seen a part
     */
    void read(TenantId tenant, int fromHour, int toHour, Consumer<UsageRow> visitor);

    /** Replaces the rows of the same hour, partition and job. Durable and idempotent as {@link ChunkStore#write}. */
    CompletionStage<Void> writeJobs(TenantId tenant, List<JobUsageRow> rows);

    /**
     * Hands the rows of jobs with {@code fromHour <= hour <= toHour} to {@code visitor} on the calling thread, in the order
     * of hours, then of jobs, then of partitions.
     *
     * @throws StoreUnavailableException when the store cannot answer now; the visitor may have seen a part
     */
    void readJobs(TenantId tenant, int fromHour, int toHour, Consumer<JobUsageRow> visitor);
}
