package io.millrace.wire.remotewrite;

import io.millrace.model.RejectReason;
import io.millrace.model.TenantLimits;
import io.millrace.wire.Utf8;
import io.millrace.wire.record.SuccessiveLabels;
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
 * copying, and so would a loop, whose end the processor guesses wrong again and again. They are copied in words of eight
 * bytes, more of them than needed; therefore {@link #SLACK} readable bytes must follow the message, and the scratch buffer
 * has as many to spare. The superfluous bytes are overwritten by the next copy. The words are or-ed together: when none has
 * a high bit the text is ASCII, which is the UTF-8 check for nearly all labels.
 *
 * <p>Labels that come sorted in a 1.0 request, as those of nearly all senders do, are read by {@link SortedLabels}, faster.
 */
final class SeriesLabels {
    /** Bytes that must be readable after the end of the message. */
    static final int SLACK = 32;

    private static final VarHandle LONG = ProtobufCursor.LONG;
    private static final long HIGH_BITS = 0x8080808080808080L;
    /** {@code __name__} as a little-endian word. */
    private static final long METRIC_NAME = 0x5f5f656d616e5f5fL;

    /** {@code __name__} as {@link #prefix} gives it. */
    private static final long METRIC_NAME_PREFIX = Long.reverseBytes(METRIC_NAME);

    /** The longest length prefix of a name or a value. */
    private static final int MAX_LENGTH_BYTES = 5;

    /** Labels that are compared with those of the series before. */
    private static final int MAX_COMPARED = SuccessiveLabels.MAX_LABELS;

    private byte[] source = new byte[0];
    /** Position and length of each name and value: {@code position << 32 | length}. Empty values are not here. */
    private long[] names = new long[32];

    private long[] values = new long[32];
    private int count;
    /** All non-empty labels, also those beyond the limit, which are not stored. */
    private int total;

    private int maxLabels;
    private int maxName;
    private int maxValue;
    private int maxSum;
    private boolean emptyName;
    /** Whether all labels so far have been made canonical as they came. */
    private boolean inOrder;

    private long previousPrefix;
    private int sum;

    private byte[] canonical = new byte[4096];
    private int length;
    private int metricAt;
    private int metricLength;

    /** The labels in the message that {@link #readSorted} has read and nobody has asked for one by one. */
    private int sortedAt;

    private int sortedEnd;

    /** Whether the canonical bytes are those of {@link #sorted}. */
    private boolean readSorted;

    private final SuccessiveLabels successive = new SuccessiveLabels();
    private final SortedLabels sorted = new SortedLabels(successive);

    // The series before, when it was read the long way.
    private int otherCount;
    private final long[] otherNames = new long[MAX_COMPARED];
    private final long[] otherValues = new long[MAX_COMPARED];

    private int problemLabel;
    private long problemValue;

    /** The next series are in this message and under these limits. */
    void beginRequest(byte[] message, TenantLimits limits) {
        successive.begin(message);
        sorted.begin(limits);
        otherCount = 0;
    }

    /** How the labels differ from those of the series before them. */
    SuccessiveLabels successive() {
        return successive;
    }

    /** Starts on the labels of a series whose strings lie in {@code message}. */
    void begin(byte[] message, TenantLimits limits) {
        source = message;
        maxLabels = Math.min(limits.maxLabelsPerSeries(), RemoteWriteDecoder.MAX_LABELS);
        maxName = limits.maxLabelNameBytes();
        maxValue = limits.maxLabelValueBytes();
        maxSum = maxTotal(limits);
        count = 0;
        total = 0;
        emptyName = false;
        inOrder = true;
        previousPrefix = 0;
        sum = 0;
        length = 0;
        metricAt = 0;
        metricLength = 0;
        sortedAt = 0;
        sortedEnd = 0;
        readSorted = false;
    }

    /**
     * Reads the labels of a 1.0 series as {@link SortedLabels} does. After {@link #begin}.
     *
     * @return where the labels end; -1 when they are in any way different from what it reads, then take the long way, with
     *     {@link #tellOthers} at its end
     */
    int readSorted(int from, int end) {
        int labelsEnd = sorted.read(source, from, end);
        if (labelsEnd >= 0) {
            sortedAt = from;
            sortedEnd = labelsEnd;
            readSorted = true;
            length = sorted.length();
            otherCount = 0;
        }
        return labelsEnd;
    }

    /**
     * Tells what is different about labels that were found good the long way.
     *
     * @param symbols whether text that is the same stands in the same place, since it comes from a table
     */
    void tellOthers(boolean symbols) {
        successive.next();
        boolean sameNames = count == otherCount;
        for (int i = 0; i < count && i < MAX_COMPARED; i++) {
            sameNames = sameNames && isSame(otherNames[i], names[i], symbols);
            int at = (int) (values[i] >>> 32);
            int size = (int) values[i];
            if (sameNames && isSame(otherValues[i], values[i], symbols)) {
                successive.keep(i, at, size);
            } else {
                successive.change(i, at, size);
            }
            otherNames[i] = names[i];
            otherValues[i] = values[i];
        }
        if (!sameNames) {
            successive.rename(count);
        }
        otherCount = count <= MAX_COMPARED ? count : 0;
        sorted.forget();
    }

    private boolean isSame(long left, long right, boolean symbols) {
        return left == right
                || !symbols
                        && (int) left == (int) right
                        && SortedLabels.isSameText(source, (int) (left >>> 32), (int) (right >>> 32), (int) left);
    }

    /** Notes where the labels are that {@link #readSorted} has found good: only for the text of those that are refused. */
    private void locate() {
        int position = sortedAt;
        sortedAt = 0;
        int end = sortedEnd;
        sortedEnd = 0;
        while (position < end) {
            int lengthAt = position + 1;
            int nameTag = source[lengthAt] < 0 ? lengthAt + 2 : lengthAt + 1;
            int nameLength = source[nameTag + 1];
            int valueTag = nameTag + 2 + nameLength;
            boolean two = source[valueTag + 1] < 0;
            int valueLength = two ? source[valueTag + 1] & 0x7f | source[valueTag + 2] << 7 : source[valueTag + 1];
            int valueAt = valueTag + (two ? 3 : 2);
            if (count == names.length) {
                names = Arrays.copyOf(names, count * 2);
                values = Arrays.copyOf(values, count * 2);
            }
            names[count] = (long) (nameTag + 2) << 32 | nameLength;
            values[count++] = (long) valueAt << 32 | valueLength;
            position = valueAt + valueLength;
        }
        total = count;
    }

    private boolean rises(long previousPrefix, long prefix, int labels, long name) {
        int order = Long.compareUnsigned(previousPrefix, prefix);
        return order < 0 || order == 0 && labels > 0 && compareNames(names[labels - 1], name) < 0;
    }

    /** Copies by words, up to seven bytes too many. Returns all bytes or-ed together, as a word. */
    private static long copy(byte[] in, int from, byte[] out, int to, int size) {
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
        return seen;
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
        values[count] = (long) valueAt << 32 | valueLength;
        inOrder = inOrder && appendInOrder();
        count++;
    }

    /** Makes the label that was added canonical at once; false when it is not above the one before, or there is a reason against it. */
    private boolean appendInOrder() {
        long name = names[count];
        long value = values[count];
        int nameLength = (int) name;
        int valueLength = (int) value;
        long prefix = prefix(name);
        if (nameLength > maxName || valueLength > maxValue || !rises(previousPrefix, prefix, count, name)) {
            return false;
        }
        previousPrefix = prefix;
        sum += nameLength + valueLength;
        int needed = length + nameLength + valueLength + 2 * MAX_LENGTH_BYTES + SLACK;
        if (needed > canonical.length) {
            canonical = Arrays.copyOf(canonical, Math.max(needed, 2 * canonical.length));
        }
        int at = copy(name, length);
        at = at < 0 ? at : copy(value, at);
        if (at < 0) {
            return false;
        }
        if (prefix == METRIC_NAME_PREFIX && nameLength == 8) {
            metricAt = at - valueLength;
            metricLength = valueLength;
        }
        length = at;
        return sum <= maxSum;
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
        if (inOrder) {
            return needsMetricName && metricLength == 0 ? RejectReason.MISSING_METRIC_NAME : null;
        }
        metricLength = 0;
        RejectReason problem = checkSizes();
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

    private @Nullable RejectReason checkSizes() {
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            int nameLength = (int) names[i];
            int valueLength = (int) values[i];
            if (nameLength > maxName || valueLength > maxValue) {
                problemLabel = i;
                problemValue = nameLength > maxName ? nameLength : valueLength;
                return nameLength > maxName ? RejectReason.LABEL_NAME_TOO_LONG : RejectReason.LABEL_VALUE_TOO_LONG;
            }
            bytes += nameLength + valueLength;
        }
        if (bytes > maxSum) {
            problemValue = bytes;
            return RejectReason.LABELS_TOO_LARGE;
        }
        long needed = bytes + 2L * MAX_LENGTH_BYTES * count + SLACK;
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
        long seen = copy(source, from, canonical, to, size);
        return (seen & HIGH_BITS) == 0 || Utf8.isValid(source, from, size) ? to + size : -1;
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
        return readSorted ? sorted.canonical() : canonical;
    }

    int length() {
        return length;
    }

    /** The metric name in the canonical bytes, after {@link #canonicalise}. */
    byte[] metricName() {
        return Arrays.copyOfRange(canonical, metricAt, metricAt + metricLength);
    }

    int count() {
        if (sortedEnd > 0) {
            locate();
        }
        return count;
    }

    String nameText(int label) {
        return SeriesText.text(source, (int) (names[label] >>> 32), (int) names[label]);
    }

    String valueText(int label) {
        return SeriesText.text(source, (int) (values[label] >>> 32), (int) values[label]);
    }
}
