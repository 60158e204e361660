package io.millrace.wire.remotewrite;

import io.millrace.wire.ByteWriter;

/** Writes protobuf fields. Not thread-safe. */
final class MessageBuffer {
    private final ByteWriter out = new ByteWriter(512);

    byte[] bytes() {
        return out.buffer();
    }

    int size() {
        return out.size();
    }

    void clear() {
        out.clear();
    }

    void varint(int field, long value) {
        tag(field, ProtobufCursor.VARINT);
        out.putUvarint(value);
    }

    void varintIfSet(int field, long value) {
        if (value != 0) {
            varint(field, value);
        }
    }

    void fixed64(int field, long value) {
        tag(field, ProtobufCursor.FIXED64);
        out.putLongLittleEndian(value);
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
            out.putUvarint(values.size() * 8L);
            for (int i = 0; i < values.size(); i++) {
                out.putLongLittleEndian(values.get(i));
            }
        }
    }

    void packedZigZag(int field, LongList values) {
        if (values.size() > 0) {
            int length = 0;
            for (int i = 0; i < values.size(); i++) {
                length += ByteWriter.uvarintSize(zigZag(values.get(i)));
            }
            tag(field, ProtobufCursor.LENGTH_DELIMITED);
            out.putUvarint(length);
            for (int i = 0; i < values.size(); i++) {
                out.putUvarint(zigZag(values.get(i)));
            }
        }
    }

    /** A BucketSpan message. */
    void span(int field, int offset, long length) {
        long zigZagOffset = zigZag(offset);
        int messageLength = (offset == 0 ? 0 : 1 + ByteWriter.uvarintSize(zigZagOffset))
                + (length == 0 ? 0 : 1 + ByteWriter.uvarintSize(length));
        tag(field, ProtobufCursor.LENGTH_DELIMITED);
        out.putUvarint(messageLength);
        varintIfSet(1, zigZagOffset);
        varintIfSet(2, length);
    }

    /** As svarint: small numbers of either sign have few bytes. An int comes out as protobuf's sint32 wants it. */
    static long zigZag(long value) {
        return value << 1 ^ value >> 63;
    }

    private void tag(int field, int wireType) {
        out.putUvarint((long) field << 3 | wireType);
    }
}
