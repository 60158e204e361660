package io.millrace.gateway.ingest;

import io.millrace.model.TenantId;
import io.millrace.wire.remotewrite.PartitionedBatches.Batch;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Puts batches where a crash cannot lose them. */
public interface BatchPublisher {
    /**
     * Publishes batches of a tenant. {@code done} is called exactly once, on any thread, when the fate of all is known:
     * with null when every in-sync replica has every one, else with the first failure; then any part may have been
     * published, and publishing all again is harmless. It must be quick and not block.
     *
     * @param shardEpoch the epoch of the shard by which the batches have their partitions
     */
    void publish(
            TenantId tenant, long receivedMs, long shardEpoch, List<Batch> batches, Consumer<@Nullable Exception> done);
}
