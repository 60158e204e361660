package io.millrace.processor.labels;

import io.millrace.model.Labels;
import io.millrace.model.RejectReason;
import io.millrace.runtime.policy.Verdict;
import io.millrace.wire.ByteReader;
import io.millrace.wire.MalformedException;
import io.millrace.wire.Utf8;
import io.millrace.wire.labels.CanonicalLabels;
import java.util.ArrayList;
import java.util.List;

/**
 * Settles the labels of one series: sorted by name in byte order, empty values dropped, a name that stands twice with the
 * same value kept once, with different values refused. Stateless.
 *
 * <p>Gateways send canonical labels, so nearly always there is nothing to do but to check that.
 */
public final class LabelNormaliser {
    private LabelNormaliser() {}

    /** Whether the bytes are canonical labels as they are. */
    public static boolean isCanonical(byte[] buffer, int offset, int length) {
        try {
            CanonicalLabels.check(buffer, offset, length);
            return true;
        } catch (MalformedException e) {
            return false;
        }
    }

    /** The labels in the bytes, which have the form of canonical labels but perhaps not their order. */
    public static Verdict normalise(byte[] buffer, int offset, int length) {
        List<String[]> pairs = new ArrayList<>();
        try {
            ByteReader in = new ByteReader(buffer, offset, length);
            while (in.hasRemaining()) {
                String name = text(in);
                String value = text(in);
                if (name.isEmpty()) {
                    return new Verdict.Refuse(RejectReason.INVALID_LABEL, "a label without a name");
                }
                if (!value.isEmpty()) {
                    pairs.add(new String[] {name, value});
                }
            }
        } catch (MalformedException e) {
            return new Verdict.Refuse(RejectReason.INVALID_LABEL, String.valueOf(e.getMessage()));
        }
        pairs.sort((left, right) -> Labels.compareUtf8(left[0], right[0]));
        List<String> settled = new ArrayList<>(2 * pairs.size());
        for (int i = 0; i < pairs.size(); i++) {
            String[] pair = pairs.get(i);
            if (i > 0 && pair[0].equals(pairs.get(i - 1)[0])) {
                if (!pair[1].equals(pairs.get(i - 1)[1])) {
                    return new Verdict.Refuse(RejectReason.DUPLICATE_LABEL, "label " + pair[0] + " has two values");
                }
            } else {
                settled.add(pair[0]);
                settled.add(pair[1]);
            }
        }
        return new Verdict.Keep(Labels.ofSortedPairs(settled.toArray(String[]::new)), null);
    }

    private static String text(ByteReader in) {
        int length = in.readLength();
        String text = Utf8.decode(in.buffer(), in.position(), length);
        in.skip(length);
        return text;
    }
}
