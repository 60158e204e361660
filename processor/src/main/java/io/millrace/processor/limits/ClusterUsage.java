package io.millrace.processor.limits;

import io.millrace.model.TenantId;

/** What the other partitions have published of a tenant. Thread-safe. */
@FunctionalInterface
public interface ClusterUsage {
    /** What {@link #othersActive} returns when it does not know yet. */
    long UNKNOWN = -1;

    /** Active series of a tenant in all partitions but this one, as last published; {@link #UNKNOWN} while reading. */
    long othersActive(TenantId tenant, int partition);

    /** Of one who never knows. */
    static ClusterUsage unknown() {
        return (tenant, partition) -> UNKNOWN;
    }
}
