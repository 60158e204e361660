package io.millrace.processor.limits;

import io.millrace.model.RejectReason;
import io.millrace.model.TenantLimits;
import io.millrace.processor.series.TenantSeries;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.wire.record.AdmissionRecord;
import io.millrace.wire.record.KnownSeries;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells the gateways when one partition takes no new series of one tenant, or none of some metrics, and which series it knows,
 * so that they refuse the others themselves and the sender hears of it. Not thread-safe: the task of the partition owns it.
 *
 * <ol>
 *   <li>A limit is reached: the record says so, with the active series it is about. From then on the partition refuses the
 *       same ({@link SeriesAdmission#close}), so no series becomes active that is not among them.
 *   <li>It is repeated every second without the series, and every {@value #REPEAT_MS} ms with them,
 *       for gateways that started meanwhile. A gateway that hears nothing for some seconds lets all pass again.
 *   <li>When there is room a record without a value takes it back; when a metric is no longer full, a record without its
 *       name. What is closed again later comes with its series: none that was taken meanwhile is missing.
 * </ol>
 *
 * <p>The series of a large tenant are a large record; one that goes to and fro at its limit is told of seldom enough that it
 * is not more than {@value #BYTES_PER_SECOND} bytes a second. Until then its new series are refused here.
 *
 * <p>Series have the ids here that the tenant's own rules give them. The record says by which rules, and gateways with the same
 * ones come to the same ids.
 */
public final class FullNotice {
    static final long REPEAT_MS = 30_000;
    static final int BYTES_PER_SECOND = 20_000;

    private final SeriesAdmission admission;

    /** What was told before a restart is not known, so at first something has been. */
    private boolean told = true;

    private long wholeMs;
    private int wholeBytes;

    public FullNotice(SeriesAdmission admission) {
        this.admission = admission;
    }

    /** Takes what is told. */
    public interface Sink {
        void full(AdmissionRecord record);

        void open(AdmissionRecord.Key key);
    }

    /** To be called about once a second. */
    public void step(TenantPolicy policy, long nowMs, Sink sink) {
        Closing before = admission.closing();
        Closing wanted = admission.next(policy.limits(), nowMs);
        long sinceMs = nowMs - wholeMs;
        boolean affordable = sinceMs >= wholeBytes * 1000L / BYTES_PER_SECOND || sinceMs < 0;
        boolean known = wanted.isWithin(before);
        Closing now = known || affordable ? wanted : wanted.and(before);
        admission.close(now);
        if (now.isOpen()) {
            if (told) {
                told = false;
                sink.open(admission.key());
            }
            return;
        }
        told = true;
        boolean whole = affordable && (!known || sinceMs >= REPEAT_MS || sinceMs < 0);
        if (whole) {
            wholeMs = nowMs;
        }
        sink.full(record(policy, now, whole ? seriesOf(now) : null));
    }

    private AdmissionRecord record(TenantPolicy policy, Closing closing, @Nullable KnownSeries known) {
        TenantLimits limits = policy.limits();
        AdmissionRecord.Key key = admission.key();
        RejectReason reached = Objects.requireNonNull(closing.reached());
        List<String> metrics = closing.metrics().stream()
                .mapToObj(admission.series().metrics()::name)
                .toList();
        return new AdmissionRecord(
                key.tenant(),
                key.partition(),
                reached,
                policy.rules().fingerprint(limits),
                admission.active(),
                SeriesAdmission.limit(reached, limits),
                metrics,
                known);
    }

    /** The active series that it is about. */
    private KnownSeries seriesOf(Closing closing) {
        TenantSeries series = admission.series();
        long count = closing.isOfMetrics()
                ? closing.metrics().stream()
                        .mapToLong(metric -> series.metrics().active(metric))
                        .sum()
                : series.table().active();
        wholeBytes = KnownSeries.sizeFor(count);
        return series.knownActive(count, metric -> closing.why(metric) != null);
    }
}
