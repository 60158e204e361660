package io.millrace.wire.record;

import io.millrace.model.TenantId;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The key of records about a tenant in a partition.
 *
 * <pre>
 * u8 version=1 | uvarint length | tenant, ASCII | i32 partition, big endian
 * </pre>
 */
record TenantPartitionKey(TenantId tenant, int partition) {
    private static final byte VERSION = 1;

    byte[] encode() {
        byte[] name = tenant.value().getBytes(StandardCharsets.US_ASCII);
        ByteWriter out = new ByteWriter(name.length + 8);
        out.putByte(VERSION);
        out.putSized(name);
        out.putIntBigEndian(partition);
        return out.toByteArray();
    }

    /**
     * Reads a key.
     *
     * @param what the record is called in errors
     * @param least partition that can be
     * @throws MalformedException when the bytes are not a key
     */
    static TenantPartitionKey decode(byte @Nullable [] key, String what, int least) {
        if (key == null) {
            throw new MalformedException(what + " without a key");
        }
        ByteReader in = new ByteReader(key);
        int version = in.readByte();
        if (version != VERSION) {
            throw new MalformedException(
                    what + " has version " + version + ", this program reads version " + VERSION + " only");
        }
        String tenant = new String(in.readBytes(in.readLength()), StandardCharsets.ISO_8859_1);
        int partition = in.readIntBigEndian();
        if (!TenantId.isValid(tenant) || partition < least || in.hasRemaining()) {
            throw new MalformedException(what + " with a key that cannot be");
        }
        return new TenantPartitionKey(new TenantId(tenant), partition);
    }
}
