package io.millrace.gateway.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
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
 * Adds up what was refused by tenant and reason, and tells the topic {@code rejections} every few seconds, so that a
 * flood of bad samples is a trickle of records with exact counts. Holds at most {@link #MAX_ENTRIES}; what comes beyond
 * is added to the tenant's metric only, and {@code millrace_gateway_rejections_lost_total} counts it. Thread-safe.
 */
public final class RejectionReporter {
    /** 24 reasons × some hundred tenants that all send rubbish; 10,000 × about 1 KB = 10 MB. */
    private static final int MAX_ENTRIES = 10_000;

    private final BiConsumer<RejectionRecord, Consumer<@Nullable Exception>> publisher;
    private final Counter lost;
    private Map<TenantReason, Entry> entries = new HashMap<>();

    private record TenantReason(TenantId tenant, RejectReason reason) {}

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
        TenantReason key = new TenantReason(tenant, refusal.reason());
        Entry entry = entries.get(key);
        if (entry == null) {
            if (entries.size() >= MAX_ENTRIES) {
                lost.increment(refusal.total());
                return;
            }
            entry = new Entry(refusal, nowMs);
            entries.put(key, entry);
        }
        entry.samples += refusal.total();
        entry.lastMs = nowMs;
    }

    /** Publishes what has been added up since the last time. */
    public void flush() {
        Map<TenantReason, Entry> taken;
        synchronized (this) {
            taken = entries;
            entries = new HashMap<>();
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

        RejectionRecord toRecord(TenantReason key) {
            return new RejectionRecord(
                    key.tenant(),
                    RejectionRecord.Origin.GATEWAY,
                    firstMs,
                    lastMs,
                    samples,
                    key.reason().id(),
                    first.metric(),
                    first.example(),
                    first.detail());
        }
    }
}
