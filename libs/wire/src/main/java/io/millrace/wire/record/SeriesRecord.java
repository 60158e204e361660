package io.millrace.wire.record;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import io.millrace.wire.labels.CanonicalLabels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic {@code series}: a series of a tenant has samples on a UTC day. Documented in
 * {@code docs/formats/series-record.md}.
 *
 * <pre>
 * key      u8 version=1 | uvarint length | tenant | i32 day big endian | 16 B id big endian
 * value    u8 version=1 | i64 announce time ms little endian | canonical labels
 * </pre>
 *
 * @param day days since 1970-01-01 UTC of the samples' timestamps
 * @param announcedMs when the processor first saw it
 * @param labels canonical labels, see {@link io.millrace.wire.labels.CanonicalLabels}; must not be changed
 */
public record SeriesRecord(TenantId tenant, int day, SeriesId id, long announcedMs, byte[] labels) {
    private static final byte VERSION = 1;

    public byte[] key() {
        byte[] tenantBytes = tenant.value().getBytes(StandardCharsets.US_ASCII);
        ByteWriter out = new ByteWriter(2 + tenantBytes.length + Integer.BYTES + SeriesId.BYTES);
        out.putByte(VERSION);
        out.putSized(tenantBytes);
        out.putIntBigEndian(day);
        out.putLongBigEndian(id.high());
        out.putLongBigEndian(id.low());
        return out.toByteArray();
    }

    public byte[] value() {
        ByteWriter out = new ByteWriter(1 + Long.BYTES + labels.length);
        out.putByte(VERSION);
        out.putLongLittleEndian(announcedMs);
        out.putBytes(labels, 0, labels.length);
        return out.toByteArray();
    }

    /**
     * Reads a record, and its labels through.
     *
     * @throws io.millrace.wire.MalformedException when the bytes are not a series record
     */
    public static SeriesRecord decode(byte[] key, byte[] value) {
        ByteReader in = new ByteReader(key);
        checkVersion(in.readByte(), "key");
        int tenantLength = in.readLength();
        String tenant = new String(key, in.position(), tenantLength, StandardCharsets.ISO_8859_1);
        if (!TenantId.isValid(tenant)) {
            throw new MalformedException("series record is of an instance that cannot be: \"" + tenant + "\"");
        }
        in.skip(tenantLength);
        int day = in.readIntBigEndian();
        SeriesId id = new SeriesId(in.readLongBigEndian(), in.readLongBigEndian());
        if (in.hasRemaining()) {
            throw new MalformedException("series record key has " + in.remaining() + " bytes too many");
        }
        in.wrap(value, 0, value.length);
        checkVersion(in.readByte(), "value");
        long announcedMs = in.readLongLittleEndian();
        CanonicalLabels.check(value, in.position(), in.remaining());
        return new SeriesRecord(new TenantId(tenant), day, id, announcedMs, in.readBytes(in.remaining()));
    }

    private static void checkVersion(int version, String part) {
        if (version != VERSION) {
            throw new MalformedException("series record " + part + " has version " + version
                    + ", this program reads version " + VERSION + " only");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SeriesRecord that
                && tenant.equals(that.tenant)
                && day == that.day
                && id.equals(that.id)
                && announcedMs == that.announcedMs
                && Arrays.equals(labels, that.labels);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tenant, day, id);
    }

    @Override
    public String toString() {
        return "SeriesRecord[tenant=" + tenant + ", day=" + day + ", id=" + id + ", announcedMs=" + announcedMs + "]";
    }
}
