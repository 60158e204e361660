package io.millrace.wire.chunk;

import io.millrace.wire.ByteWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A chunk under construction: a bit stream, most significant bit first, behind two bytes for the number of samples.
 * {@link #bytes} may be called at any time; later appends go on from there. Not thread-safe.
 *
 * <h2>Made for hundreds of thousands of open series</h2>
 *
 * Each sample goes to another series, so each append finds its chunk in no cache, and what it costs is the number of
 * places it touches. Hence the last, unfinished 64 bits are a field beside the other fields: a sample of two bits or
 * twenty touches this object only, and the array once every 64 bits. For the same reason, and to save a header for each
 * series, the bit stream is the base class and not a part.
 */
public abstract sealed class ChunkWriter permits XorChunk, HistogramChunk, FloatHistogramChunk {
    /** Samples a chunk can count. */
    public static final int MAX_SAMPLES = 0xffff;

    static final int COUNT_BYTES = 2;

    /** A window of significant bits is {@code leading << 8 | trailing}; this is the one before there is any. */
    static final short NO_WINDOW = -1;

    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Leading zeros have five bits. */
    private static final int MAX_LEADING = 31;

    long lastTimestampMs;
    long lastDelta;
    /** The bits behind the last full word, from the top. */
    private long pending;
    /** Full words of the stream. */
    private byte[] stream;

    private @Nullable StartTimestamps starts;
    /** Bits written. 65,535 histograms of 4 KB pass 2^31 bits, so it is read as unsigned. */
    private int bits;

    private char count;

    /** @param capacity words of stream to start with, the sample count included */
    ChunkWriter(int capacity) {
        stream = new byte[capacity * Long.BYTES];
        bits = COUNT_BYTES * Byte.SIZE;
    }

    /** Goes on behind the first {@code usedBits} of an encoded chunk; the bits behind them are zero. */
    ChunkWriter(byte[] encoded, long usedBits) {
        stream = Arrays.copyOf(encoded, (encoded.length + Long.BYTES - 1) & -Long.BYTES);
        bits = (int) usedBits;
        pending = usedBits % Long.SIZE == 0 ? 0 : (long) LONG_BE.get(stream, fullWordBytes());
        count = (char) ((encoded[0] & 0xff) << 8 | encoded[1] & 0xff);
    }

    public abstract ChunkEncoding encoding();

    /** 0 when empty. */
    public abstract long firstTimestampMs();

    /** 0 when empty. */
    public final long lastTimestampMs() {
        return lastTimestampMs;
    }

    public final int samples() {
        return count;
    }

    /** Encoded bytes so far, without padding and without start timestamps. */
    public final int size() {
        return (int) (((bits & 0xffffffffL) + 7) >>> 3);
    }

    /** A copy of the chunk as it stands, as Prometheus knows it: without start timestamps. */
    public final byte[] bytes() {
        byte[] bytes = Arrays.copyOf(stream, size());
        long rest = pending;
        for (int i = fullWordBytes(); i < bytes.length; i++) {
            bytes[i] = (byte) (rest >>> (Long.SIZE - Byte.SIZE));
            rest <<= Byte.SIZE;
        }
        bytes[0] = (byte) (count >>> 8);
        bytes[1] = (byte) count;
        return bytes;
    }

    /** What a row of the store says about {@link #rowData}: the encoding's number, and whether start timestamps precede. */
    public final byte rowEncoding() {
        return starts == null ? encoding().number() : (byte) (encoding().number() | Chunks.WITH_START_TIMESTAMPS);
    }

    /** A copy of the chunk as it stands, as rows of the store and open chunks hold it. See {@code docs/formats/chunks.md}. */
    public final byte[] rowData() {
        return starts == null ? bytes() : starts.prepend(firstTimestampMs(), bytes());
    }

    /** Counts the sample just written. */
    final void counted(long startTimestampMs) {
        count++;
        if (starts != null) {
            starts.add(startTimestampMs);
        } else if (startTimestampMs != 0) {
            starts = new StartTimestamps(count - 1);
            starts.add(startTimestampMs);
        }
    }

    /** The beginning of the chunk, the first 16 bytes at least if there are as many; its sample count not set. */
    final byte[] head() {
        return fullWordBytes() >= 2 * Long.BYTES ? stream : bytes();
    }

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

    private void storeWord(long word) {
        int at = fullWordBytes();
        if (at == stream.length) {
            // Half as much again: open chunks are most of a writer's heap, and the copies are cheap.
            stream = Arrays.copyOf(stream, at + Math.max(Long.BYTES, at / 2 & -Long.BYTES));
        }
        LONG_BE.set(stream, at, word);
    }

    private int fullWordBytes() {
        return bits >>> 6 << 3;
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
