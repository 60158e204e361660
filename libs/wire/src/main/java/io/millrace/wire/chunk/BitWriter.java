package io.millrace.wire.chunk;

import io.millrace.wire.ByteWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A bit stream under construction, most significant bit first, behind two bytes for the sample count. Base of the chunks
 * rather than a part of them: there is one for each open series, and an object more costs 16 bytes of heap each time.
 *
 * <p>The array is always zero behind the last bit, and has {@link #SLACK} bytes to spare, so that a write is one
 * read-modify-write of eight bytes, and writing zeros is moving on.
 */
abstract class BitWriter {
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** One write touches at most 9 bytes from the byte with the first free bit. */
    private static final int SLACK = 9;

    private byte[] stream;
    /** First free bit. A chunk of 65,535 histograms of 4 KB passes 2^31 bits, so it is read as unsigned. */
    private int bits;

    /** @param capacity bytes of stream to start with */
    BitWriter(int capacity) {
        stream = new byte[capacity + SLACK];
    }

    /** Goes on behind the first {@code usedBits} of an encoded chunk. */
    BitWriter(byte[] encoded, long usedBits) {
        stream = Arrays.copyOf(encoded, encoded.length + SLACK);
        bits = (int) usedBits;
    }

    /** Encoded bytes so far, without padding. */
    public final int size() {
        return (int) (((bits & 0xffffffffL) + 7) >>> 3);
    }

    /** A copy of the chunk as it stands. */
    public final byte[] bytes() {
        return Arrays.copyOf(stream, size());
    }

    /** The array written to, valid up to {@link #size}. */
    final byte[] stream() {
        return stream;
    }

    final int count() {
        return (stream[0] & 0xff) << 8 | stream[1] & 0xff;
    }

    final void count(int count) {
        stream[0] = (byte) (count >>> 8);
        stream[1] = (byte) count;
    }

    /** Moves on over zero bits. */
    final void zeros(int count) {
        reserve(count);
        bits += count;
    }

    /** Writes the low {@code count} bits, 1 to 64; the others must be zero. */
    final void write(long value, int count) {
        reserve(count);
        int at = bits >>> 3;
        int end = (bits & 7) + count;
        if (end <= Long.SIZE) {
            LONG_BE.set(stream, at, (long) LONG_BE.get(stream, at) | value << (Long.SIZE - end));
        } else {
            int over = end - Long.SIZE;
            LONG_BE.set(stream, at, (long) LONG_BE.get(stream, at) | value >>> over);
            stream[at + Long.BYTES] = (byte) (value << (Byte.SIZE - over));
        }
        bits += count;
    }

    /** An uvarint byte by byte, as Go's {@code encoding/binary} writes it, not aligned to bytes. */
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

    private void reserve(int count) {
        int needed = (int) (((bits & 0xffffffffL) + count) >>> 3) + SLACK;
        if (needed > stream.length) {
            // Half as much again: open chunks are most of a writer's heap, and the copies are cheap.
            stream = Arrays.copyOf(stream, Math.max(needed, stream.length + (stream.length >> 1)));
        }
    }
}
