package io.millrace.processor;

import io.millrace.model.RejectReason;
import io.millrace.model.SeriesId;
import io.millrace.processor.labels.AliasTable;
import io.millrace.processor.labels.LabelNormaliser;
import io.millrace.processor.labels.Verdict;
import io.millrace.processor.limits.TenantPolicy;
import io.millrace.processor.refusals.Refusal;
import io.millrace.processor.series.SeriesTable;
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
 * labels is compared with the remembered one; that is all. Only for an unknown series are the labels looked at and
 * settled; when that changes them, what became of the raw labels is remembered in an {@link AliasTable}.
 *
 * <p>The sender's id is never trusted: a series is stored under the hash of its settled labels. Two label sets with one
 * hash would show by their CRC32C; the later one is refused.
 */
final class SeriesResolver {
    private final SampleBatchReader reader;
    private final CRC32C crc = new CRC32C();
    private @Nullable Refusal refusal;

    SeriesResolver(SampleBatchReader reader) {
        this.reader = reader;
    }

    /** The slot of an active series; {@link SeriesTable#ABSENT} when it is refused, see {@link #refusal}. */
    int resolve(TenantWork tenant, TenantPolicy policy, long nowMs) {
        int check = check(reader.buffer(), reader.labelsOffset(), reader.labelsLength());
        int slot = find(tenant, check);
        if (slot == SeriesTable.ABSENT) {
            slot = settle(tenant, policy, check, nowMs);
        } else if (!tenant.table().isActive(slot)) {
            slot = reactivate(tenant, policy, slot, nowMs);
        }
        return slot;
    }

    /** Why the last series was refused. */
    Refusal refusal() {
        Refusal why = refusal;
        if (why == null) {
            throw new IllegalStateException("the series was not refused");
        }
        return why;
    }

    /** The canonical labels under which the series is stored; null when they are refused. */
    byte @Nullable [] settledLabels() {
        byte[] buffer = reader.buffer();
        int offset = reader.labelsOffset();
        int length = reader.labelsLength();
        if (LabelNormaliser.isCanonical(buffer, offset, length)) {
            return Arrays.copyOfRange(buffer, offset, offset + length);
        }
        Verdict verdict = LabelNormaliser.normalise(buffer, offset, length);
        if (verdict instanceof Verdict.Refuse refuse) {
            refusal = new Refusal(refuse.reason(), refuse.detail());
            return null;
        }
        return CanonicalLabels.encode(((Verdict.Keep) verdict).labels());
    }

    private int find(TenantWork tenant, int check) {
        SeriesTable table = tenant.table();
        int slot = table.find(reader.idHigh(), reader.idLow());
        if (slot != SeriesTable.ABSENT && table.check(slot) == check) {
            return slot;
        }
        int alias = tenant.aliases().find(reader.idHigh(), reader.idLow(), check);
        return alias == AliasTable.ABSENT
                ? SeriesTable.ABSENT
                : table.find(tenant.aliases().idHigh(alias), tenant.aliases().idLow(alias));
    }

    /** The slow way: from the labels to a slot. */
    private int settle(TenantWork tenant, TenantPolicy policy, int rawCheck, long nowMs) {
        byte[] labels = settledLabels();
        if (labels == null) {
            return SeriesTable.ABSENT;
        }
        SeriesId id = CanonicalLabels.id(labels, 0, labels.length);
        int check = check(labels, 0, labels.length);
        int slot = tenant.table().find(id.high(), id.low());
        if (slot == SeriesTable.ABSENT) {
            slot = insert(tenant, policy, id, check, labels, nowMs);
        } else if (tenant.table().check(slot) != check) {
            return refuse(RejectReason.SERIES_ID_COLLISION, "the id " + id + " is that of another series");
        } else if (!tenant.table().isActive(slot)) {
            slot = reactivate(tenant, policy, slot, nowMs);
        }
        if (slot != SeriesTable.ABSENT
                && (id.high() != reader.idHigh() || id.low() != reader.idLow() || check != rawCheck)) {
            tenant.aliases().put(reader.idHigh(), reader.idLow(), rawCheck, id.high(), id.low());
        }
        return slot;
    }

    private int insert(TenantWork tenant, TenantPolicy policy, SeriesId id, int check, byte[] labels, long nowMs) {
        String metric = CanonicalLabels.metricName(labels, 0, labels.length);
        int number = tenant.series().metrics().number(metric);
        RejectReason reason = tenant.admission().admit(policy.limits(), number, nowMs);
        if (reason != null) {
            return refuse(tenant, policy, reason);
        }
        tenant.usage().addCreatedSeries();
        return tenant.series().insert(id.high(), id.low(), check, metric, (int) (nowMs / 1000));
    }

    private int reactivate(TenantWork tenant, TenantPolicy policy, int slot, long nowMs) {
        RejectReason reason =
                tenant.admission().admit(policy.limits(), tenant.table().metric(slot), nowMs);
        return reason == null ? slot : refuse(tenant, policy, reason);
    }

    private int refuse(TenantWork tenant, TenantPolicy policy, RejectReason reason) {
        return refuse(reason, tenant.admission().explain(reason, policy.limits()));
    }

    private int refuse(RejectReason reason, String message) {
        refusal = new Refusal(reason, message);
        return SeriesTable.ABSENT;
    }

    private int check(byte[] bytes, int offset, int length) {
        crc.reset();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
