package io.millrace.processor.series;

import io.millrace.model.TenantId;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import java.nio.charset.StandardCharsets;

/**
 * One record of the changelog of {@link SeriesStore}: what a restart must know of a series. Documented in
 * {@code docs/formats/processor-state.md}.
 *
 * <pre>
 * key      u8 version=1 | uvarint length | tenant | 16 B id big endian
 * value    u8 version=1 | u32 CRC32C of the canonical labels | u32 announced days | u8 flags (bit 0: active)
 *          | uvarint length | metric name     (little endian)
 * </pre>
 *
 * @param idHigh of the normalised labels
 * @param idLow likewise
 * @param check CRC32C of the canonical labels
 * @param days see {@link AnnouncedDays}
 * @param active whether the series counted as active when this was written
 * @param metric the metric name; "" when the series has none
 */
record SeriesState(TenantId tenant, long idHigh, long idLow, int check, int days, boolean active, String metric) {
    private static final byte VERSION = 1;

    static byte[] key(TenantId tenant, long idHigh, long idLow) {
        byte[] name = tenant.value().getBytes(StandardCharsets.US_ASCII);
        ByteWriter out = new ByteWriter(name.length + 18);
        out.putByte(VERSION);
        out.putSized(name);
        out.putLongBigEndian(idHigh);
        out.putLongBigEndian(idLow);
        return out.toByteArray();
    }

    byte[] key() {
        return key(tenant, idHigh, idLow);
    }

    byte[] value() {
        byte[] name = metric.getBytes(StandardCharsets.UTF_8);
        ByteWriter out = new ByteWriter(name.length + 12);
        out.putByte(VERSION);
        out.putIntLittleEndian(check);
        out.putIntLittleEndian(days);
        out.putByte(active ? 1 : 0);
        out.putSized(name);
        return out.toByteArray();
    }

    /** Who a key is about: tenant and id, all else zero. */
    static SeriesState decodeKey(byte[] key) {
        ByteReader in = new ByteReader(key);
        requireVersion(in.readByte());
        int length = in.readLength();
        String tenant = new String(key, in.position(), length, StandardCharsets.US_ASCII);
        in.skip(length);
        long idHigh = in.readLongBigEndian();
        return new SeriesState(new TenantId(tenant), idHigh, in.readLongBigEndian(), 0, 0, false, "");
    }

    static SeriesState decode(byte[] key, byte[] value) {
        SeriesState who = decodeKey(key);
        ByteReader in = new ByteReader(value);
        requireVersion(in.readByte());
        int check = in.readIntLittleEndian();
        int days = in.readIntLittleEndian();
        boolean active = (in.readByte() & 1) != 0;
        int length = in.readLength();
        String metric = new String(value, in.position(), length, StandardCharsets.UTF_8);
        return new SeriesState(who.tenant, who.idHigh, who.idLow, check, days, active, metric);
    }

    private static void requireVersion(int version) {
        if (version != VERSION) {
            throw new MalformedException("state of a series has version " + version + ", this program reads version "
                    + VERSION + ": run the version that wrote it, or reset the processor's changelog topics");
        }
    }
}
