package io.millrace.processor;

import io.millrace.model.Labels;
import io.millrace.model.RejectReason;
import io.millrace.model.SeriesId;
import io.millrace.processor.ha.HaGate;
import io.millrace.processor.labels.AliasTable;
import io.millrace.processor.labels.LabelNormaliser;
import io.millrace.processor.refusals.Refusal;
import io.millrace.processor.series.SeriesTable;
import io.millrace.runtime.policy.HaReplica;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.runtime.policy.Verdict;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.SampleBatchReader;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * From the series a reader stands on to its slot in the tenant's table. Not thread-safe.
 *
 * <h2>Known and unknown</h2>
 *
 * A batch names each series by id and carries its labels. For a known series the id is looked up and the CRC32C of the
 * labels is compared with the remembered one; that is all. Only for an unknown series are the labels looked at, settled
 * and put through the tenant's rules; what became of raw labels that changed is remembered in an {@link AliasTable}.
 * A series that the rules leave as it was sent is marked as such in the table, until the rules change.
 *
 * <p>The sender's id is never trusted: a series is stored under the hash of its final labels. Two label sets with one
 * hash would show by their CRC32C; the later one is refused.
 */
final class SeriesResolver {
    /** The series is refused, see {@link #refusal}. */
    static final int REFUSED = SeriesTable.ABSENT;

    /** The tenant's own rules drop the series. */
    static final int DROPPED = -2;

    /** The series comes from a replica that is not elected. */
    static final int DUPLICATE = -3;

    /** Notes of aliases: nothing to note; dropped by rules; from here on the number of a replica. */
    private static final int NOTE_NONE = 0;

    private static final int NOTE_DROPPED = 1;
    private static final int NOTE_REPLICAS = 2;

    private static final byte[] JOB = {'j', 'o', 'b'};

    private final SampleBatchReader reader;
    private final HaGate gate;
    private final CRC32C crc = new CRC32C();
    private @Nullable Refusal refusal;

    // Of the batch being read.
    private TenantPolicy policy = TenantPolicy.DEFAULT;
    private boolean hasRules;
    private long nowMs;

    SeriesResolver(SampleBatchReader reader, HaGate gate) {
        this.reader = reader;
        this.gate = gate;
    }

    /** The next series are of this batch. */
    void begin(TenantWork tenant, TenantPolicy policyNow, long now) {
        policy = policyNow;
        hasRules = !policyNow.rules().isEmpty();
        nowMs = now;
        tenant.use(policyNow.rules(), policyNow.limits(), now);
    }

    /** The slot of a series that may pass, or {@link #REFUSED}, {@link #DROPPED}, {@link #DUPLICATE}. */
    int resolve(TenantWork tenant) {
        int check = reader.labelsCheck();
        SeriesTable table = tenant.table();
        int known = table.find(reader.idHigh(), reader.idLow());
        if (known != SeriesTable.ABSENT
                && table.check(known) == check
                && (!hasRules || table.mark(known) == tenant.mark())) {
            return activate(tenant, known);
        }
        int alias = tenant.aliases().find(reader.idHigh(), reader.idLow(), check);
        if (alias == AliasTable.ABSENT) {
            return settle(tenant, check);
        }
        int note = tenant.aliases().note(alias);
        if (note == NOTE_DROPPED) {
            return DROPPED;
        }
        if (note >= NOTE_REPLICAS && !gate.passes(tenant.replicas().replica(note - NOTE_REPLICAS))) {
            return DUPLICATE;
        }
        int slot = table.find(tenant.aliases().idHigh(alias), tenant.aliases().idLow(alias));
        return slot == SeriesTable.ABSENT ? settle(tenant, check) : activate(tenant, slot);
    }

    /** Why the last series was refused. */
    Refusal refusal() {
        Refusal why = refusal;
        if (why == null) {
            throw new IllegalStateException("the series was not refused");
        }
        return why;
    }

    /** The canonical labels under which the series is stored; null when it is not. */
    byte @Nullable [] finalLabels() {
        byte[] buffer = reader.seriesLabelsBuffer();
        int offset = reader.seriesLabelsOffset();
        int length = reader.seriesLabelsLength();
        if (!hasRules && LabelNormaliser.isCanonical(buffer, offset, length)) {
            return Arrays.copyOfRange(buffer, offset, offset + length);
        }
        return judge() instanceof Verdict.Keep keep ? CanonicalLabels.encode(keep.labels()) : null;
    }

    /** The labels as they were sent, as text; "" when they cannot be read. */
    String sentLabels() {
        Verdict settled = LabelNormaliser.normalise(
                reader.seriesLabelsBuffer(), reader.seriesLabelsOffset(), reader.seriesLabelsLength());
        return settled instanceof Verdict.Keep keep ? keep.labels().toString() : "";
    }

    private Verdict judge() {
        Verdict settled = LabelNormaliser.normalise(
                reader.seriesLabelsBuffer(), reader.seriesLabelsOffset(), reader.seriesLabelsLength());
        return hasRules && settled instanceof Verdict.Keep keep
                ? policy.rules().apply(keep.labels(), policy.limits())
                : settled;
    }

    /** The slow way: from the labels to a slot. */
    private int settle(TenantWork tenant, int rawCheck) {
        if (!hasRules
                && LabelNormaliser.isCanonical(
                        reader.seriesLabelsBuffer(), reader.seriesLabelsOffset(), reader.seriesLabelsLength())) {
            byte[] labels = Arrays.copyOfRange(
                    reader.seriesLabelsBuffer(),
                    reader.seriesLabelsOffset(),
                    reader.seriesLabelsOffset() + reader.seriesLabelsLength());
            return settle(tenant, rawCheck, labels, null);
        }
        Verdict verdict = judge();
        if (verdict instanceof Verdict.Refuse refuse) {
            return refuse(refuse.reason(), refuse.message());
        }
        if (verdict instanceof Verdict.Keep keep) {
            return settle(tenant, rawCheck, encode(keep.labels()), keep.replica());
        }
        tenant.aliases().put(reader.idHigh(), reader.idLow(), rawCheck, 0, 0, NOTE_DROPPED);
        return DROPPED;
    }

    private int settle(TenantWork tenant, int rawCheck, byte[] labels, @Nullable HaReplica replica) {
        int note = NOTE_NONE;
        if (replica != null) {
            int number = tenant.replicas().number(replica, policy.limits().maxHaClusters());
            if (number < 0 && tenant.replicas().isOld(nowMs)) {
                tenant.forgetAliases(nowMs);
                number = tenant.replicas().number(replica, policy.limits().maxHaClusters());
            }
            if (number < 0) {
                return refuse(
                        RejectReason.MAX_HA_CLUSTERS,
                        "the instance has more clusters than the limit of "
                                + policy.limits().maxHaClusters() + "; this one is '" + replica.cluster() + "'");
            }
            note = NOTE_REPLICAS + number;
        }
        SeriesId id = CanonicalLabels.id(labels, 0, labels.length);
        int check = check(labels, 0, labels.length);
        boolean sameAsSent = id.high() == reader.idHigh() && id.low() == reader.idLow() && check == rawCheck;
        if (note >= NOTE_REPLICAS && !gate.passes(tenant.replicas().replica(note - NOTE_REPLICAS))) {
            tenant.aliases().put(reader.idHigh(), reader.idLow(), rawCheck, id.high(), id.low(), note);
            return DUPLICATE;
        }
        int slot = tenant.table().find(id.high(), id.low());
        if (slot == SeriesTable.ABSENT) {
            slot = insert(tenant, id, check, labels);
        } else if (tenant.table().check(slot) != check) {
            return refuse(RejectReason.SERIES_ID_COLLISION, "the id " + id + " is that of another series");
        } else {
            slot = activate(tenant, slot);
        }
        if (slot != REFUSED && sameAsSent && note == NOTE_NONE) {
            tenant.table().setMark(slot, tenant.mark());
        } else if (slot != REFUSED) {
            tenant.aliases().put(reader.idHigh(), reader.idLow(), rawCheck, id.high(), id.low(), note);
        }
        return slot;
    }

    private static byte[] encode(Labels labels) {
        return CanonicalLabels.encode(labels);
    }

    private int insert(TenantWork tenant, SeriesId id, int check, byte[] labels) {
        String metric = CanonicalLabels.metricName(labels, 0, labels.length);
        String job = CanonicalLabels.value(labels, 0, labels.length, JOB);
        int number = tenant.series().metrics().number(metric);
        // A series that has moved here is not new.
        if (!tenant.shard().shard().carries(id.high(), id.low())) {
            RejectReason reason = tenant.admission().admit(policy.limits(), number, nowMs);
            if (reason != null) {
                return refuse(tenant, reason);
            }
            tenant.usage().addCreatedSeries();
        }
        return tenant.series().insert(id.high(), id.low(), check, metric, job, (int) (nowMs / 1000));
    }

    /** An active series passes, in whatever partition it was; one that has been away must be admitted again. */
    private int activate(TenantWork tenant, int slot) {
        SeriesTable table = tenant.table();
        if (table.isActive(slot) || tenant.shard().shard().carries(table.idHigh(slot), table.idLow(slot))) {
            return slot;
        }
        RejectReason reason = tenant.admission()
                .admit(policy.limits(), tenant.series().groups().metric(table.group(slot)), nowMs);
        return reason == null ? slot : refuse(tenant, reason);
    }

    private int refuse(TenantWork tenant, RejectReason reason) {
        return refuse(reason, tenant.admission().explain(reason, policy.limits()));
    }

    private int refuse(RejectReason reason, String message) {
        refusal = new Refusal(reason, message);
        return REFUSED;
    }

    private int check(byte[] bytes, int offset, int length) {
        crc.reset();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
