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
 * <h2>What is the same as in the series before</h2>
 *
 * <p>Series that follow each other mostly have the same names and many of the same values. A label whose bytes are those of
 * the label at its place in the series before is good, and stands where it should, because that one was and did: it is
 * copied from the canonical bytes of that one and not looked at. {@link SuccessiveLabels} is told of the others.
 */
final class SeriesLabels {
    /** Bytes that must be readable after the end of the message. */
    static final int SLACK = 32;

    /** What most names and values, with their lengths, are not longer than. */
    private static final int SHORT = 24;

    private static final VarHandle LONG = ProtobufCursor.LONG;
    private static final VarHandle INT = ProtobufCursor.INT;
    private static final long HIGH_BITS = 0x8080808080808080L;
    /** {@code __name__} as a little-endian word. */
    private static final long METRIC_NAME = 0x5f5f656d616e5f5fL;

    /** {@code __name__} as {@link #prefix} gives it. */
    private static final long METRIC_NAME_PREFIX = Long.reverseBytes(METRIC_NAME);

    /** Field 1, length delimited: a label in TimeSeries, the name in Label. */
    private static final byte FIRST_FIELD = 1 << 3 | ProtobufCursor.LENGTH_DELIMITED;

    /** The longest length prefix of a name or a value. */
    private static final int MAX_LENGTH_BYTES = 5;

    /** A label of up to 127 bytes, as the first bytes of nearly all are: tag, length, tag of the name. */
    private static final int SHORT_LABEL = FIRST_FIELD | FIRST_FIELD << 16;

    private static final int SHORT_LABEL_MASK = 0x00ff80ff;

    /** The most bytes that a label has with its tag when its length takes one byte. */
    private static final int SHORT_LABEL_BYTES = 2 + 0x7f;

    private static final int COMPARE_ALL_EVERY = 8;

    /** Labels that are compared with those of the series before. */
    private static final int MAX_COMPARED = SuccessiveLabels.MAX_LABELS;

    private static final byte SECOND_FIELD = 2 << 3 | ProtobufCursor.LENGTH_DELIMITED;
    /** Tag, length and text of a name and a value of one byte each. */
    private static final int MIN_LABEL_BYTES = 6;

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

    private final SuccessiveLabels successive = new SuccessiveLabels();

    /** Of the series before, when readSorted has found it good: {@code position << 32 | size} of each label in the message. */
    private final long[] before = new long[MAX_COMPARED];

    private int beforeCount;
    private long changedBefore;
    private int seriesRead;
    private int beforeMetric;
    private int beforeMetricLength;
    private byte[] canonicalBefore = new byte[4096];

    // The series before, when it was read the long way.
    private int otherCount;
    private final long[] otherNames = new long[MAX_COMPARED];
    private final long[] otherValues = new long[MAX_COMPARED];

    private int problemLabel;
    private long problemValue;

    /** The next series are in this message and under the same limits. */
    void beginRequest(byte[] message) {
        successive.begin(message);
        beforeCount = 0;
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
    }

    /**
     * Reads the labels of a 1.0 series that are as nearly all are: at the beginning of the series, sorted, without
     * duplicates, valid, one of them the metric name. They are checked and copied in one pass; canonical labels are the
     * message without its tags and the lengths of its labels. After {@link #begin}.
     *
     * @return where the labels end; -1 when they are in any way different, then {@link #begin} again and take the long way,
     *     with {@link #tellOthers} at its end
     */
    int readSorted(int from, int end) {
        byte[] in = source;
        byte[] copied = canonical;
        byte[] out = canonicalBefore;
        if (out.length < end - from + SLACK) {
            out = new byte[Math.max(end - from + SLACK, 2 * out.length)];
        }
        canonical = out;
        canonicalBefore = copied;
        successive.next();
        // so many may be the labels at their places in the series before; none any more, once a name is another
        int comparable = beforeCount;
        beforeCount = 0;
        // those that were others last time are likely to be others again: they are not compared, but now and then
        long unlike = ++seriesRead % COMPARE_ALL_EVERY == 0 ? 0 : changedBefore;
        long changed = 0;
        int copiedAt = 0;
        int at = 0;
        int position = from;
        int labels = 0;
        long seen = 0;
        while (position < end && in[position] == FIRST_FIELD) {
            if (labels < comparable) {
                long label = before[labels];
                int size = (int) label;
                int canonicalSize = size - (size <= SHORT_LABEL_BYTES ? 4 : 5);
                if ((unlike >>> labels & 1) == 0
                        && size <= end - position
                        && isSame(in, position, (int) (label >>> 32), size)) {
                    copyShort(copied, copiedAt, out, at, canonicalSize);
                    at += canonicalSize;
                    if (labels == beforeMetric) {
                        metricLength = beforeMetricLength;
                        metricAt = at - metricLength;
                    }
                    copiedAt += canonicalSize;
                    position += size;
                    labels++;
                    continue;
                }
                copiedAt += canonicalSize;
            }
            int labelLength;
            int nameTag;
            int head = (int) INT.get(in, position);
            if ((head & SHORT_LABEL_MASK) == SHORT_LABEL) {
                labelLength = head >>> 8 & 0x7f;
                nameTag = position + 2;
            } else {
                labelLength = in[position + 1];
                nameTag = position + 2;
                if (labelLength < 0) {
                    int high = in[nameTag++];
                    labelLength = high > 0 ? labelLength & 0x7f | high << 7 : 0;
                }
                if (in[nameTag] != FIRST_FIELD || labelLength >= 0x80 != nameTag > position + 2) {
                    return -1;
                }
            }
            int labelEnd = nameTag + labelLength;
            int nameLength = in[nameTag + 1];
            int nameAt = nameTag + 2;
            int valueTag = nameAt + nameLength;
            if (labelLength < MIN_LABEL_BYTES
                    || labelEnd > end
                    || nameLength <= 0
                    || nameLength > maxName
                    || valueTag > labelEnd - 3
                    || in[valueTag] != SECOND_FIELD
                    || labels == MAX_COMPARED) {
                return -1;
            }
            int valueLength = in[valueTag + 1];
            int valueAt = valueTag + 2;
            if (valueLength < 0) {
                int high = in[valueAt++];
                valueLength = high > 0 ? valueLength & 0x7f | high << 7 : 0;
            }
            if (valueLength == 0 || valueLength > maxValue || valueAt + valueLength != labelEnd) {
                return -1;
            }
            long name = (long) nameAt << 32 | nameLength;
            if (labels >= comparable || !isSameText(beforeName(labels), name)) {
                comparable = 0;
                if (labels > 0 && !rises(beforeName(labels - 1), name)) {
                    return -1;
                }
            }
            // the length before a name or a value is as it has to be in canonical labels: it is copied with the text
            seen |= copyShort(in, nameAt - 1, out, at, nameLength + 1);
            at += nameLength + 1;
            seen |= copyShort(in, valueTag + 1, out, at, labelEnd - valueTag - 1);
            at += labelEnd - valueTag - 1;
            if (nameLength == 8 && (long) LONG.get(in, nameAt) == METRIC_NAME) {
                beforeMetric = labels;
                metricAt = at - valueLength;
                metricLength = valueLength;
            }
            before[labels] = (long) position << 32 | labelEnd - position;
            changed |= 1L << labels;
            successive.change(labels, valueAt, valueLength);
            labels++;
            position = labelEnd;
        }
        if (metricLength == 0 || at > maxSum || labels > maxLabels) {
            return -1;
        }
        sortedAt = from;
        sortedEnd = position;
        // what was copied too much may lie behind the labels, and lengths from 128 on have a high bit: then look closer
        if ((seen & HIGH_BITS) != 0 && !isAscii(in, from, position) && !isUtf8()) {
            return -1;
        }
        length = at;
        beforeMetricLength = metricLength;
        if (labels != comparable) {
            successive.rename(labels);
        }
        beforeCount = labels;
        changedBefore = changed;
        otherCount = 0;
        return position;
    }

    /** Position and length of the name of a label in {@link #before}. */
    private long beforeName(int label) {
        long span = before[label];
        int nameLengthAt = (int) (span >>> 32) + ((int) span <= SHORT_LABEL_BYTES ? 3 : 4);
        return (long) (nameLengthAt + 1) << 32 | source[nameLengthAt];
    }

    private boolean rises(long name, long next) {
        int order = Long.compareUnsigned(prefix(name), prefix(next));
        return order < 0 || order == 0 && compareNames(name, next) < 0;
    }

    /** The labels that {@link #readSorted} has read are not all: their canonical bytes are about to be overwritten. */
    void forgetSorted() {
        beforeCount = 0;
    }

    /** Tells what is different about labels that were found good the long way. */
    void tellOthers() {
        successive.next();
        boolean sameNames = count == otherCount;
        for (int i = 0; i < count && i < MAX_COMPARED; i++) {
            sameNames = sameNames && isSameText(otherNames[i], names[i]);
            int at = (int) (values[i] >>> 32);
            int size = (int) values[i];
            if (sameNames && isSameText(otherValues[i], values[i])) {
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
        beforeCount = 0;
    }

    /** Whether at least eight bytes are the same at two places, in words that may overlap. */
    private static boolean isSame(byte[] in, int left, int right, int size) {
        int last = size - 8;
        long difference = (long) LONG.get(in, left) ^ (long) LONG.get(in, right)
                | (long) LONG.get(in, left + last) ^ (long) LONG.get(in, right + last);
        for (int i = 8; i < last; i += 8) {
            difference |= (long) LONG.get(in, left + i) ^ (long) LONG.get(in, right + i);
        }
        return difference == 0;
    }

    private boolean isSameText(long left, long right) {
        int size = (int) left;
        if (size != (int) right) {
            return false;
        }
        int leftAt = (int) (left >>> 32);
        int rightAt = (int) (right >>> 32);
        if (size > 8) {
            return isSame(source, leftAt, rightAt, size);
        }
        long difference = (long) LONG.get(source, leftAt) ^ (long) LONG.get(source, rightAt);
        return difference << (64 - 8 * size) == 0;
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

    /** Whether a part of the message, which tags and lengths up to 127 belong to, has no byte with its high bit set. */
    private static boolean isAscii(byte[] in, int from, int to) {
        long seen = 0;
        int i = from;
        for (; i + 8 <= to; i += 8) {
            seen |= (long) LONG.get(in, i);
        }
        if (i < to) {
            seen |= (long) LONG.get(in, i) & ~(-1L << (8 * (to - i)));
        }
        return (seen & HIGH_BITS) == 0;
    }

    private boolean isUtf8() {
        int labels = count();
        for (int i = 0; i < labels; i++) {
            if (!Utf8.isValid(source, (int) (names[i] >>> 32), (int) names[i])
                    || !Utf8.isValid(source, (int) (values[i] >>> 32), (int) values[i])) {
                return false;
            }
        }
        return true;
    }

    /**
     * Copies at least {@link #SHORT} bytes, in words and without asking how many, because a wrong guess would cost more.
     * Returns them or-ed together, as a word; those copied too much as well.
     */
    private static long copyShort(byte[] in, int from, byte[] out, int to, int size) {
        long first = (long) LONG.get(in, from);
        long second = (long) LONG.get(in, from + 8);
        long third = (long) LONG.get(in, from + 16);
        LONG.set(out, to, first);
        LONG.set(out, to + 8, second);
        LONG.set(out, to + 16, third);
        long seen = first | second | third;
        return size > SHORT ? seen | copy(in, from + SHORT, out, to + SHORT, size - SHORT) : seen;
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
