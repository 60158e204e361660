package io.millrace.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A byte array that grows, with the number encodings all formats here share. Reused by {@link #clear}. Not thread-safe.
 *
 * <p>{@code uvarint} is unsigned LEB128 (seven bits a byte, least significant first), at most 10 bytes; {@code svarint}
 * is the same after zigzag. Both are those of protobuf and of Go's {@code encoding/binary}.
 */
public final class ByteWriter {
    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private static final int MAX_VARINT = 10;

    private byte[] buffer;
    private int size;

    public ByteWriter(int initialCapacity) {
        buffer = new byte[Math.max(initialCapacity, 16)];
    }

    public void clear() {
        size = 0;
    }

    /** Bytes written so far. */
    public int size() {
        return size;
    }

    /** The array written to; valid up to {@link #size} and until the next write. */
    public byte[] buffer() {
        return buffer;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    public void putByte(int value) {
        reserve(1);
        buffer[size++] = (byte) value;
    }

    public void putUvarint(long value) {
        reserve(MAX_VARINT);
        long rest = value;
        int position = size;
        while ((rest & ~0x7fL) != 0) {
            buffer[position++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[position++] = (byte) rest;
        size = position;
    }

    public void putSvarint(long value) {
        putUvarint((value << 1) ^ (value >> 63));
    }

    public void putLongLittleEndian(long value) {
        reserve(Long.BYTES);
        LONG_LE.set(buffer, size, value);
        size += Long.BYTES;
    }

    public void putLongBigEndian(long value) {
        reserve(Long.BYTES);
        LONG_BE.set(buffer, size, value);
        size += Long.BYTES;
    }

    public void putIntLittleEndian(int value) {
        reserve(Integer.BYTES);
        INT_LE.set(buffer, size, value);
        size += Integer.BYTES;
    }

    public void putIntBigEndian(int value) {
        reserve(Integer.BYTES);
        INT_BE.set(buffer, size, value);
        size += Integer.BYTES;
    }

    public void putBytes(byte[] source, int offset, int length) {
        reserve(length);
        System.arraycopy(source, offset, buffer, size, length);
        size += length;
    }

    /** {@code uvarint length | bytes}. */
    public void putSized(byte[] source, int offset, int length) {
        putUvarint(length);
        putBytes(source, offset, length);
    }

    public void putSized(byte[] source) {
        putSized(source, 0, source.length);
    }

    /** Overwrites four bytes written before. */
    public void patchIntLittleEndian(int position, int value) {
        if (position > size - Integer.BYTES) {
            throw new IndexOutOfBoundsException(position);
        }
        INT_LE.set(buffer, position, value);
    }

    /** Overwrites a byte written before. */
    public void patchByte(int position, int value) {
        if (position >= size) {
            throw new IndexOutOfBoundsException(position);
        }
        buffer[position] = (byte) value;
    }

    /** Moves what was written from {@code position} on; what stands in the gap is to be patched. */
    public void insert(int position, int bytes) {
        reserve(bytes);
        System.arraycopy(buffer, position, buffer, position + bytes, size - position);
        size += bytes;
    }

    /**
     * {@link #buffer} with room for so many bytes after {@link #size}, for writers that put many short things there one by
     * one; then {@link #advance}.
     */
    public byte[] room(int bytes) {
        reserve(bytes);
        return buffer;
    }

    /** So many bytes were written into {@link #room}. */
    public void advance(int bytes) {
        size += bytes;
    }

    /** How many bytes {@link #putUvarint} takes, 1 to 10. */
    public static int uvarintSize(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    private void reserve(int bytes) {
        if (bytes > buffer.length - size) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(size, bytes)));
        }
    }
}
