package io.millrace.storage;

import io.millrace.model.TenantId;

/** Removes everything of a tenant, for an instance that was deleted. Thread-safe; calls wait for the store. */
public interface InstanceStore {
    /** Whether the registry has a series of the day. */
    boolean hasSeries(TenantId tenant, int day);

    /** Removes samples, exemplars, registry and marks of a day: a hundred partitions in each of several tables. */
    void dropDay(TenantId tenant, int day);

    /** Removes what belongs to no day: metadata. */
    void dropMetadata(TenantId tenant);
}
