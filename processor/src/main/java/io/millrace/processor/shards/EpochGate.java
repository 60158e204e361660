package io.millrace.processor.shards;

import io.millrace.model.TenantId;
import io.millrace.runtime.shards.Shards;
import io.millrace.runtime.shards.TenantShards;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a batch pass once this process knows the shard by which the gateway chose the partition. Nearly always it does: gateways
 * read the same topic. Thread-safe.
 */
public final class EpochGate {
    private static final Logger log = LoggerFactory.getLogger(EpochGate.class);

    /** While it waits a stream thread stands still; the group gives up on it after a minute. */
    static final Duration PATIENCE = Duration.ofSeconds(15);

    /**
     * An older batch passes whatever its epoch. That is one of an instance that was deleted and made again under the same id
     * (its epochs begin at 0 anew), or nothing comes through the topic for minutes: then a known series may be refused at
     * the limit, which is better than a partition that stands still for all its instances.
     */
    static final long OLD_MS = 120_000;

    private final Shards shards;

    public EpochGate(Shards shards) {
        this.shards = shards;
    }

    /**
     * Waits until the shard of this epoch is in use.
     *
     * @param epoch that the batch says
     * @param receivedMs when a gateway had received it
     * @throws ShardUnavailableException when it did not become known
     */
    public void await(TenantId tenant, long epoch, long receivedMs, long nowMs) {
        TenantShards known = shards.of(tenant);
        // Without a state the instance has been deleted: one that has an epoch has had a state for long.
        if (epoch <= known.steadyEpoch() || known.state() == null) {
            return;
        }
        if (nowMs - receivedMs >= OLD_MS) {
            log.warn("batch of a shard that is not known tenant={} epoch={} known={}", tenant, epoch, known.epoch());
            return;
        }
        try {
            if (!shards.awaitSteady(tenant, epoch, PATIENCE)) {
                throw new ShardUnavailableException("the shard of epoch " + epoch + " of the instance " + tenant
                        + " is not known yet, the last one known is " + known.epoch());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ShardUnavailableException("interrupted");
        }
    }
}
