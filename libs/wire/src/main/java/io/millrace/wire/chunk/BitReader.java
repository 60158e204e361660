package io.millrace.wire.chunk;

import io.millrace.wire.MalformedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A position in a bit stream that never passes its end. Not thread-safe. */
final class BitReader {
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Of the last {@link #readXor}; set it before reading another column. */
    short window = ChunkWriter.NO_WINDOW;

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

    long remaining() {
        return end - position;
    }

    /** The next 1 to 64 bits as the low bits of the result. */
    long read(int width) {
        if (position + width > end) {
            throw endOfChunk();
        }
        long result = peek() >>> (Long.SIZE - width);
        int over = (int) (position & 7) + width - Long.SIZE;
        if (over > 0) {
            result |= (data[(int) (position >>> 3) + Long.BYTES] & 0xffL) >>> (Byte.SIZE - over);
        }
        position += width;
        return result;
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

    /** Goes back over bits just read. */
    void rewind(int width) {
        position -= width;
    }

    void skip(int width) {
        if (position + width > end) {
            throw endOfChunk();
        }
        position += width;
    }

    /** How many ones come before the first zero, {@code most} at most; that zero is consumed too. */
    int readOnes(int most) {
        int ones = Math.min(Long.numberOfLeadingZeros(~peek()), most);
        skip(ones == most ? most : ones + 1);
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

    /** See {@link ChunkWriter#writeVarbit(long)}. */
    long readVarbit() {
        int index = readOnes(Varbit.CLASSES - 1);
        if (index == 0) {
            return 0;
        }
        int width = Varbit.width(index);
        return width == Long.SIZE ? read(width) : Varbit.signed(read(width), width);
    }

    long readUnsignedVarbit() {
        int index = readOnes(Varbit.CLASSES - 1);
        return index == 0 ? 0 : read(Varbit.width(index));
    }

    /** See {@link ChunkWriter#writeXor}. */
    long readXor(long before) {
        long next = peek();
        if (next >= 0) {
            skip(1);
            return before;
        }
        if ((next & 1L << 62) == 0) {
            if (window == ChunkWriter.NO_WINDOW) {
                throw new MalformedException("chunk uses a window of bits that was never set, at bit " + position);
            }
            skip(2);
        } else {
            int leading = (int) (next >>> 57) & 31;
            int significant = (int) (next >>> 51) & 63;
            int trailing = Long.SIZE - leading - (significant == 0 ? Long.SIZE : significant);
            if (trailing < 0) {
                throw new MalformedException("chunk has a value of more than 64 bits, at bit " + position);
            }
            window = (short) (leading << 8 | trailing);
            skip(13);
        }
        int trailing = window & 0xff;
        return before ^ read(Long.SIZE - (window >> 8) - trailing) << trailing;
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
