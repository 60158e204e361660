package io.millrace.wire.remotewrite;

import io.millrace.model.RejectReason;
import io.millrace.model.TenantLimits;
import io.millrace.wire.Utf8;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The labels of one series (or exemplar) while it is decoded: first as positions in the message, after {@link
 * #canonicalise} as canonical bytes. Reused between series; makes no objects. Not thread-safe.
 *
 * <h2>How the bytes are copied</h2>
 *
 * <p>Names and values are short (10 to 30 bytes), so a call of {@code System.arraycopy} each would cost more than the
 * copying. They are copied eight bytes at a time, and the words are or-ed together on the way: when no word has a high
 * bit the text is ASCII, which is the UTF-8 check for nearly all labels. The last word reads and writes up to seven
 * bytes too many; therefore {@link #SLACK} readable bytes must follow the message, and the scratch buffer has as many to
 * spare. The superfluous bytes are masked out of the check and overwritten by the next copy.
 */
final class SeriesLabels {
    /** Bytes that must be readable after the end of the message. */
    static final int SLACK = 8;

    private static final VarHandle LONG = ProtobufCursor.LONG;
    private static final long HIGH_BITS = 0x8080808080808080L;
    /** {@code __name__} as a little-endian word. */
    private static final long METRIC_NAME = 0x5f5f656d616e5f5fL;

    private byte[] source = new byte[0];
    /** Position and length of each name and value: {@code position << 32 | length}. Empty values are not here. */
    private long[] names = new long[32];

    private long[] values = new long[32];
    private int count;
    /** All non-empty labels, also those beyond the limit, which are not stored. */
    private int total;

    private int maxLabels;
    private boolean emptyName;

    private byte[] canonical = new byte[4096];
    private int length;
    private int metricAt;
    private int metricLength;

    private int problemLabel;
    private long problemValue;

    /** Starts on the labels of a series whose strings lie in {@code message}. */
    void begin(byte[] message, TenantLimits limits) {
        source = message;
        maxLabels = Math.min(limits.maxLabelsPerSeries(), RemoteWriteDecoder.MAX_LABELS);
        count = 0;
        total = 0;
        emptyName = false;
        length = 0;
        metricAt = 0;
        metricLength = 0;
    }

    void add(int nameAt, int nameLength, int valueAt, int valueLength) {
        if (nameLength == 0) {
            emptyName = true;
            return;
        }
        if (valueLength == 0) {
            return;
        }
        if (++total > maxLabels) {
            return;
        }
        if (count == names.length) {
            names = Arrays.copyOf(names, count * 2);
            values = Arrays.copyOf(values, count * 2);
        }
        names[count] = (long) nameAt << 32 | nameLength;
        values[count++] = (long) valueAt << 32 | valueLength;
    }

    /** Sorts, checks and encodes the labels. Null when they are good, else the first reason against them. */
    @Nullable
    RejectReason canonicalise(TenantLimits limits, boolean needsMetricName) {
        if (emptyName) {
            return RejectReason.INVALID_LABEL;
        }
        if (total > maxLabels) {
            problemValue = total;
            return RejectReason.TOO_MANY_LABELS;
        }
        RejectReason problem = checkSizes(limits);
        if (problem != null) {
            return problem;
        }
        if (!isSorted()) {
            sort();
        }
        problem = encode();
        if (problem == null && needsMetricName && metricLength == 0) {
            return RejectReason.MISSING_METRIC_NAME;
        }
        return problem;
    }

    private @Nullable RejectReason checkSizes(TenantLimits limits) {
        int maxName = limits.maxLabelNameBytes();
        int maxValue = limits.maxLabelValueBytes();
        long sum = 0;
        for (int i = 0; i < count; i++) {
            int nameLength = (int) names[i];
            int valueLength = (int) values[i];
            if (nameLength > maxName || valueLength > maxValue) {
                problemLabel = i;
                problemValue = nameLength > maxName ? nameLength : valueLength;
                return nameLength > maxName ? RejectReason.LABEL_NAME_TOO_LONG : RejectReason.LABEL_VALUE_TOO_LONG;
            }
            sum += nameLength + valueLength;
        }
        if (sum > maxTotal(limits)) {
            problemValue = sum;
            return RejectReason.LABELS_TOO_LARGE;
        }
        // 5 bytes for the longest length prefix of a name and a value each
        long needed = sum + 10L * count + SLACK;
        if (needed > canonical.length) {
            canonical = new byte[(int) Math.max(needed, 2L * canonical.length)];
        }
        return null;
    }

    static int maxTotal(TenantLimits limits) {
        return Math.min(limits.maxLabelsBytes(), RemoteWriteDecoder.MAX_LABELS_BYTES);
    }

    private boolean isSorted() {
        long previous = 0;
        for (int i = 0; i < count; i++) {
            long prefix = prefix(names[i]);
            int order = Long.compareUnsigned(previous, prefix);
            if (order > 0 || order == 0 && i > 0 && compareNames(names[i - 1], names[i]) > 0) {
                return false;
            }
            previous = prefix;
        }
        return true;
    }

    /** The first eight bytes of a name as an unsigned number in byte order, padded with zeros. */
    private long prefix(long name) {
        long word = Long.reverseBytes((long) LONG.get(source, (int) (name >>> 32)));
        int nameLength = (int) name;
        return nameLength >= 8 ? word : word & -1L << (64 - 8 * nameLength);
    }

    private int compareNames(long left, long right) {
        int leftAt = (int) (left >>> 32);
        int rightAt = (int) (right >>> 32);
        return Arrays.compareUnsigned(source, leftAt, leftAt + (int) left, source, rightAt, rightAt + (int) right);
    }

    /** Binary insertion: few comparisons, and moving longs in arrays of at most some hundred is cheap. */
    private void sort() {
        for (int i = 1; i < count; i++) {
            long name = names[i];
            long value = values[i];
            int low = 0;
            int high = i;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (compareNames(names[middle], name) <= 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            System.arraycopy(names, low, names, low + 1, i - low);
            System.arraycopy(values, low, values, low + 1, i - low);
            names[low] = name;
            values[low] = value;
        }
    }

    private @Nullable RejectReason encode() {
        int at = 0;
        for (int i = 0; i < count; i++) {
            long name = names[i];
            if (i > 0 && (int) name == (int) names[i - 1] && compareNames(names[i - 1], name) == 0) {
                problemLabel = i;
                return RejectReason.DUPLICATE_LABEL;
            }
            int nameAt = at;
            at = copy(name, at);
            if (at < 0) {
                problemLabel = i;
                return RejectReason.INVALID_LABEL;
            }
            // lengths up to 127 have a prefix of one byte, so the name of eight bytes begins after it
            boolean isMetricName = (int) name == 8 && (long) LONG.get(canonical, nameAt + 1) == METRIC_NAME;
            at = copy(values[i], at);
            if (at < 0) {
                problemLabel = i;
                return RejectReason.INVALID_LABEL;
            }
            if (isMetricName) {
                metricLength = (int) values[i];
                metricAt = at - metricLength;
            }
        }
        length = at;
        return null;
    }

    /** Appends {@code uvarint length | bytes} at {@code at}. The end, or -1 when the bytes are not UTF-8. */
    private int copy(long text, int at) {
        int from = (int) (text >>> 32);
        int size = (int) text;
        int to = at;
        int rest = size;
        while (rest >= 0x80) {
            canonical[to++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        canonical[to++] = (byte) rest;
        byte[] in = source;
        byte[] out = canonical;
        long seen = 0;
        int i = 0;
        for (; i + 8 <= size; i += 8) {
            long word = (long) LONG.get(in, from + i);
            LONG.set(out, to + i, word);
            seen |= word;
        }
        if (i < size) {
            long word = (long) LONG.get(in, from + i);
            LONG.set(out, to + i, word);
            seen |= word & ~(-1L << (8 * (size - i)));
        }
        return (seen & HIGH_BITS) == 0 || Utf8.isValid(in, from, size) ? to + size : -1;
    }

    /** What {@link #canonicalise} found, with the value and the limit it broke. */
    String describe(RejectReason problem, TenantLimits limits) {
        return switch (problem) {
            case INVALID_LABEL ->
                emptyName
                        ? "a label name is empty"
                        : "label " + SeriesText.quote(nameText(problemLabel)) + " is not UTF-8";
            case TOO_MANY_LABELS -> problemValue + " labels, limit " + maxLabels;
            case LABEL_NAME_TOO_LONG ->
                "a label name has " + problemValue + " bytes, limit " + limits.maxLabelNameBytes();
            case LABEL_VALUE_TOO_LONG ->
                "the value of label " + SeriesText.quote(nameText(problemLabel)) + " has " + problemValue
                        + " bytes, limit " + limits.maxLabelValueBytes();
            case LABELS_TOO_LARGE ->
                "all names and values together have " + problemValue + " bytes, limit " + maxTotal(limits);
            case DUPLICATE_LABEL -> "label " + SeriesText.quote(nameText(problemLabel)) + " appears twice";
            case MISSING_METRIC_NAME -> "the label __name__ is missing or empty";
            default -> "";
        };
    }

    /** Canonical bytes, valid up to {@link #length}. */
    byte[] canonical() {
        return canonical;
    }

    int length() {
        return length;
    }

    /** The metric name in the canonical bytes. */
    byte[] metricName() {
        return Arrays.copyOfRange(canonical, metricAt, metricAt + metricLength);
    }

    int count() {
        return count;
    }

    String nameText(int label) {
        return SeriesText.text(source, (int) (names[label] >>> 32), (int) names[label]);
    }

    String valueText(int label) {
        return SeriesText.text(source, (int) (values[label] >>> 32), (int) values[label]);
    }
}
