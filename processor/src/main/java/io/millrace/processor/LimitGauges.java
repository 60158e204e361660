package io.millrace.processor;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.model.TenantId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The gauge of how much of its limit on active series a tenant uses, over all partitions and instances. Tenants that were
 * never near their limit have none; the first {@link #MAX_TENANTS} others have one each. Thread-safe.
 */
final class LimitGauges {
    static final int MAX_TENANTS = 500;

    private final MeterRegistry registry;
    private final Map<TenantId, Double> ratios = new ConcurrentHashMap<>();

    LimitGauges(MeterRegistry registry) {
        this.registry = registry;
    }

    void set(TenantId tenant, double ratio, boolean near) {
        if (ratios.replace(tenant, ratio) != null || !near || ratios.size() >= MAX_TENANTS) {
            return;
        }
        if (ratios.putIfAbsent(tenant, ratio) == null) {
            Gauge.builder("millrace.processor.limit.used.ratio", ratios, all -> all.getOrDefault(tenant, 0.0))
                    .description("Part of a limit that an instance uses, for instances that were at 85 % of it")
                    .tag("instance", tenant.value())
                    .tag("limit", "max-active-series")
                    .register(registry);
        }
    }
}
