package io.millrace.processor.limits;

import io.millrace.processor.series.SeriesTable;
import io.millrace.wire.record.AdmissionRecord;
import io.millrace.wire.record.KnownSeries;
import org.jspecify.annotations.Nullable;

/**
 * Tells the gateways when one partition takes no new series of one tenant, and which series it knows, so that they refuse the
 * others themselves and the sender hears of it. Not thread-safe: the task of the partition owns it.
 *
 * <ol>
 *   <li>There is no room: the record says so, with all active series.
 *   <li>It is repeated every second without the series, and every {@value #REPEAT_MS} ms with them,
 *       for gateways that started meanwhile. A gateway that hears nothing for some seconds lets all pass again.
 *   <li>When there is room a record without a value takes it back. The next full record again has all series: none that was
 *       taken meanwhile is missing.
 * </ol>
 *
 * <p>The series of a large tenant are a large record; one that goes to and fro at its limit is told of seldom enough that it
 * is not more than {@value #BYTES_PER_SECOND} bytes a second. Until then its new series are refused here, as they are of a
 * tenant with rules of its own, whose series the gateways do not know by the ids they have here.
 */
public final class FullNotice {
    static final long REPEAT_MS = 30_000;
    static final int BYTES_PER_SECOND = 20_000;

    private final SeriesAdmission admission;

    /** What was told before a restart is not known, so at first something has been. */
    private boolean told = true;

    private boolean whole;
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
        boolean full = policy.rules().isEmpty() && admission.isFull(policy.limits());
        if (full) {
            tell(policy, nowMs, sink);
        } else if (told) {
            told = false;
            whole = false;
            sink.open(admission.key());
        }
    }

    private void tell(TenantPolicy policy, long nowMs, Sink sink) {
        long sinceMs = nowMs - wholeMs;
        boolean affordable = sinceMs >= wholeBytes * 1000L / BYTES_PER_SECOND || sinceMs < 0;
        if (affordable && (!whole || sinceMs >= REPEAT_MS || sinceMs < 0)) {
            KnownSeries known = activeSeries();
            wholeBytes = KnownSeries.sizeFor(admission.table().active());
            wholeMs = nowMs;
            whole = true;
            told = true;
            sink.full(record(policy, known));
        } else if (whole) {
            sink.full(record(policy, null));
        }
    }

    private AdmissionRecord record(TenantPolicy policy, @Nullable KnownSeries known) {
        AdmissionRecord.Key key = admission.key();
        return new AdmissionRecord(
                key.tenant(),
                key.partition(),
                admission.active(),
                policy.limits().maxActiveSeries(),
                known);
    }

    private KnownSeries activeSeries() {
        SeriesTable table = admission.table();
        KnownSeries.Builder builder = new KnownSeries.Builder(table.active());
        for (int slot = 0; slot < table.slots(); slot++) {
            if (table.isUsed(slot) && table.isActive(slot)) {
                builder.add(table.idHigh(slot), table.idLow(slot));
            }
        }
        return builder.build();
    }
}
