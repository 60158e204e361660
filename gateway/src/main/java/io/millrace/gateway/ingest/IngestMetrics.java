package io.millrace.gateway.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.model.RejectReason;
import io.millrace.model.TenantId;
import io.millrace.wire.remotewrite.ItemCount;
import io.millrace.wire.remotewrite.Refusals;
import io.millrace.wire.remotewrite.WriteSummary;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Counts what was received and refused of each tenant. Tenants are instances that exist and reasons are an enum, so the
 * number of meters is bounded by them. Thread-safe.
 */
public final class IngestMetrics {
    private final MeterRegistry registry;
    private final RejectionReporter rejections;
    private final ConcurrentMap<TenantId, TenantCounters> tenants = new ConcurrentHashMap<>();
    private final ConcurrentMap<TenantReason, Counter> refused = new ConcurrentHashMap<>();

    private record TenantReason(TenantId tenant, RejectReason reason) {}

    private record TenantCounters(
            Counter samples,
            Counter histograms,
            Counter exemplars,
            Counter metadata,
            Counter compressedBytes,
            Counter decodedBytes) {}

    public IngestMetrics(MeterRegistry registry, RejectionReporter rejections) {
        this.registry = registry;
        this.rejections = rejections;
    }

    void written(TenantId tenant, WriteSummary summary, int compressedBytes, int decodedBytes) {
        TenantCounters counters = tenants.computeIfAbsent(tenant, this::register);
        counters.samples.increment(summary.samples());
        counters.histograms.increment(summary.histograms());
        counters.exemplars.increment(summary.exemplars());
        counters.metadata.increment(summary.metadata());
        counters.compressedBytes.increment(compressedBytes);
        counters.decodedBytes.increment(decodedBytes);
    }

    void refused(TenantId tenant, Refusals refusals, long nowMs) {
        if (refusals.isEmpty()) {
            return;
        }
        for (Refusals.Refusal refusal : refusals.list()) {
            counter(tenant, refusal.reason()).increment(refusal.total());
            rejections.add(tenant, refusal, nowMs);
        }
    }

    /** A whole request beyond the rate limit; it counts item by item. */
    void rateLimited(TenantId tenant, ItemCount items, String detail, long nowMs) {
        Refusals.Refusal refusal = new Refusals.Refusal(
                RejectReason.RATE_LIMITED,
                items.samples(),
                items.histograms(),
                items.exemplars(),
                items.metadata(),
                "",
                "",
                detail);
        counter(tenant, refusal.reason()).increment(refusal.total());
        rejections.add(tenant, refusal, nowMs);
    }

    /** A body that was refused as a whole; nobody knows how many samples were in it. */
    void refused(TenantId tenant, RejectReason reason, String detail, long nowMs) {
        Counter.builder("millrace.gateway.refused.bodies")
                .description("Request bodies that were refused as a whole")
                .tag("tenant", tenant.value())
                .tag("reason", reason.metricLabel())
                .register(registry)
                .increment();
        rejections.add(tenant, new Refusals.Refusal(reason, 0, 0, 0, 0, "", "", detail), nowMs);
    }

    private Counter counter(TenantId tenant, RejectReason reason) {
        return refused.computeIfAbsent(
                new TenantReason(tenant, reason),
                absent -> Counter.builder("millrace.rejected.samples")
                        .description("Samples, histograms, exemplars and metadata entries the gateway refused")
                        .tag("tenant", tenant.value())
                        .tag("reason", reason.metricLabel())
                        .register(registry));
    }

    private TenantCounters register(TenantId tenant) {
        return new TenantCounters(
                counter(tenant, "samples", "Float samples acknowledged to the sender"),
                counter(tenant, "histograms", "Native histograms acknowledged to the sender"),
                counter(tenant, "exemplars", "Exemplars acknowledged to the sender"),
                counter(tenant, "metadata", "Metadata entries acknowledged to the sender"),
                counter(tenant, "compressed.bytes", "Bytes of acknowledged bodies as sent"),
                counter(tenant, "decoded.bytes", "Bytes of acknowledged bodies after inflating"));
    }

    private Counter counter(TenantId tenant, String name, String description) {
        return Counter.builder("millrace.gateway.received." + name)
                .description(description)
                .tag("tenant", tenant.value())
                .register(registry);
    }
}
