package io.millrace.testkit.remotewrite;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes protobuf fields; as in proto3, scalar fields with the default value are left out. Not thread-safe. */
public final class ProtobufWriter {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public byte[] toByteArray() {
        return out.toByteArray();
    }

    public void message(int field, ProtobufWriter message) {
        bytes(field, message.toByteArray());
    }

    public void string(int field, String value) {
        if (!value.isEmpty()) {
            bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** A string that is written even when it is empty: an element of a repeated field. */
    public void element(int field, String value) {
        bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    void bytes(int field, byte[] value) {
        tag(field, LENGTH_DELIMITED);
        varint(value.length);
        out.writeBytes(value);
    }

    public void int64(int field, long value) {
        if (value != 0) {
            uint64(field, value);
        }
    }

    /** Written even when it is 0: a member of a oneof. */
    void uint64(int field, long value) {
        tag(field, VARINT);
        varint(value);
    }

    void sint64(int field, long value) {
        if (value != 0) {
            uint64(field, zigzag(value));
        }
    }

    public void doubleField(int field, double value) {
        if (Double.doubleToRawLongBits(value) != 0) {
            doubleAlways(field, value);
        }
    }

    /** Written even when it is 0: a member of a oneof. */
    void doubleAlways(int field, double value) {
        tag(field, FIXED64);
        fixed64(Double.doubleToRawLongBits(value));
    }

    public void packedUint(int field, int[] values) {
        if (values.length > 0) {
            ProtobufWriter packed = new ProtobufWriter();
            for (int value : values) {
                packed.varint(value);
            }
            message(field, packed);
        }
    }

    void packedSint(int field, long[] values) {
        if (values.length > 0) {
            ProtobufWriter packed = new ProtobufWriter();
            for (long value : values) {
                packed.varint(zigzag(value));
            }
            message(field, packed);
        }
    }

    void packedDouble(int field, double[] values) {
        if (values.length > 0) {
            ProtobufWriter packed = new ProtobufWriter();
            for (double value : values) {
                packed.fixed64(Double.doubleToRawLongBits(value));
            }
            message(field, packed);
        }
    }

    private void tag(int field, int wireType) {
        varint((long) field << 3 | wireType);
    }

    private void fixed64(long bits) {
        for (int shift = 0; shift < 64; shift += 8) {
            out.write((int) (bits >>> shift) & 0xff);
        }
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }
}
