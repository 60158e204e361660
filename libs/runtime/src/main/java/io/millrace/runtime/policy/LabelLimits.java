package io.millrace.runtime.policy;

import io.millrace.model.Labels;
import io.millrace.model.RejectReason;
import io.millrace.model.TenantLimits;
import org.jspecify.annotations.Nullable;

/** The limits on the labels of one series. The gateway has held them already; relabelling can break them. Stateless. */
final class LabelLimits {
    private LabelLimits() {}

    /** Why the labels are too many or too long; null when they are not. */
    static Verdict.@Nullable Refuse check(Labels labels, TenantLimits limits) {
        if (labels.size() > limits.maxLabelsPerSeries()) {
            return new Verdict.Refuse(
                    RejectReason.TOO_MANY_LABELS,
                    "the series has " + labels.size() + " labels after relabelling, the limit is "
                            + limits.maxLabelsPerSeries());
        }
        int total = 0;
        for (int i = 0; i < labels.size(); i++) {
            int name = utf8Length(labels.name(i));
            int value = utf8Length(labels.value(i));
            if (name > limits.maxLabelNameBytes()) {
                return new Verdict.Refuse(
                        RejectReason.LABEL_NAME_TOO_LONG,
                        "a label name has " + name + " bytes after relabelling, the limit is "
                                + limits.maxLabelNameBytes());
            }
            if (value > limits.maxLabelValueBytes()) {
                return new Verdict.Refuse(
                        RejectReason.LABEL_VALUE_TOO_LONG,
                        "the value of label " + labels.name(i) + " has " + value
                                + " bytes after relabelling, the limit is " + limits.maxLabelValueBytes());
            }
            total += name + value;
        }
        if (total > limits.maxLabelsBytes()) {
            return new Verdict.Refuse(
                    RejectReason.LABELS_TOO_LARGE,
                    "the labels have " + total + " bytes after relabelling, the limit is " + limits.maxLabelsBytes());
        }
        return null;
    }

    /** Bytes of a text in UTF-8. */
    static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a pair counts two: four for the pair.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
