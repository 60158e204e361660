package io.millrace.wire.record;

import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import java.util.Arrays;

/**
 * The labels of the series of one batch, of which most are told by their differences from those before. They are put
 * together only when somebody asks: stepping from series to series notes where the differences are. Each difference is
 * applied at most once, so asking for all labels costs no more than having them. Not thread-safe.
 */
final class LabelChain {
    private final ByteReader in = new ByteReader();
    private final ByteReader text = new ByteReader();

    /** The differences that have not been applied: three numbers each, where they begin and end, and how long the labels are then. */
    private int[] pending = new int[3 * 64];

    private int pendingSize;

    /** The labels before the pending differences: in {@link #own}, or in the batch. */
    private boolean inBatch = true;

    private int offset;
    private int length;
    private ByteWriter own = new ByteWriter(512);
    private ByteWriter next = new ByteWriter(512);

    /** Whether a series has come that others can be like. */
    private boolean exists;

    /** A batch begins. */
    void clear() {
        pendingSize = 0;
        inBatch = true;
        offset = 0;
        length = 0;
        exists = false;
    }

    /** A series whose labels stand in the batch. */
    void full(int newOffset, int newLength) {
        pendingSize = 0;
        inBatch = true;
        offset = newOffset;
        length = newLength;
        exists = true;
    }

    /**
     * A series like the one before.
     *
     * @param batchBytes no labels are longer than the batch they are in
     * @return the length of its labels
     */
    int like(int differencesAt, int differencesLength, long lengthChange, int batchBytes) {
        if (!exists) {
            throw new MalformedException("a series like the one before, and there is none before");
        }
        long newLength = latestLength() + lengthChange;
        if (newLength <= 0 || newLength > batchBytes) {
            throw new MalformedException("labels of " + newLength + " bytes");
        }
        if (pendingSize == pending.length) {
            pending = Arrays.copyOf(pending, 2 * pendingSize);
        }
        pending[pendingSize] = differencesAt;
        pending[pendingSize + 1] = differencesAt + differencesLength;
        pending[pendingSize + 2] = (int) newLength;
        pendingSize += 3;
        return (int) newLength;
    }

    private long latestLength() {
        return pendingSize == 0 ? length : pending[pendingSize - 1];
    }

    /** The array that holds the labels of the latest series, put together from what came before. */
    byte[] buffer(byte[] batch) {
        for (int i = 0; i < pendingSize; i += 3) {
            apply(batch, pending[i], pending[i + 1], pending[i + 2]);
        }
        pendingSize = 0;
        return inBatch ? batch : own.buffer();
    }

    /** Where they begin in {@link #buffer}, after it was called. */
    int offset() {
        return inBatch ? offset : 0;
    }

    private void apply(byte[] batch, int differencesAt, int differencesEnd, int newLength) {
        byte[] from = inBatch ? batch : own.buffer();
        int start = offset();
        int end = start + length;
        ByteWriter to = next;
        to.clear();
        in.wrap(batch, differencesAt, differencesEnd - differencesAt);
        long changes = in.readUvarint();
        int label = start;
        int copied = start;
        for (; changes != 0; changes >>>= 1) {
            int value = skipText(from, label, end);
            int textAt = textAt(from, value, end);
            int valueEnd = skipText(from, value, end);
            if ((changes & 1) != 0) {
                to.putBytes(from, copied, value - copied);
                long kept = in.readUvarint();
                int more = in.readLength();
                if (kept < 0 || kept > valueEnd - textAt || kept + more == 0) {
                    throw new MalformedException(
                            "a value of " + (valueEnd - textAt) + " bytes, of which " + kept + " are kept");
                }
                to.putUvarint(kept + more);
                to.putBytes(from, textAt, (int) kept);
                to.putBytes(batch, in.position(), more);
                in.skip(more);
                copied = valueEnd;
            }
            label = valueEnd;
        }
        to.putBytes(from, copied, end - copied);
        if (to.size() != newLength || in.hasRemaining()) {
            throw new MalformedException("labels have " + to.size() + " bytes instead of " + newLength);
        }
        next = own;
        own = to;
        inBatch = false;
        length = newLength;
    }

    /** Where the text begins whose length stands at {@code at}. */
    private int textAt(byte[] bytes, int at, int end) {
        text.wrap(bytes, at, end - at);
        text.readLength();
        return text.position();
    }

    /** Where the text ends whose length stands at {@code at}. */
    private int skipText(byte[] bytes, int at, int end) {
        text.wrap(bytes, at, end - at);
        text.skip(text.readLength());
        return text.position();
    }
}
