package io.millrace.wire.record;

import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import java.nio.charset.StandardCharsets;

/**
 * A record of the topic {@code samples} that marks the place of a deletion: what stands before it can be deleted by it, what
 * stands behind it cannot. Its key is the tenant. Described byte by byte in {@code docs/formats/deletion-mark.md}.
 *
 * @param id of the deletion
 * @param requestedMs when it was asked for, ms since the epoch
 */
public record DeletionMark(String id, long requestedMs) {
    /** First byte of the value; a sample batch begins with its version, which is a small number. */
    private static final int KIND = 0xd0;

    private static final int VERSION = 1;
    private static final int MAX_ID = 64;

    /** Whether a record of the topic is a mark and not a sample batch. */
    public static boolean is(byte[] value) {
        return value.length > 0 && (value[0] & 0xff) == KIND;
    }

    public byte[] encode() {
        ByteWriter out = new ByteWriter(32);
        out.putByte(KIND);
        out.putByte(VERSION);
        out.putLongLittleEndian(requestedMs);
        out.putSized(id.getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    /** @throws MalformedException when the value is no mark that this can read */
    public static DeletionMark decode(byte[] value) {
        ByteReader in = new ByteReader(value);
        int kind = in.readByte();
        int version = in.readByte();
        if (kind != KIND || version != VERSION) {
            throw new MalformedException("kind " + kind + " version " + version + " is no deletion mark of version 1");
        }
        long requestedMs = in.readLongLittleEndian();
        int length = in.readLength();
        if (length < 1 || length > MAX_ID) {
            throw new MalformedException("the id of a deletion has " + length + " bytes");
        }
        return new DeletionMark(new String(in.readBytes(length), StandardCharsets.US_ASCII), requestedMs);
    }
}
