package io.millrace.wire.remotewrite;

import java.util.Arrays;

/** Writes protobuf fields into a buffer that grows. Not thread-safe. */
final class MessageBuffer {
    private byte[] bytes = new byte[512];
    private int size;

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    void varint(int field, long value) {
        tag(field, ProtobufCursor.VARINT);
        rawVarint(value);
    }

    void varintIfSet(int field, long value) {
        if (value != 0) {
            varint(field, value);
        }
    }

    void fixed64(int field, long value) {
        tag(field, ProtobufCursor.FIXED64);
        rawFixed64(value);
    }

    /** Leaves out +0.0 only: -0.0 has bits. */
    void fixed64IfSet(int field, long value) {
        if (value != 0) {
            fixed64(field, value);
        }
    }

    void packedFixed64(int field, LongList values) {
        if (values.size() > 0) {
            tag(field, ProtobufCursor.LENGTH_DELIMITED);
            rawVarint(values.size() * 8L);
            for (int i = 0; i < values.size(); i++) {
                rawFixed64(values.get(i));
            }
        }
    }

    void packedZigZag(int field, LongList values) {
        if (values.size() > 0) {
            int length = 0;
            for (int i = 0; i < values.size(); i++) {
                length += varintSize(zigZag(values.get(i)));
            }
            tag(field, ProtobufCursor.LENGTH_DELIMITED);
            rawVarint(length);
            for (int i = 0; i < values.size(); i++) {
                rawVarint(zigZag(values.get(i)));
            }
        }
    }

    /** A BucketSpan message. */
    void span(int field, int offset, long length) {
        long zigZagOffset = (offset << 1 ^ offset >> 31) & 0xffffffffL;
        int messageLength =
                (offset == 0 ? 0 : 1 + varintSize(zigZagOffset)) + (length == 0 ? 0 : 1 + varintSize(length));
        tag(field, ProtobufCursor.LENGTH_DELIMITED);
        rawVarint(messageLength);
        varintIfSet(1, zigZagOffset);
        varintIfSet(2, length);
    }

    private static long zigZag(long value) {
        return value << 1 ^ value >> 63;
    }

    private static int varintSize(long value) {
        return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
    }

    private void tag(int field, int wireType) {
        rawVarint((long) field << 3 | wireType);
    }

    private void rawVarint(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private void rawFixed64(long value) {
        reserve(8);
        ProtobufCursor.LONG.set(bytes, size, value);
        size += 8;
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
    }
}
