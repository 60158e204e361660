package io.millrace.wire.remotewrite;

import io.millrace.wire.MalformedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A position in protobuf bytes. Nested messages are read by narrowing {@link #limit}. Never reads at or beyond {@code
 * limit}. Groups are malformed here: proto3 has none, and without them nothing nests deeper than the schema. Not
 * thread-safe.
 */
final class ProtobufCursor {
    /** Eight bytes of an array as a little-endian long, at any offset. */
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Four bytes likewise. */
    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long HIGH_BITS = 0x8080808080808080L;

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH_DELIMITED = 2;
    static final int FIXED32 = 5;

    byte[] buffer = new byte[0];
    int position;
    int limit;

    void wrap(byte[] bytes, int offset, int length) {
        buffer = bytes;
        position = offset;
        limit = offset + length;
    }

    boolean atEnd() {
        return position >= limit;
    }

    /** Field number × 8 + wire type. */
    int readTag() {
        if (position < limit) {
            byte first = buffer[position];
            if (first >= 8) {
                position++;
                return first;
            }
        }
        long tag = readVarint();
        if (tag >>> 3 == 0 || tag >>> 32 != 0) {
            throw malformed("field number out of range");
        }
        return (int) tag;
    }

    long readVarint() {
        if (position < limit) {
            byte first = buffer[position];
            if (first >= 0) {
                position++;
                return first;
            }
        }
        return readLongVarint();
    }

    /**
     * Numbers of up to 8 bytes, which all timestamps are, are taken from one word: the lowest byte without its high bit set
     * is the last, and the groups of 7 bits are pushed together in three steps.
     */
    private long readLongVarint() {
        if (position <= buffer.length - Long.BYTES) {
            long word = (long) LONG.get(buffer, position);
            long ends = ~word & HIGH_BITS;
            if (ends != 0) {
                int bytes = (Long.numberOfTrailingZeros(ends) >>> 3) + 1;
                if (bytes > limit - position) {
                    throw malformed("number cut off");
                }
                position += bytes;
                long groups = word & (ends ^ ends - 1) & ~HIGH_BITS;
                groups = groups & 0x007f007f007f007fL | (groups & 0x7f007f007f007f00L) >>> 1;
                groups = groups & 0x00003fff00003fffL | (groups & 0x3fff00003fff0000L) >>> 2;
                return groups & 0x000000000fffffffL | (groups & 0x0fffffff00000000L) >>> 4;
            }
        }
        return readLongestVarint();
    }

    private long readLongestVarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position >= limit) {
                throw malformed("number cut off");
            }
            byte b = buffer[position++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw malformed("number longer than 10 bytes");
    }

    long readZigZag() {
        long raw = readVarint();
        return (raw >>> 1) ^ -(raw & 1);
    }

    long readFixed64() {
        if (limit - position < 8) {
            throw malformed("8-byte value cut off");
        }
        long value = (long) LONG.get(buffer, position);
        position += 8;
        return value;
    }

    int readFixed32() {
        if (limit - position < 4) {
            throw malformed("4-byte value cut off");
        }
        int value = (int) INT.get(buffer, position);
        position += 4;
        return value;
    }

    /** The length of a string, bytes or message that begins at {@link #position} and fits before {@link #limit}. */
    int readLength() {
        long length = readVarint();
        if (length < 0 || length > limit - position) {
            throw malformed("length " + Long.toUnsignedString(length) + " goes beyond the end");
        }
        return (int) length;
    }

    /** Steps over the value of a field whose tag was just read. */
    void skip(int tag) {
        switch (tag & 7) {
            case VARINT -> readVarint();
            case FIXED64 -> readFixed64();
            case LENGTH_DELIMITED -> {
                // not position += readLength(), which would add to the position before the length
                int length = readLength();
                position += length;
            }
            case FIXED32 -> readFixed32();
            default -> throw malformed("wire type " + (tag & 7) + " of field " + (tag >>> 3));
        }
    }

    /** A known field came with a wire type that its schema does not have. */
    MalformedException wrongType(int tag, String message) {
        return malformed("field " + (tag >>> 3) + " of " + message + " has wire type " + (tag & 7));
    }

    MalformedException malformed(String what) {
        return new MalformedException(what + " at byte " + position);
    }
}
