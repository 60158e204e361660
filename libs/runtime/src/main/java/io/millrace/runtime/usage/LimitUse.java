package io.millrace.runtime.usage;

import io.millrace.model.TenantLimits;
import java.util.List;

/**
 * How much of a limit a tenant uses.
 *
 * @param limit the name of the limit, as a component of {@link TenantLimits}
 * @param used what is used, in the unit of the limit
 * @param allowed the limit
 */
public record LimitUse(String limit, double used, double allowed) {
    /** From this part of a limit on a tenant is warned. */
    public static final double NEAR = 0.85;

    /** The limits that a tenant reaches by sending more, in a fixed order. */
    public static List<LimitUse> of(TenantUsage usage, TenantLimits limits) {
        return List.of(
                new LimitUse("maxActiveSeries", usage.activeSeries(), limits.maxActiveSeries()),
                new LimitUse("maxNewSeriesPerMinute", usage.newSeriesPerMinute(), limits.maxNewSeriesPerMinute()),
                new LimitUse("maxSamplesPerSecond", usage.samplesPerSecond(), limits.maxSamplesPerSecond()));
    }

    /** The used part: 0 for none, 1 and more at the limit. */
    public double ratio() {
        return used / allowed;
    }

    /** Whether the tenant should be warned. */
    public boolean isNear() {
        return ratio() >= NEAR;
    }
}
