package io.millrace.processor.limits;

import io.millrace.model.TenantLimits;

/**
 * What is in force for a tenant. Immutable.
 *
 * @param limits what it may send
 */
public record TenantPolicy(TenantLimits limits) {
    /** For tenants nobody configured. */
    public static final TenantPolicy DEFAULT = new TenantPolicy(TenantLimits.DEFAULT);
}
