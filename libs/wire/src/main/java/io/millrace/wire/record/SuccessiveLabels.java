package io.millrace.wire.record;

/**
 * Series that follow each other in one message, by what is different about their labels: where the values of the latest one
 * lie, and since which series each of them, and the names, have been the same. So a writer can tell what is different from
 * any earlier series without comparing: from the one before in its own batch, say. Filled while the labels are read: {@link
 * #next}, then {@link #change} for each value that is different, {@link #rename} when the names are. Not thread-safe.
 *
 * <p>Values are positions in the message, which must not change before the next {@link #begin} and needs {@link
 * #READABLE_AFTER} readable bytes after each value.
 */
public final class SuccessiveLabels {
    /** Series with more labels are never told by their differences. */
    public static final int MAX_LABELS = 64;

    /** Bytes that must be readable after a value: text is compared and copied in words. */
    public static final int READABLE_AFTER = 8;

    private byte[] message = {};
    private int count;
    /** Of the latest series; never the same again, whatever message it is in. */
    private long number;

    private long sameNamesSince;
    private final long[] values = new long[MAX_LABELS];
    private final long[] sameValueSince = new long[MAX_LABELS];

    /** The next series are in another message. */
    public void begin(byte[] newMessage) {
        message = newMessage;
        rename(0);
    }

    /** The next series has come. Without {@link #change} or {@link #rename} it has the labels of the one before. */
    public void next() {
        number++;
    }

    /**
     * The latest series has another value than the one before.
     *
     * @param label its position among the labels, below {@link #MAX_LABELS}
     */
    public void change(int label, int at, int length) {
        values[label] = (long) at << 32 | length;
        sameValueSince[label] = number;
    }

    /** The latest series has the same value as the one before, in another place. */
    public void keep(int label, int at, int length) {
        values[label] = (long) at << 32 | length;
    }

    /** The latest series has other names than the one before, or is the first: its values are those told by now. */
    public void rename(int labels) {
        count = labels;
        sameNamesSince = number;
    }

    long number() {
        return number;
    }

    /** Whether the latest series has the names of the series with that number. */
    boolean isLike(long earlier) {
        return earlier >= sameNamesSince && count > 0 && count <= MAX_LABELS;
    }

    /** Which values are other than those of the series with that number, or may be: bit i for the label at position i. */
    long changesSince(long earlier) {
        long changes = 0;
        for (int i = 0; i < count; i++) {
            changes |= (earlier - sameValueSince[i] >>> 63) << i;
        }
        return changes;
    }

    byte[] message() {
        return message;
    }

    /** {@code position << 32 | length}. */
    long value(int label) {
        return values[label];
    }

    void copyValues(long[] into) {
        if (count <= MAX_LABELS) {
            System.arraycopy(values, 0, into, 0, count);
        }
    }
}
