package io.millrace.runtime.policy;

import io.millrace.model.TenantId;

/** What is in force for each tenant now. Thread-safe, and quick: it is asked for every batch. */
@FunctionalInterface
public interface TenantPolicies {
    /** The policy of a tenant; the same object as long as nothing has changed. */
    TenantPolicy of(TenantId tenant);

    /** Whether there is such an instance, as far as is known, and it takes data. */
    default boolean isRunning(TenantId tenant) {
        return false;
    }

    /** The same policy for all. */
    static TenantPolicies always(TenantPolicy policy) {
        return tenant -> policy;
    }
}
