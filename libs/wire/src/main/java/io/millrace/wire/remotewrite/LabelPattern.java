package io.millrace.wire.remotewrite;

import io.millrace.wire.record.SuccessiveLabels;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * How the labels of one series became those of the next: runs of labels that stayed as they were, and between them labels
 * of which the value changed. Series that follow mostly differ in the same way; whether one does is seen by comparing its
 * bytes with those of the series before, without taking its labels apart. Bytes that are the same need no other check,
 * since those of the series before were good. Reused; makes no objects. Not thread-safe.
 */
final class LabelPattern {
    private static final VarHandle INT = ProtobufCursor.INT;

    /** Of the head of a label, all but its length: tag, whether the length has one byte, tag and length of the name. */
    private static final int HEAD_BUT_LENGTH = 0xffff80ff;

    /** Tag and length of a label, tag and length of its name. */
    private static final int HEAD = 4;

    /** From here on a routine for many bytes is worth its call. */
    private static final int LONG_RUN = 64;

    private static final int MAX_LABELS = SuccessiveLabels.MAX_LABELS;

    // What is known of each changed label stands together in one array: fewer bounds to check.
    private static final int LABEL = 0;
    /** Bytes in the message of the labels that stayed, before the changed one. */
    private static final int RUN = 1;
    /** Canonical bytes of those labels and of the name of the changed one. */
    private static final int CANONICAL_BEFORE = 2;
    /** Bytes from the beginning of the changed label to the length of its value. */
    private static final int PREFIX = 3;
    /** Length of the value in the latest series. */
    private static final int SIZE = 4;
    /** Length of the value in the series that is compared. */
    private static final int NEXT_SIZE = 5;
    /** Where the value begins in that series. */
    private static final int NEXT_AT = 6;

    private static final int NUMBERS = 8;

    private final int[] numbers = new int[NUMBERS * MAX_LABELS];
    /** Labels with a changed value; -1 when there is no pattern. */
    private int changes = -1;

    /** Bytes in the message of the labels after the last changed one. */
    private int lastRun;

    private int longer;

    /** There is no pattern any more. */
    void forget() {
        changes = -1;
    }

    boolean exists() {
        return changes >= 0;
    }

    /**
     * Makes the pattern of a series.
     *
     * @param from where it begins in the message
     * @param starts of its labels, relative to {@code from}; behind them where they end
     * @param changed bit i for label i, whose value is not that of the series before
     * @param longs labels whose length has two bytes: with one of them changed there is no pattern
     */
    void learn(byte[] in, int from, int[] starts, int labels, long changed, long longs) {
        changes = -1;
        if ((changed & longs) != 0) {
            return;
        }
        int count = 0;
        int next = 0;
        for (long rest = changed; rest != 0; rest &= rest - 1) {
            int at = Long.numberOfTrailingZeros(rest);
            int nameLength = in[from + starts[at] + HEAD - 1];
            int k = NUMBERS * count;
            int run = starts[at] - starts[next];
            numbers[k + LABEL] = at;
            numbers[k + RUN] = run;
            numbers[k + CANONICAL_BEFORE] =
                    run - SortedLabels.FRAME * (at - next) - longsBetween(longs, next, at) + 1 + nameLength;
            numbers[k + PREFIX] = HEAD + nameLength + 1;
            numbers[k + SIZE] = starts[at + 1] - starts[at] - HEAD - nameLength - 2;
            count++;
            next = at + 1;
        }
        lastRun = starts[labels] - starts[next];
        changes = count;
    }

    private static int longsBetween(long longs, int from, int to) {
        return to == from ? 0 : Long.bitCount(longs << Long.SIZE - to >>> Long.SIZE - to + from);
    }

    /**
     * Whether the labels between two positions differ from those of the latest series as the pattern says.
     *
     * @param latest where the latest series begins in the message
     * @return where the labels end; -1 when they differ in any other way
     */
    int match(byte[] in, int latest, int from, int end, int maxValue) {
        int before = latest;
        int position = from;
        int more = 0;
        int[] known = numbers;
        for (int k = 0; k < NUMBERS * changes; k += NUMBERS) {
            int same = known[k + RUN];
            int toValue = known[k + PREFIX];
            if (end - position <= same + toValue || !isSame(in, before, position, same)) {
                return -1;
            }
            before += same;
            position += same;
            int head = (int) INT.get(in, position);
            int valueSize = (head >>> 8 & 0x7f) - toValue + 1;
            if ((((int) INT.get(in, before) ^ head) & HEAD_BUT_LENGTH) != 0
                    || !SortedLabels.isSameText(in, before + HEAD, position + HEAD, toValue - HEAD)
                    || in[position + toValue] != valueSize
                    || valueSize <= 0
                    || valueSize > maxValue) {
                return -1;
            }
            int sizeBefore = known[k + SIZE];
            known[k + NEXT_SIZE] = valueSize;
            known[k + NEXT_AT] = position + toValue + 1;
            more += valueSize - sizeBefore;
            before += toValue + 1 + sizeBefore;
            position += toValue + 1 + valueSize;
        }
        int same = lastRun;
        if (end - position < same || !isSame(in, before, position, same)) {
            return -1;
        }
        longer = more;
        return position + same;
    }

    private static boolean isSame(byte[] in, int left, int right, int size) {
        return size == 0
                || (size > LONG_RUN
                        ? Arrays.equals(in, left, left + size, in, right, right + size)
                        : SortedLabels.isSameText(in, left, right, size));
    }

    /** How many bytes more the matched series has than the latest. */
    int longer() {
        return longer;
    }

    int changes() {
        return changes;
    }

    int label(int change) {
        return numbers[NUMBERS * change + LABEL];
    }

    /** Canonical bytes between the value changed before, or the beginning, and the length of this one. */
    int canonicalBefore(int change) {
        return numbers[NUMBERS * change + CANONICAL_BEFORE];
    }

    /** Length of the value in the latest series. */
    int size(int change) {
        return numbers[NUMBERS * change + SIZE];
    }

    /** Length of the value in the matched series. */
    int nextSize(int change) {
        return numbers[NUMBERS * change + NEXT_SIZE];
    }

    /** Where the value is in the matched series. */
    int nextAt(int change) {
        return numbers[NUMBERS * change + NEXT_AT];
    }

    /** The matched series is the latest now. */
    void advance() {
        for (int k = 0; k < NUMBERS * changes; k += NUMBERS) {
            numbers[k + SIZE] = numbers[k + NEXT_SIZE];
        }
    }
}
