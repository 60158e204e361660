package io.millrace.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A position in a byte array that never passes its limit: whatever the bytes are, reading throws nothing but
 * {@link MalformedException}. The counterpart of {@link ByteWriter}. Not thread-safe.
 */
public final class ByteReader {
    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] NOTHING = {};

    private byte[] buffer = NOTHING;
    private int position;
    private int limit;

    public ByteReader() {}

    public ByteReader(byte[] buffer) {
        wrap(buffer, 0, buffer.length);
    }

    public ByteReader(byte[] buffer, int offset, int length) {
        wrap(buffer, offset, length);
    }

    public void wrap(byte[] newBuffer, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, newBuffer.length);
        buffer = newBuffer;
        position = offset;
        limit = offset + length;
    }

    public byte[] buffer() {
        return buffer;
    }

    public int position() {
        return position;
    }

    public int limit() {
        return limit;
    }

    public int remaining() {
        return limit - position;
    }

    public boolean hasRemaining() {
        return position < limit;
    }

    /** Moves both ends within the same array. */
    public void window(int newPosition, int newLimit) {
        java.util.Objects.checkFromToIndex(newPosition, newLimit, buffer.length);
        position = newPosition;
        limit = newLimit;
    }

    public int readByte() {
        need(1);
        return buffer[position++] & 0xff;
    }

    public long readUvarint() {
        if (position < limit && buffer[position] >= 0) {
            return buffer[position++];
        }
        return readLongUvarint();
    }

    public long readSvarint() {
        long zigzag = readUvarint();
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    /** An uvarint that says how many bytes follow; the bytes are there. */
    public int readLength() {
        int start = position;
        long length = readUvarint();
        if (length < 0 || length > limit - position) {
            throw new MalformedException("length " + Long.toUnsignedString(length) + " at byte " + start
                    + " is more than the " + (limit - position) + " bytes left");
        }
        return (int) length;
    }

    public long readLongLittleEndian() {
        need(Long.BYTES);
        long value = (long) LONG_LE.get(buffer, position);
        position += Long.BYTES;
        return value;
    }

    public long readLongBigEndian() {
        need(Long.BYTES);
        long value = (long) LONG_BE.get(buffer, position);
        position += Long.BYTES;
        return value;
    }

    public int readIntLittleEndian() {
        need(Integer.BYTES);
        int value = (int) INT_LE.get(buffer, position);
        position += Integer.BYTES;
        return value;
    }

    public int readIntBigEndian() {
        need(Integer.BYTES);
        int value = (int) INT_BE.get(buffer, position);
        position += Integer.BYTES;
        return value;
    }

    public byte[] readBytes(int length) {
        int start = position;
        skip(length);
        return java.util.Arrays.copyOfRange(buffer, start, start + length);
    }

    /** Steps over bytes; they are there. */
    public void skip(int length) {
        need(length);
        position += length;
    }

    private long readLongUvarint() {
        int start = position;
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            need(1);
            byte next = buffer[position++];
            if (shift == 63 && (next & 0xff) > 1) {
                break;
            }
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedException("varint at byte " + start + " is longer than 64 bits");
    }

    private void need(int bytes) {
        if (bytes > limit - position || bytes < 0) {
            throw new MalformedException(
                    "expected " + bytes + " more bytes at byte " + position + ", there are " + (limit - position));
        }
    }
}
