package io.millrace.runtime.policy;

import com.dynatrace.hash4j.hashing.Hashing;
import io.millrace.model.Labels;
import io.millrace.model.RejectReason;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.control.ProcessingRules;
import io.millrace.runtime.control.ProcessingRules.HaReplicas;
import io.millrace.runtime.control.ProcessingRules.LongValues;
import io.millrace.runtime.relabel.RelabelException;
import io.millrace.runtime.relabel.Relabeling;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant wants done with labels, ready for use: drop and relabel, take the replica label out, cut long values, and
 * look whether what comes out keeps the limits. Immutable.
 *
 * @param relabeling dropped metrics and relabelling
 * @param longValues what becomes of a value above the limit
 * @param ha which labels mark replicas
 * @param hash of what they were made of: the same hash, the same rules
 */
public record LabelRules(
        Relabeling relabeling,
        LongValues longValues,
        @Nullable HaReplicas ha,
        long hash) {
    /** Labels stay as they are. */
    public static final LabelRules NONE = new LabelRules(Relabeling.NONE, LongValues.REFUSE, null, 0);

    /** @throws RelabelException when they cannot be; they are checked when they are set */
    public static LabelRules of(ProcessingRules rules) throws RelabelException {
        Relabeling relabeling = Relabeling.dropping(rules.dropMetrics()).and(Relabeling.compile(rules.relabel()));
        return new LabelRules(
                relabeling, rules.longValues(), rules.ha(), Hashing.xxh3_64().hashCharsToLong(rules.toString()));
    }

    /**
     * A number by which two processes see whether they make the same of the labels of all series; 0 when they stay as they
     * are. With other versions of this program it may differ though the rules do not.
     */
    public long fingerprint(TenantLimits limits) {
        long cutAt = cutsValues() ? limits.maxLabelValueBytes() : 0;
        return isEmpty() ? 0 : hash + (cutAt << 1) | 1;
    }

    /** Whether no label of any series is changed: then a series is known by the id that its sender gave it. */
    public boolean isEmpty() {
        return relabeling.isEmpty() && longValues == LongValues.REFUSE && ha == null;
    }

    /** Whether a limit changes labels. */
    public boolean cutsValues() {
        return longValues == LongValues.CUT;
    }

    /** Applies the rules to settled labels. */
    public Verdict apply(Labels settled, TenantLimits limits) {
        Labels labels = relabeling.apply(settled);
        if (labels == null) {
            return new Verdict.Drop();
        }
        HaReplica replica = null;
        if (ha != null) {
            String cluster = labels.getOrEmpty(ha.clusterLabel());
            String name = labels.getOrEmpty(ha.replicaLabel());
            if (!cluster.isEmpty() && !name.isEmpty()) {
                replica = new HaReplica(cluster, name);
                labels = labels.without(List.of(ha.replicaLabel()));
            }
        }
        if (longValues == LongValues.CUT) {
            labels = cut(labels, limits.maxLabelValueBytes());
        }
        if (labels.metricName().isEmpty()) {
            return new Verdict.Refuse(RejectReason.MISSING_METRIC_NAME, "after relabelling the series has no __name__");
        }
        Verdict.Refuse tooMuch = LabelLimits.check(labels, limits);
        return tooMuch == null ? new Verdict.Keep(labels, replica) : tooMuch;
    }

    private static Labels cut(Labels labels, int maxBytes) {
        List<String> pairs = new ArrayList<>(2 * labels.size());
        boolean changed = false;
        for (int i = 0; i < labels.size(); i++) {
            String value = labels.value(i);
            // A char is at most three bytes: most values need no count.
            boolean tooLong = 3L * value.length() > maxBytes && LabelLimits.utf8Length(value) > maxBytes;
            pairs.add(labels.name(i));
            pairs.add(tooLong ? CutValue.of(value, maxBytes) : value);
            changed |= tooLong;
        }
        return changed ? Labels.ofSortedPairs(pairs.toArray(String[]::new)) : labels;
    }
}
