package io.millrace.storage;

import io.millrace.model.TenantId;
import java.util.List;

/** What tenants deleted. Thread-safe; calls wait for the store. */
public interface DeletionStore {
    /** Notes a deletion that is {@link Deletion.State#PENDING}. */
    void begin(Deletion deletion);

    /**
     * Brings a pending deletion into force.
     *
     * @return false when it was abandoned meanwhile
     */
    boolean activate(TenantId tenant, String id, List<Long> places);

    /**
     * Gives up a pending deletion.
     *
     * @return false when it is in force
     */
    boolean abandon(TenantId tenant, String id);

    /** All deletions of a tenant, in order of ids. */
    List<Deletion> list(TenantId tenant);
}
