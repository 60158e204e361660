package io.millrace.wire.record;

import io.millrace.model.TenantId;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic {@code admission}: one partition of the processor takes no new series of a tenant, because the tenant
 * is at its limit on active series. Documented in {@code docs/formats/admission-record.md}.
 *
 * <pre>
 * key      u8 version=1 | uvarint length | tenant | i32 partition, big endian
 * value    u8 version=1 | uvarint active series | uvarint limit | uvarint length | known series; none when it takes new ones
 * </pre>
 *
 * @param partition of the topic {@code received}
 * @param activeSeries of the tenant in all partitions
 * @param limit on them
 * @param known the series that pass; null when they are those of the record before
 */
public record AdmissionRecord(
        TenantId tenant,
        int partition,
        long activeSeries,
        long limit,
        @Nullable KnownSeries known) {
    private static final byte VERSION = 1;

    /** Who a record is about. */
    public record Key(TenantId tenant, int partition) {
        public byte[] encode() {
            byte[] name = tenant.value().getBytes(StandardCharsets.US_ASCII);
            ByteWriter out = new ByteWriter(name.length + 8);
            out.putByte(VERSION);
            out.putSized(name);
            out.putIntBigEndian(partition);
            return out.toByteArray();
        }

        /** @throws MalformedException when the bytes are not a key */
        public static Key decode(byte @Nullable [] key) {
            if (key == null) {
                throw new MalformedException("admission record without a key");
            }
            ByteReader in = new ByteReader(key);
            requireVersion(in.readByte());
            String tenant = new String(in.readBytes(in.readLength()), StandardCharsets.ISO_8859_1);
            int partition = in.readIntBigEndian();
            if (!TenantId.isValid(tenant) || partition < 0 || in.hasRemaining()) {
                throw new MalformedException("admission record with a key that cannot be");
            }
            return new Key(new TenantId(tenant), partition);
        }
    }

    public Key key() {
        return new Key(tenant, partition);
    }

    public byte[] value() {
        byte[] filter = known == null ? new byte[0] : known.bytes();
        ByteWriter out = new ByteWriter(filter.length + 24);
        out.putByte(VERSION);
        out.putUvarint(activeSeries);
        out.putUvarint(limit);
        out.putSized(filter);
        return out.toByteArray();
    }

    /** @throws MalformedException when the bytes are not such a record */
    public static AdmissionRecord decode(Key key, byte[] value) {
        ByteReader in = new ByteReader(value);
        requireVersion(in.readByte());
        long activeSeries = in.readUvarint();
        long limit = in.readUvarint();
        int length = in.readLength();
        if (activeSeries < 0 || limit < 0 || length > KnownSeries.MAX_BYTES || length != in.remaining()) {
            throw new MalformedException("admission record with a value that cannot be");
        }
        KnownSeries known = length == 0 ? null : KnownSeries.of(in.readBytes(length));
        return new AdmissionRecord(key.tenant(), key.partition(), activeSeries, limit, known);
    }

    private static void requireVersion(int version) {
        if (version != VERSION) {
            throw new MalformedException(
                    "admission record has version " + version + ", this program reads version " + VERSION + " only");
        }
    }
}
