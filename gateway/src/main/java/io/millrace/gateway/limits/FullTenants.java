package io.millrace.gateway.limits;

import io.millrace.model.RejectReason;
import io.millrace.model.TenantId;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.AdmissionRecord;
import io.millrace.wire.record.KnownSeries;
import io.millrace.wire.remotewrite.NotAdmitted;
import io.millrace.wire.remotewrite.PartitionedBatches.Admission;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The tenants that are at a limit on series, and which series of theirs pass, as the processor last said. Safe for any thread;
 * written by one.
 *
 * <p>A partition says it every second. When it has been silent for {@link #SILENCE_NANOS} it may have been killed, and what
 * it said is void: then all series pass here, and the processor refuses what it must.
 */
public final class FullTenants {
    static final long SILENCE_NANOS = 4_000_000_000L;

    /** What a partition last said, and when. Immutable. */
    private record Full(
            RejectReason reached,
            long activeSeries,
            long limit,
            Set<String> metrics,
            KnownSeries known,
            long heardNanos) {}

    private final LongSupplier nanoClock;
    private final Map<TenantId, Map<Integer, Full>> tenants = new ConcurrentHashMap<>();

    public FullTenants(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Tenants that a partition takes no new series of, or none of some metrics. */
    public int count() {
        return (int) tenants.values().stream()
                .filter(partitions -> partitions.values().stream().anyMatch(this::isValid))
                .count();
    }

    /** Which series of a tenant pass now. */
    public Admission of(TenantId tenant) {
        Map<Integer, Full> partitions = tenants.get(tenant);
        return partitions == null
                ? Admission.ALL
                : (partition, idHigh, idLow, labels, length) ->
                        whyFull(partitions.get(partition), idHigh, idLow, labels, length);
    }

    private @Nullable NotAdmitted whyFull(@Nullable Full full, long idHigh, long idLow, byte[] labels, int length) {
        if (full == null || full.known.mayContain(idHigh, idLow) || !isValid(full)) {
            return null;
        }
        if (full.reached == RejectReason.MAX_SERIES_PER_METRIC
                && !full.metrics.contains(CanonicalLabels.metricName(labels, 0, length))) {
            return null;
        }
        return new NotAdmitted(full.reached, explain(full) + "; known series pass, this one is new");
    }

    private static String explain(Full full) {
        return switch (full.reached) {
            case MAX_SERIES_PER_METRIC -> "the metric has as many active series as its limit of " + full.limit;
            case MAX_NEW_SERIES -> "the instance has as many new series in a minute as its limit of " + full.limit;
            default -> "the instance has " + full.activeSeries + " active series, its limit is " + full.limit;
        };
    }

    private boolean isValid(Full full) {
        return nanoClock.getAsLong() - full.heardNanos < SILENCE_NANOS;
    }

    /** A partition takes no new series, or none of some metrics. */
    void heard(AdmissionRecord record) {
        Map<Integer, Full> partitions = tenants.get(record.tenant());
        Full before = partitions == null ? null : partitions.get(record.partition());
        KnownSeries known =
                record.known() != null || before == null || !isValid(before) ? record.known() : before.known;
        if (known == null) {
            // the series come with one of the next records
            return;
        }
        tenants.computeIfAbsent(record.tenant(), absent -> new ConcurrentHashMap<>())
                .put(
                        record.partition(),
                        new Full(
                                record.reached(),
                                record.activeSeries(),
                                record.limit(),
                                Set.copyOf(record.metrics()),
                                known,
                                nanoClock.getAsLong()));
    }

    /** A partition takes new series again. */
    void opened(AdmissionRecord.Key key) {
        Map<Integer, Full> partitions = tenants.get(key.tenant());
        if (partitions != null) {
            partitions.remove(key.partition());
            if (partitions.isEmpty()) {
                tenants.remove(key.tenant());
            }
        }
    }

    /** Forgets everything: what comes may not go on from it. */
    void clear() {
        tenants.clear();
    }

    /** Gives back the memory of what partitions said that are silent since. */
    void forgetSilent() {
        tenants.values().forEach(partitions -> partitions.values().removeIf(full -> !isValid(full)));
        tenants.values().removeIf(Map::isEmpty);
    }
}
