package io.millrace.gateway.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.model.RefusedItem;
import io.millrace.model.RejectReason;
import io.millrace.model.TenantId;
import io.millrace.wire.record.RejectionRecord;
import io.millrace.wire.remotewrite.Refusals;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what was refused by tenant, reason and metric, and tells the topic {@code rejections} every few seconds, so that a
 * flood of bad samples is a trickle of records with exact counts. After {@link #MAX_METRICS} metrics of a tenant and
 * reason, others are counted together under no metric. Holds at most {@link #MAX_ENTRIES}; what comes beyond is added to
 * the tenant's metric only, and {@code millrace_gateway_rejections_lost_total} counts it. Thread-safe.
 */
public final class RejectionReporter {
    /** 24 reasons × some hundred tenants that all send rubbish; 10,000 × about 1 KB = 10 MB. */
    private static final int MAX_ENTRIES = 10_000;

    /** Between two reports, so that no tenant fills the table alone. */
    private static final int MAX_METRICS = 50;

    private final BiConsumer<RejectionRecord, Consumer<@Nullable Exception>> publisher;
    private final Counter lost;
    private Map<Key, Entry> entries = new HashMap<>();
    private Map<TenantReason, Integer> metrics = new HashMap<>();

    private record TenantReason(TenantId tenant, RejectReason reason) {}

    private record Key(TenantReason of, String metric) {}

    /** @param publisher sends a record and tells whether it was acknowledged */
    public RejectionReporter(
            BiConsumer<RejectionRecord, Consumer<@Nullable Exception>> publisher, MeterRegistry registry) {
        this.publisher = publisher;
        this.lost = Counter.builder("millrace.gateway.rejections.lost")
                .description("Refused samples that did not come into the rejection ledger")
                .register(registry);
    }

    /** Reports to the topic of a publisher. */
    public static RejectionReporter to(KafkaBatchPublisher publisher, MeterRegistry registry) {
        return new RejectionReporter(publisher::publish, registry);
    }

    synchronized void add(TenantId tenant, Refusals.Refusal refusal, long nowMs) {
        TenantReason of = new TenantReason(tenant, refusal.reason());
        refusal.byMetric().forEach((metric, items) -> add(of, metric, items, refusal, nowMs));
    }

    private void add(TenantReason of, String metric, long items, Refusals.Refusal refusal, long nowMs) {
        Key key = new Key(of, metric);
        Entry entry = entries.get(key);
        if (entry == null && !metric.isEmpty() && metrics.getOrDefault(of, 0) >= MAX_METRICS) {
            key = new Key(of, "");
            entry = entries.get(key);
        }
        if (entry == null) {
            if (entries.size() >= MAX_ENTRIES) {
                lost.increment(items);
                return;
            }
            entry = new Entry(refusal, nowMs);
            entries.put(key, entry);
            metrics.merge(of, 1, Integer::sum);
        }
        entry.samples += items;
        entry.lastMs = nowMs;
    }

    /** Publishes what has been added up since the last time. */
    public void flush() {
        Map<Key, Entry> taken;
        synchronized (this) {
            taken = entries;
            entries = new HashMap<>();
            metrics = new HashMap<>();
        }
        taken.forEach((key, entry) -> publisher.accept(entry.toRecord(key), failure -> {
            if (failure != null) {
                lost.increment(entry.samples);
            }
        }));
    }

    private static final class Entry {
        private final Refusals.Refusal first;
        private final long firstMs;
        private long lastMs;
        private long samples;

        Entry(Refusals.Refusal first, long firstMs) {
            this.first = first;
            this.firstMs = firstMs;
        }

        /** The example is of another metric when the request had several: then only its text is of use. */
        RejectionRecord toRecord(Key key) {
            boolean own = first.metric().equals(key.metric());
            return new RejectionRecord(
                    key.of().tenant(),
                    RejectionRecord.Origin.GATEWAY,
                    firstMs,
                    lastMs,
                    samples,
                    key.of().reason().id(),
                    key.metric(),
                    own ? first.example() : key.metric(),
                    own ? first.item() : RefusedItem.NONE,
                    own ? first.detail() : "as others of the same request: " + first.detail());
        }
    }
}
