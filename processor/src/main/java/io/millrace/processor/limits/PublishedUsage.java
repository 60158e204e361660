package io.millrace.processor.limits;

import io.millrace.model.TenantId;
import io.millrace.runtime.usage.UsageTables;

/** What the topic {@code usage} says of the other partitions. Thread-safe. */
public final class PublishedUsage implements ClusterUsage {
    private final UsageTables tables;

    public PublishedUsage(UsageTables tables) {
        this.tables = tables;
    }

    @Override
    public long othersActive(TenantId tenant, int partition) {
        return tables.ready() ? tables.activeElsewhere(tenant, partition) : UNKNOWN;
    }
}
