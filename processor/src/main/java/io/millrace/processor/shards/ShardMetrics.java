package io.millrace.processor.shards;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.model.TenantId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The meters of shards, shared by all tasks of a process. Thread-safe. */
public final class ShardMetrics {
    /** Instances with a gauge of their own, so that they cannot flood the metrics. */
    static final int MAX_TENANTS = 500;

    private final MeterRegistry registry;
    private final Map<TenantId, Integer> widths = new ConcurrentHashMap<>();
    private final Map<TenantId, Long> closedMs = new ConcurrentHashMap<>();
    private final Timer widenings;

    public ShardMetrics(MeterRegistry registry) {
        this.registry = registry;
        widenings = Timer.builder("millrace.processor.shard.widening")
                .description("Shards that were widened, and how long gateways took nothing of the instance for it")
                .register(registry);
        Gauge.builder("millrace.processor.shard.closed.seconds", closedMs, ShardMetrics::longestSeconds)
                .description(
                        "How long gateways have been taking nothing of an instance because its shard is being widened;"
                                + " of several the longest")
                .register(registry);
    }

    private static double longestSeconds(Map<TenantId, Long> closed) {
        return closed.values().stream().mapToLong(Long::longValue).max().orElse(0) / 1000.0;
    }

    /**
     * How a shard is now.
     *
     * @param closedForMs 0 when it is not closed
     */
    void shard(TenantId tenant, int width, long closedForMs) {
        if (closedForMs > 0) {
            closedMs.put(tenant, closedForMs);
        } else {
            closedMs.remove(tenant);
        }
        if (widths.replace(tenant, width) == null
                && widths.size() < MAX_TENANTS
                && widths.putIfAbsent(tenant, width) == null) {
            Gauge.builder("millrace.processor.shard.partitions", widths, all -> all.getOrDefault(tenant, 0))
                    .description(
                            "Partitions of received that an instance uses, where its first one is processed; else 0")
                    .tag("instance", tenant.value())
                    .register(registry);
        }
    }

    /** The first partition of the tenant is processed elsewhere. */
    void gone(TenantId tenant) {
        closedMs.remove(tenant);
        widths.replace(tenant, 0);
    }

    void widened(long closedForMs) {
        widenings.record(closedForMs, TimeUnit.MILLISECONDS);
    }
}
