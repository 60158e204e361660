package io.millrace.runtime.shards;

import io.millrace.model.TenantId;
import java.time.Duration;

/** The shards of all tenants, as far as they are known here. Thread-safe. */
public interface Shards {
    /** The shard of a tenant; one that nothing is known of has all partitions. */
    TenantShards of(TenantId tenant);

    /** Whether what was said before the start is known. */
    boolean ready();

    /**
     * Waits until the shard of this epoch, or of a later one, has been in use: until {@link TenantShards#steadyEpoch} is at
     * least this.
     *
     * @return false when it was not within {@code limit}
     */
    boolean awaitSteady(TenantId tenant, long epoch, Duration limit) throws InterruptedException;

    /** Where every tenant has all partitions, for ever. */
    static Shards none(int partitions) {
        return new Shards() {
            @Override
            public TenantShards of(TenantId tenant) {
                return TenantShards.all(tenant, partitions);
            }

            @Override
            public boolean ready() {
                return true;
            }

            @Override
            public boolean awaitSteady(TenantId tenant, long epoch, Duration limit) {
                return epoch <= 0;
            }
        };
    }
}
