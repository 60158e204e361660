package io.millrace.processor;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.model.TenantId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The gauge of active series by tenant, summed over the partitions of this process. The first {@link #MAX_TENANTS} tenants
 * have one each, all others share one, so that tenants cannot flood the metrics. Thread-safe.
 */
final class ActiveSeriesGauges {
    static final int MAX_TENANTS = 500;
    private static final String OTHERS = "_others";

    private final MeterRegistry registry;

    /** By tenant and partition. */
    private final Map<String, Map<String, Long>> values = new ConcurrentHashMap<>();

    ActiveSeriesGauges(MeterRegistry registry) {
        this.registry = registry;
    }

    void set(TenantId tenant, int partition, long active) {
        Map<String, Long> own = values.get(tenant.value());
        if (own == null) {
            own = values.size() < MAX_TENANTS ? register(tenant.value()) : register(OTHERS);
        }
        String part = own == values.get(OTHERS) ? tenant + "/" + partition : Integer.toString(partition);
        if (active == 0) {
            own.remove(part);
        } else {
            own.put(part, active);
        }
    }

    private Map<String, Long> register(String name) {
        return values.computeIfAbsent(name, added -> {
            Map<String, Long> parts = new ConcurrentHashMap<>();
            Gauge.builder("millrace.processor.active.series", parts, ActiveSeriesGauges::sum)
                    .description("Active series of an instance in the partitions of this process")
                    .tag("instance", added)
                    .register(registry);
            return parts;
        });
    }

    private static double sum(Map<String, Long> parts) {
        return parts.values().stream().mapToLong(Long::longValue).sum();
    }
}
