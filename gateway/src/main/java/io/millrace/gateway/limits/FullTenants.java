package io.millrace.gateway.limits;

import io.millrace.model.RejectReason;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.runtime.policy.LabelRules;
import io.millrace.runtime.policy.TenantPolicies;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.runtime.policy.Verdict;
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
 *
 * <p>A tenant with rules of its own has series under other ids behind them. A series that is not known as it was sent is put
 * through the rules here too, if they are those that the partition has; some microseconds each, for tenants that are full only.
 */
public final class FullTenants {
    static final long SILENCE_NANOS = 4_000_000_000L;

    /** What a partition last said, and when. Immutable. */
    private record Full(
            RejectReason reached,
            long rules,
            long activeSeries,
            long limit,
            Set<String> metrics,
            KnownSeries known,
            long heardNanos) {}

    private final LongSupplier nanoClock;
    private final TenantPolicies policies;
    private final Map<TenantId, Map<Integer, Full>> tenants = new ConcurrentHashMap<>();

    /** @param policies the rules of the tenants */
    public FullTenants(LongSupplier nanoClock, TenantPolicies policies) {
        this.nanoClock = nanoClock;
        this.policies = policies;
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
                : (partition, idHigh, idLow, labels, length) -> {
                    Full full = partitions.get(partition);
                    return full == null || full.known.mayContain(idHigh, idLow) || !isValid(full)
                            ? null
                            : whyFull(full, policies.of(tenant), labels, length);
                };
    }

    /** Of a series that is not known by the id it was sent with: whether it is by the one it gets. */
    private static @Nullable NotAdmitted whyFull(Full full, TenantPolicy policy, byte[] labels, int length) {
        LabelRules rules = policy.rules();
        if (rules.fingerprint(policy.limits()) != full.rules) {
            // one of us has not heard of the change yet
            return null;
        }
        String metric;
        if (rules.isEmpty()) {
            metric = CanonicalLabels.metricName(labels, 0, length);
        } else {
            Verdict verdict = rules.apply(CanonicalLabels.decode(labels, 0, length), policy.limits());
            if (!(verdict instanceof Verdict.Keep keep) || keep.replica() != null) {
                // not for the limit: dropped, or refused for something else, or of a replica that may not be elected
                return null;
            }
            SeriesId id = CanonicalLabels.id(keep.labels());
            if (full.known.mayContain(id.high(), id.low())) {
                return null;
            }
            metric = keep.labels().metricName();
        }
        if (full.reached == RejectReason.MAX_SERIES_PER_METRIC && !full.metrics.contains(metric)) {
            return null;
        }
        String why = AdmissionRecord.explain(full.reached, full.activeSeries, full.limit);
        return new NotAdmitted(full.reached, why + "; known series pass, this one is new");
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
                                record.rules(),
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
