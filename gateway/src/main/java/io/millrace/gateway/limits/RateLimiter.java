package io.millrace.gateway.limits;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.wire.record.GatewayReport;
import io.millrace.wire.record.GatewayReport.Demand;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * Holds the rate limits of all tenants at this gateway. Knows tenants that have sent something lately only. Thread-safe.
 *
 * <p>How far a tenant can pass its limit L: at any time all gateways together let through at most L × burst at once and L in
 * a second, once they know of each other's load. Until they do, about a second after load has moved from some gateways to
 * others, the newly loaded ones may in addition let through what their buckets hold: L × burst altogether.
 */
public final class RateLimiter {
    private final LiveGateways gateways;
    private final ToLongFunction<TenantId> activeSeries;
    private final MeterRegistry registry;
    private final LongSupplier nanoClock;
    private final Map<TenantId, Known> tenants = new ConcurrentHashMap<>();
    private long tickedNanos;

    private record Known(TenantRates rates, List<Meter.Id> meters) {}

    /** @param activeSeries active series of a tenant, for the metric only: new series are refused by the processor */
    public RateLimiter(
            LiveGateways gateways,
            ToLongFunction<TenantId> activeSeries,
            MeterRegistry registry,
            LongSupplier nanoClock) {
        this.gateways = gateways;
        this.activeSeries = activeSeries;
        this.registry = registry;
        this.nanoClock = nanoClock;
        this.tickedNanos = nanoClock.getAsLong();
        Gauge.builder("millrace.gateway.live.gateways", gateways, LiveGateways::count)
                .description("Gateways that share the rate limits, as this one knows")
                .register(registry);
    }

    /** Whether every request of a tenant would be refused now: then it need only be counted. */
    public boolean isExhausted(TenantId tenant, TenantLimits limits) {
        return rates(tenant, limits).isExhausted(limits, nanoClock.getAsLong());
    }

    /** Takes a whole request, or nothing. @param samples samples, histograms and exemplars that would be kept */
    public RateVerdict take(TenantId tenant, TenantLimits limits, long samples) {
        return rates(tenant, limits).take(limits, samples, nanoClock.getAsLong());
    }

    private TenantRates rates(TenantId tenant, TenantLimits limits) {
        Known known = tenants.get(tenant);
        return known != null ? known.rates : tenants.computeIfAbsent(tenant, absent -> register(absent, limits)).rates;
    }

    private Known register(TenantId tenant, TenantLimits limits) {
        TenantRates rates = new TenantRates(limits, gateways.count(), nanoClock.getAsLong());
        return new Known(
                rates,
                List.of(
                        used(tenant, "samples-per-second", rates, TenantRates::samplesUsed),
                        used(tenant, "requests-per-second", rates, TenantRates::requestsUsed),
                        used(
                                tenant,
                                "active-series",
                                rates,
                                known -> known.seriesUsed(activeSeries.applyAsLong(tenant)))));
    }

    private Meter.Id used(TenantId tenant, String limit, TenantRates rates, ToDoubleFunction<TenantRates> value) {
        return Gauge.builder("millrace.gateway.limit.used", rates, value)
                .description("What an instance uses over all gateways and partitions, as a part of its limit")
                .tag("tenant", tenant.value())
                .tag("limit", limit)
                .register(registry)
                .getId();
    }

    /**
     * Reckons the shares anew; called twice a second, by one thread.
     *
     * @return what this gateway is offered, to be told to the others
     */
    Map<TenantId, Demand> tick() {
        long now = nanoClock.getAsLong();
        double seconds = (now - tickedNanos) / 1e9;
        tickedNanos = now;
        int live = gateways.count();
        Map<TenantId, Demand> demands = new HashMap<>();
        tenants.forEach((tenant, known) -> {
            Demand elsewhere = gateways.elsewhere(tenant);
            boolean idle = known.rates.tick(seconds, elsewhere, live, now);
            if (idle && elsewhere.equals(Demand.NONE)) {
                tenants.remove(tenant, known);
                known.meters.forEach(registry::remove);
            } else {
                demands.put(tenant, known.rates.own());
            }
        });
        return demands;
    }

    /** {@link #tick} as a report of a gateway. */
    GatewayReport report(String gateway) {
        return new GatewayReport(gateway, tick());
    }
}
