package io.millrace.runtime.policy;

import io.millrace.model.TenantLimits;

/**
 * What is in force for a tenant. Immutable.
 *
 * @param limits what it may send
 * @param rules what is done with its labels
 */
public record TenantPolicy(TenantLimits limits, LabelRules rules) {
    /** For tenants nobody configured. */
    public static final TenantPolicy DEFAULT = new TenantPolicy(TenantLimits.DEFAULT);

    /** Limits, and labels as they come. */
    public TenantPolicy(TenantLimits limits) {
        this(limits, LabelRules.NONE);
    }
}
