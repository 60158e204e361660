package io.millrace.wire.chunk;

import io.millrace.wire.MalformedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A position in a bit stream that never passes its end. Not thread-safe. */
final class BitReader {
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] data;
    private final long end;
    private long position;

    /** @param offset bytes to skip */
    BitReader(byte[] data, int offset) {
        this.data = data;
        end = (long) data.length * Byte.SIZE;
        position = (long) offset * Byte.SIZE;
        if (position > end) {
            throw endOfChunk();
        }
    }

    /** Bits read so far, the skipped ones included. */
    long position() {
        return position;
    }

    /** The next 1 to 64 bits as the low bits of the result. */
    long read(int count) {
        long result = peek() >>> (Long.SIZE - count);
        int over = (int) (position & 7) + count - Long.SIZE;
        if (position + count > end) {
            throw endOfChunk();
        }
        if (over > 0) {
            result |= (data[(int) (position >>> 3) + Long.BYTES] & 0xffL) >>> (Byte.SIZE - over);
        }
        position += count;
        return result;
    }

    boolean readBit() {
        return read(1) != 0;
    }

    /**
     * At least the next 57 bits, from the top bit of the result on; zeros behind the end of the stream. Then
     * {@link #skip} what was used.
     */
    long peek() {
        int at = (int) (position >>> 3);
        long word = at + Long.BYTES <= data.length ? (long) LONG_BE.get(data, at) : tail(at);
        return word << (position & 7);
    }

    void skip(int count) {
        if (position + count > end) {
            throw endOfChunk();
        }
        position += count;
    }

    /** How many of the next {@code max} bits are one before the first zero; that zero is consumed too, if it is there. */
    int readOnes(int max) {
        int ones = Math.min(Long.numberOfLeadingZeros(~peek()), max);
        skip(ones == max ? max : ones + 1);
        return ones;
    }

    long readUvarint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            long next = read(8);
            if (shift == 63 && next > 1) {
                break;
            }
            value |= (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new MalformedException("varint before bit " + position + " of a chunk is longer than 64 bits");
    }

    long readSvarint() {
        long zigzag = readUvarint();
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    private long tail(int at) {
        long word = 0;
        for (int i = at; i < data.length; i++) {
            word |= (data[i] & 0xffL) << (Long.SIZE - Byte.SIZE * (i - at + 1));
        }
        return word;
    }

    private MalformedException endOfChunk() {
        return new MalformedException("chunk of " + data.length + " bytes ends within a sample, at bit " + position);
    }
}
