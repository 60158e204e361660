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
 * value    u8 version=2 | u32 CRC32C of the canonical labels | u32 announced days | u8 flags (bit 0: active)
 *          | uvarint length | metric name | uvarint length | job     (little endian)
 * </pre>
 *
 * Version 1 of the value has no job; it is read as one without.
 *
 * @param idHigh of the normalised labels
 * @param idLow likewise
 * @param check CRC32C of the canonical labels
 * @param days see {@link AnnouncedDays}
 * @param active whether the series counted as active when this was written
 * @param metric the metric name; "" when the series has none
 * @param job the job; "" when the series has none
 */
record SeriesState(
        TenantId tenant, long idHigh, long idLow, int check, int days, boolean active, String metric, String job) {
    private static final byte KEY_VERSION = 1;
    private static final byte WITHOUT_JOB = 1;
    private static final byte VERSION = 2;

    static byte[] key(TenantId tenant, long idHigh, long idLow) {
        byte[] name = tenant.value().getBytes(StandardCharsets.US_ASCII);
        ByteWriter out = new ByteWriter(name.length + 18);
        out.putByte(KEY_VERSION);
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
        byte[] jobName = job.getBytes(StandardCharsets.UTF_8);
        ByteWriter out = new ByteWriter(name.length + jobName.length + 14);
        out.putByte(VERSION);
        out.putIntLittleEndian(check);
        out.putIntLittleEndian(days);
        out.putByte(active ? 1 : 0);
        out.putSized(name);
        out.putSized(jobName);
        return out.toByteArray();
    }

    /** Who a key is about: tenant and id, all else zero. */
    static SeriesState decodeKey(byte[] key) {
        ByteReader in = new ByteReader(key);
        requireVersion(in.readByte(), KEY_VERSION);
        int length = in.readLength();
        String tenant = new String(key, in.position(), length, StandardCharsets.US_ASCII);
        in.skip(length);
        long idHigh = in.readLongBigEndian();
        return new SeriesState(new TenantId(tenant), idHigh, in.readLongBigEndian(), 0, 0, false, "", "");
    }

    static SeriesState decode(byte[] key, byte[] value) {
        SeriesState who = decodeKey(key);
        ByteReader in = new ByteReader(value);
        int version = in.readByte();
        if (version != WITHOUT_JOB) {
            requireVersion(version, VERSION);
        }
        int check = in.readIntLittleEndian();
        int days = in.readIntLittleEndian();
        boolean active = (in.readByte() & 1) != 0;
        String metric = text(in);
        String job = version == WITHOUT_JOB ? "" : text(in);
        return new SeriesState(who.tenant, who.idHigh, who.idLow, check, days, active, metric, job);
    }

    private static String text(ByteReader in) {
        int length = in.readLength();
        String text = new String(in.buffer(), in.position(), length, StandardCharsets.UTF_8);
        in.skip(length);
        return text;
    }

    private static void requireVersion(int version, int expected) {
        if (version != expected) {
            throw new MalformedException(
                    "state of a series has version " + version + ", this program reads up to version " + expected
                            + ": run the version that wrote it, or reset the processor's changelog topics");
        }
    }
}
