package io.millrace.wire.remotewrite;

import io.millrace.model.TenantLimits;
import io.millrace.wire.Utf8;
import io.millrace.wire.record.SuccessiveLabels;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The labels of a 1.0 series as nearly all senders send them: at the beginning of the series, sorted, without duplicates,
 * valid, one of them the metric name. They are checked and copied in one pass; canonical labels are the message without its
 * tags and the lengths of its labels. Reused between the series of a request; makes no objects. Not thread-safe.
 *
 * <h2>What is the same as in the series before</h2>
 *
 * <p>Series that follow each other mostly have the same names and many of the same values. Labels whose bytes are those of
 * the labels at their place in the series before are good, and stand where they should, because those were and did: they are
 * compared as one run of bytes, and their canonical bytes stay where they are. {@link SuccessiveLabels} is told of the others.
 * Labels that were others last time are likely to be others again, and are not compared but now and then: the less often, the
 * longer it has been the same ones ({@link LabelPattern}).
 */
final class SortedLabels {
    private static final VarHandle LONG = ProtobufCursor.LONG;
    private static final VarHandle INT = ProtobufCursor.INT;
    private static final long HIGH_BITS = 0x8080808080808080L;

    /** {@code __name__} as a little-endian word. */
    private static final long METRIC_NAME = 0x5f5f656d616e5f5fL;

    /** Field 1, length delimited: a label in TimeSeries, the name in Label. */
    private static final byte FIRST_FIELD = 1 << 3 | ProtobufCursor.LENGTH_DELIMITED;

    private static final byte SECOND_FIELD = 2 << 3 | ProtobufCursor.LENGTH_DELIMITED;

    /** A label of up to 127 bytes, as the first bytes of nearly all are: tag, length, tag of the name. */
    private static final int SHORT_LABEL = FIRST_FIELD | FIRST_FIELD << 16;

    private static final int SHORT_LABEL_MASK = 0x00ff80ff;

    /** Tag, length and text of a name and a value of one byte each. */
    private static final int MIN_LABEL_BYTES = 6;

    /** Bytes of a short label that are not in canonical labels: tag and length of the label, tags of name and value. */
    static final int FRAME = 4;

    /** What most names and values, with their lengths, are not longer than. */
    private static final int SHORT = 24;

    /** From here on a routine for many bytes is worth its call. */
    private static final int LONG_RUN = 48;

    private static final int MAX_LABELS = SuccessiveLabels.MAX_LABELS;
    private static final int FIRST_INTERVAL = 2;
    private static final int LONGEST_INTERVAL = 64;

    private final SuccessiveLabels successive;
    /** Of the latest series; while the next one is read, of that one up to where it has been read, of the latest after it. */
    private byte[] canonical = new byte[4096];

    private int length;

    // The series before, when it was read here: where it stands in the message, and each of its labels within it.
    private int before;
    private int beforeCount;
    private final int[] starts = new int[MAX_LABELS + 1];
    private int metric;
    /** The labels that have a length of two bytes. */
    private long longLabels;

    private long changedBefore;
    /** So many series more are read before all labels are compared again. */
    private int untilAll;

    private int interval = FIRST_INTERVAL;

    /** How the series before differed from the one before it. */
    private final LabelPattern pattern = new LabelPattern();

    /** Whether {@link #starts} are those of the series before; they are not after it was read by its pattern. */
    private boolean startsKnown;

    private int maxLabels;
    private int maxName;
    private int maxValue;
    private int maxSum;

    /** @param successive is told how the series differ */
    SortedLabels(SuccessiveLabels successive) {
        this.successive = successive;
    }

    /** The next series are of another request. */
    void begin(TenantLimits limits) {
        maxLabels = Math.min(limits.maxLabelsPerSeries(), MAX_LABELS);
        maxName = limits.maxLabelNameBytes();
        maxValue = limits.maxLabelValueBytes();
        maxSum = SeriesLabels.maxTotal(limits);
        forget();
    }

    /** The series before the next was not read here. */
    void forget() {
        beforeCount = 0;
        pattern.forget();
    }

    byte[] canonical() {
        return canonical;
    }

    int length() {
        return length;
    }

    /**
     * Reads the labels of the series between two positions of the message.
     *
     * @return where the labels end; -1 when they are in any way different from what this class reads
     */
    int read(byte[] in, int from, int end) {
        if (canonical.length < end - from + SeriesLabels.SLACK) {
            canonical = Arrays.copyOf(canonical, Math.max(end - from + SeriesLabels.SLACK, 2 * canonical.length));
        }
        successive.next();
        boolean all = --untilAll <= 0;
        if (!all && pattern.exists()) {
            int labelsEnd = readByPattern(in, from, end);
            if (labelsEnd >= 0) {
                return labelsEnd;
            }
        }
        return readLabels(in, from, end, all);
    }

    /** Reads a series that differs from the one before as that did; -1 when it does not. */
    private int readByPattern(byte[] in, int from, int end) {
        LabelPattern like = pattern;
        int labelsEnd = like.match(in, before, from, end, maxValue);
        if (labelsEnd < 0 || labelsEnd < end && in[labelsEnd] == FIRST_FIELD || length + like.longer() > maxSum) {
            return -1;
        }
        int at = 0;
        long seen = 0;
        for (int i = 0; i < like.changes(); i++) {
            at += like.canonicalBefore(i);
            int sizeBefore = 1 + like.size(i);
            int valueAt = like.nextAt(i);
            int size = like.nextSize(i);
            if (1 + size != sizeBefore) {
                moveRest(at + sizeBefore, at + 1 + size);
            }
            seen |= replace(in, valueAt - 1, canonical, at, 1 + size);
            at += 1 + size;
            successive.change(like.label(i), valueAt, size);
        }
        if ((seen & HIGH_BITS) != 0 && !isText(in, from, labelsEnd)) {
            // the canonical bytes are no longer those of the series before
            forget();
            return -1;
        }
        like.advance();
        before = from;
        startsKnown = false;
        return labelsEnd;
    }

    private int readLabels(byte[] in, int from, int end, boolean all) {
        findStarts(in);
        pattern.forget();
        // so many labels have the names of those at their places in the series before, as far as is known
        int comparable = beforeCount;
        beforeCount = 0;
        int previous = before;
        long longBefore = longLabels;
        long longs = 0;
        long unlike = all ? longBefore : changedBefore | longBefore;
        long changed = 0;
        int at = 0;
        int position = from;
        int labels = 0;
        int metricAt = -1;
        long seen = 0;
        while (position < end && in[position] == FIRST_FIELD) {
            if (labels < comparable && (unlike >>> labels & 1) == 0) {
                int run = Math.min(comparable, labels + Long.numberOfTrailingZeros(unlike >>> labels));
                int runAt = starts[labels];
                int size = starts[run] - runAt;
                int same = commonStart(in, previous + runAt, position, Math.min(size, end - position));
                if (same < size) {
                    run = labels;
                    while (starts[run + 1] - runAt <= same) {
                        run++;
                    }
                    size = starts[run] - runAt;
                    unlike |= 1L << run;
                }
                int shift = position - from - runAt;
                if (shift != 0) {
                    for (int i = labels; i < run; i++) {
                        starts[i] += shift;
                    }
                }
                at += size - FRAME * (run - labels);
                position += size;
                labels = run;
                continue;
            }
            int labelLength;
            int nameTag;
            int head = (int) INT.get(in, position);
            if ((head & SHORT_LABEL_MASK) == SHORT_LABEL) {
                labelLength = head >>> 8 & 0x7f;
                nameTag = position + 2;
            } else {
                int high = in[position + 2];
                labelLength = in[position + 1] & 0x7f | high << 7;
                nameTag = position + 3;
                if (in[position + 1] >= 0 || high <= 0 || in[nameTag] != FIRST_FIELD) {
                    return -1;
                }
                longs |= 1L << labels;
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
                    || labels >= maxLabels) {
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
            // the length before a name or a value is as it has to be in canonical labels: it is copied with the text
            int valueSize = labelEnd - valueTag - 1;
            if (labels < comparable && isSameName(in, previous, labels, longBefore, nameAt, nameLength)) {
                int sizeBefore = starts[labels + 1] - starts[labels] - FRAME - (int) (longBefore >>> labels & 1);
                int size = nameLength + 1 + valueSize;
                if (size != sizeBefore) {
                    moveRest(at + sizeBefore, at + size);
                }
                seen |= replace(in, valueTag + 1, canonical, at + nameLength + 1, valueSize);
                at += size;
            } else {
                comparable = Math.min(comparable, labels);
                if (labels > 0 && !rises(in, from, labels - 1, longs, nameAt, nameLength)) {
                    return -1;
                }
                if (nameLength == 8 && (long) LONG.get(in, nameAt) == METRIC_NAME) {
                    metricAt = labels;
                }
                seen |= copyShort(in, nameAt - 1, canonical, at, nameLength + 1);
                at += nameLength + 1;
                seen |= copyShort(in, valueTag + 1, canonical, at, valueSize);
                at += valueSize;
            }
            starts[labels] = position - from;
            changed |= 1L << labels;
            successive.change(labels, valueAt, valueLength);
            labels++;
            position = labelEnd;
        }
        int sameNames = Math.min(comparable, labels);
        metricAt = metricAt < 0 && metric < sameNames ? metric : metricAt;
        if (metricAt < 0 || at > maxSum) {
            return -1;
        }
        // of what was copied too much, and of lengths from 128 on, a high bit may come: then look closer
        if ((seen & HIGH_BITS) != 0 && !isAscii(in, from, position) && !isText(in, from, position)) {
            return -1;
        }
        starts[labels] = position - from;
        if (labels != comparable) {
            successive.rename(labels);
        } else {
            pattern.learn(in, from, starts, labels, changed, longs);
        }
        before = from;
        beforeCount = labels;
        longLabels = longs;
        interval = all && changed == changedBefore ? Math.min(2 * interval, LONGEST_INTERVAL) : FIRST_INTERVAL;
        untilAll = interval;
        changedBefore = changed;
        metric = metricAt;
        length = at;
        startsKnown = true;
        return position;
    }

    /** Steps through the labels of the series before, when it was read by its pattern. */
    private void findStarts(byte[] in) {
        if (startsKnown || beforeCount == 0) {
            return;
        }
        int position = before;
        for (int i = 0; i < beforeCount; i++) {
            starts[i] = position - before;
            int labelLength = in[position + 1];
            position += labelLength >= 0 ? 2 + labelLength : 3 + (labelLength & 0x7f | in[position + 2] << 7);
        }
        starts[beforeCount] = position - before;
        startsKnown = true;
    }

    /** Whether a name is above the one of a label that has been read. */
    private boolean rises(byte[] in, int from, int label, long longs, int nameAt, int nameLength) {
        int at = from + starts[label] + FRAME + (int) (longs >>> label & 1);
        int order = Long.compareUnsigned(prefix(in, at, in[at - 1]), prefix(in, nameAt, nameLength));
        return order < 0
                || order == 0 && Arrays.compareUnsigned(in, at, at + in[at - 1], in, nameAt, nameAt + nameLength) < 0;
    }

    /** The first eight bytes of a name as an unsigned number in byte order, padded with zeros. */
    private static long prefix(byte[] in, int at, int size) {
        long word = Long.reverseBytes((long) LONG.get(in, at));
        return size >= Long.BYTES ? word : word & -1L << Long.SIZE - Long.BYTES * size;
    }

    /** How many bytes are the same, at most {@code size}. */
    private static int commonStart(byte[] in, int left, int right, int size) {
        if (size > LONG_RUN) {
            int same = Arrays.mismatch(in, left, left + size, in, right, right + size);
            return same < 0 ? size : same;
        }
        for (int i = 0; i < size; i += Long.BYTES) {
            long difference = (long) LONG.get(in, left + i) ^ (long) LONG.get(in, right + i);
            if (difference != 0) {
                return Math.min(size, i + (Long.numberOfTrailingZeros(difference) >>> 3));
            }
        }
        return size;
    }

    /** Whether text of at least one byte is the same at two places. */
    static boolean isSameText(byte[] in, int left, int right, int size) {
        long difference = (long) LONG.get(in, left) ^ (long) LONG.get(in, right);
        if (size <= Long.BYTES) {
            return difference << Long.SIZE - Long.BYTES * size == 0;
        }
        int last = size - Long.BYTES;
        for (int i = Long.BYTES; i < last; i += Long.BYTES) {
            difference |= (long) LONG.get(in, left + i) ^ (long) LONG.get(in, right + i);
        }
        return (difference | (long) LONG.get(in, left + last) ^ (long) LONG.get(in, right + last)) == 0;
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
        for (int i = SHORT; i < size; i += Long.BYTES) {
            long word = (long) LONG.get(in, from + i);
            LONG.set(out, to + i, word);
            seen |= word;
        }
        return seen;
    }

    /** Copies exactly so many bytes, and returns them or-ed together. */
    private static long replace(byte[] in, int from, byte[] out, int to, int size) {
        long seen = 0;
        int i = 0;
        for (; i + Long.BYTES <= size; i += Long.BYTES) {
            long word = (long) LONG.get(in, from + i);
            LONG.set(out, to + i, word);
            seen |= word;
        }
        if (i < size) {
            long behind = -1L << Long.BYTES * (size - i);
            long word = (long) LONG.get(in, from + i) & ~behind;
            LONG.set(out, to + i, word | (long) LONG.get(out, to + i) & behind);
            seen |= word;
        }
        return seen;
    }

    /** Moves the canonical bytes of the series before, of which a label has now another size. */
    private void moveRest(int from, int to) {
        int rest = length - from;
        if (to + rest + SeriesLabels.SLACK > canonical.length) {
            canonical = Arrays.copyOf(canonical, 2 * canonical.length + to + rest);
        }
        System.arraycopy(canonical, from, canonical, to, rest);
        length = to + rest;
    }

    private boolean isSameName(byte[] in, int previous, int label, long longBefore, int nameAt, int nameLength) {
        int before = previous + starts[label] + FRAME + (int) (longBefore >>> label & 1);
        return in[before - 1] == nameLength && isSameText(in, before, nameAt, nameLength);
    }

    /** Whether a part of the message, which tags and lengths up to 127 belong to, has no byte with its high bit set. */
    private static boolean isAscii(byte[] in, int from, int to) {
        long seen = 0;
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            seen |= (long) LONG.get(in, i);
        }
        if (i < to) {
            seen |= (long) LONG.get(in, i) & ~(-1L << Long.BYTES * (to - i));
        }
        return (seen & HIGH_BITS) == 0;
    }

    /** Whether names and values are UTF-8. */
    private boolean isText(byte[] in, int from, int to) {
        int position = from;
        while (position < to) {
            int nameLengthAt = position + (in[position + 1] < 0 ? 4 : 3);
            int valueLengthAt = nameLengthAt + in[nameLengthAt] + 2;
            boolean two = in[valueLengthAt] < 0;
            int valueLength = two ? in[valueLengthAt] & 0x7f | in[valueLengthAt + 1] << 7 : in[valueLengthAt];
            int valueAt = valueLengthAt + (two ? 2 : 1);
            if (!Utf8.isValid(in, nameLengthAt + 1, in[nameLengthAt]) || !Utf8.isValid(in, valueAt, valueLength)) {
                return false;
            }
            position = valueAt + valueLength;
        }
        return true;
    }
}
