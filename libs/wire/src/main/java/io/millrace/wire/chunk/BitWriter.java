package io.millrace.wire.chunk;

import io.millrace.wire.ByteWriter;

/**
 * The growing end of a chunk: a bit stream, most significant bit first, behind two bytes for the number of samples, and what
 * the encodings need to know of the samples before. Full words go where the subclass keeps them; the last, unfinished 64
 * bits are a field. Not thread-safe.
 */
abstract class BitWriter {
    static final int COUNT_BYTES = 2;

    /** A window of significant bits is {@code leading << 8 | trailing}; this is the one before there is any. */
    static final short NO_WINDOW = -1;

    /** Leading zeros have five bits. */
    private static final int MAX_LEADING = 31;

    long lastTimestampMs;
    long lastDelta;
    /** The bits behind the last full word, from the top. */
    long pending;
    /** Bits written. 65,535 histograms of 4 KB pass 2^31 bits, so it is read as unsigned. */
    int bits;

    char count;

    /** Keeps a full word; {@link #bits} still stands before it. */
    abstract void storeWord(long word);

    final void writeZeros(int width) {
        write(0, width);
    }

    /** Writes the low {@code width} bits, 1 to 64; the others must be zero. */
    final void write(long value, int width) {
        int free = Long.SIZE - (bits & 63);
        if (width < free) {
            pending |= value << (free - width);
        } else {
            int over = width - free;
            storeWord(pending | value >>> over);
            pending = over == 0 ? 0 : value << (Long.SIZE - over);
        }
        bits += width;
    }

    /** LEB128 as Go's {@code encoding/binary} writes it, not aligned to bytes. */
    final void writeUvarint(long value) {
        long rest = value;
        for (int i = ByteWriter.uvarintSize(value); i > 1; i--) {
            write(rest & 0x7f | 0x80, 8);
            rest >>>= 7;
        }
        write(rest, 8);
    }

    final void writeSvarint(long value) {
        writeUvarint((value << 1) ^ (value >> 63));
    }

    /** The variable width of histograms: a unary class, then 3, 6, 9, 12, 18, 25, 56 or 64 bits. */
    final void writeVarbit(long value) {
        if (value == 0) {
            writeZeros(1);
            return;
        }
        int index = 1;
        while (index < Varbit.CLASSES - 1 && !Varbit.fits(value, Varbit.width(index))) {
            index++;
        }
        writeVarbit(value, index);
    }

    /** As {@link #writeVarbit(long)} with the same classes; of an unsigned number. */
    final void writeUnsignedVarbit(long value) {
        if (value == 0) {
            writeZeros(1);
            return;
        }
        int index = 1;
        while (Long.SIZE - Long.numberOfLeadingZeros(value) > Varbit.width(index)) {
            index++;
        }
        writeVarbit(value, index);
    }

    private void writeVarbit(long value, int index) {
        int width = Varbit.width(index);
        writePrefixed(Varbit.prefix(index), Varbit.prefixWidth(index), value & -1L >>> (Long.SIZE - width), width);
    }

    /**
     * Writes what an XOR with the value before left: {@code 0} nothing, {@code 10} bits within the window of before,
     * {@code 11} a new window, leading zeros in 5 bits, significant bits in 6, and those bits.
     *
     * @return the window for the next time
     */
    final short writeXor(long change, short window) {
        if (change == 0) {
            writeZeros(1);
            return window;
        }
        int leading = Math.min(Long.numberOfLeadingZeros(change), MAX_LEADING);
        int trailing = Long.numberOfTrailingZeros(change);
        int windowTrailing = window & 0xff;
        if (window != NO_WINDOW && leading >= window >> 8 && trailing >= windowTrailing) {
            writePrefixed(0b10, 2, change >>> windowTrailing, Long.SIZE - (window >> 8) - windowTrailing);
            return window;
        }
        int significant = Long.SIZE - leading - trailing;
        // 64 significant bits are written as 0: there are six bits, and 0 cannot be meant.
        long prefix = 0b11L << 11 | (long) leading << 6 | significant & 63;
        writePrefixed(prefix, 13, change >>> trailing, significant);
        return (short) (leading << 8 | trailing);
    }

    final void writePrefixed(long prefix, int prefixWidth, long value, int width) {
        if (prefixWidth + width <= Long.SIZE) {
            write(prefix << width | value, prefixWidth + width);
        } else {
            write(prefix, prefixWidth);
            write(value, width);
        }
    }
}
