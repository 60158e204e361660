package io.millrace.wire.remoteread;

import io.millrace.model.Labels;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import io.millrace.wire.Utf8;

/** The few things of protobuf that remote read needs. A tag is {@code field << 3 | wire type}. Stateless. */
final class ProtobufFields {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int SIZED = 2;
    static final int FIXED32 = 5;

    private ProtobufFields() {}

    static int readTag(ByteReader in) {
        long tag = in.readUvarint();
        if (tag >>> 3 == 0 || tag >>> 32 != 0) {
            throw new MalformedException("field number out of range before byte " + in.position());
        }
        return (int) tag;
    }

    /** A reader of the nested message that stands next. */
    static ByteReader readMessage(ByteReader in) {
        int length = in.readLength();
        ByteReader message = new ByteReader(in.buffer(), in.position(), length);
        in.skip(length);
        return message;
    }

    /** Steps over a field that is not known, or not of the type that it should have: protobuf takes both for unknown. */
    static void skip(ByteReader in, int tag) {
        switch (tag & 7) {
            case VARINT -> in.readUvarint();
            case FIXED64 -> in.skip(Long.BYTES);
            case SIZED -> in.skip(in.readLength());
            case FIXED32 -> in.skip(Integer.BYTES);
            default -> throw new MalformedException("unknown wire type " + (tag & 7) + " before byte " + in.position());
        }
    }

    static void putVarint(ByteWriter out, int field, long value) {
        if (value != 0) {
            out.putUvarint((long) field << 3 | VARINT);
            out.putUvarint(value);
        }
    }

    /** Leaves out what protobuf takes for absent, by bits: -0.0 is not. */
    static void putDouble(ByteWriter out, int field, double value) {
        long bits = Double.doubleToRawLongBits(value);
        if (bits != 0) {
            out.putUvarint((long) field << 3 | FIXED64);
            out.putLongLittleEndian(bits);
        }
    }

    static void putBytes(ByteWriter out, int field, byte[] bytes) {
        if (bytes.length > 0) {
            out.putUvarint((long) field << 3 | SIZED);
            out.putSized(bytes);
        }
    }

    static void putMessage(ByteWriter out, int field, ByteWriter message) {
        out.putUvarint((long) field << 3 | SIZED);
        out.putSized(message.buffer(), 0, message.size());
    }

    /** Labels as repeated {@code Label} in field 1, which is where both kinds of series have them. */
    static void putLabels(ByteWriter out, Labels labels, ByteWriter scratch) {
        for (int i = 0; i < labels.size(); i++) {
            scratch.clear();
            putBytes(scratch, 1, Utf8.encode(labels.name(i)));
            putBytes(scratch, 2, Utf8.encode(labels.value(i)));
            putMessage(out, 1, scratch);
        }
    }
}
