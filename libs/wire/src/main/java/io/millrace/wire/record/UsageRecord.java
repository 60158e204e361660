package io.millrace.wire.record;

import io.millrace.model.TenantId;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic {@code usage}: what one partition of the processor counts of one tenant. The sum over the
 * partitions is the tenant's. Documented in {@code docs/formats/usage-record.md}.
 *
 * <pre>
 * key      u8 version=1 | uvarint length | tenant | i32 partition big endian
 * value    u8 version=1 | (uvarint field number | uvarint value)*     fields that are 0 are left out, unknown ones skipped
 * </pre>
 *
 * @param partition of {@code received}
 * @param publishedMs when this was written, ms since the epoch
 * @param activeSeries series with a sample in the last 20 minutes
 * @param knownSeries series remembered, active or not
 * @param createdSeries how often a series was new, since the partition began to count this tenant
 * @param samples float samples accepted, since then
 * @param histograms histogram samples accepted, since then
 * @param exemplars exemplars accepted, since then
 * @param refused samples, histograms and exemplars refused by the processor, since then
 * @param dropped samples, histograms and exemplars dropped by the tenant's own rules, since then
 * @param duplicates samples, histograms and exemplars of replicas that were not elected, since then
 * @param bytes bytes of records of {@code received}, since then
 * @param current the hour of {@code publishedMs}
 * @param previous the last hour before {@code current} in which there was anything, {@link Hour#NONE} when there is none
 */
public record UsageRecord(
        TenantId tenant,
        int partition,
        long publishedMs,
        long activeSeries,
        long knownSeries,
        long createdSeries,
        long samples,
        long histograms,
        long exemplars,
        long refused,
        long dropped,
        long duplicates,
        long bytes,
        Hour current,
        Hour previous) {
    private static final byte VERSION = 1;

    /** Fields 1 to 11 are the record's own; the five of {@code current} begin at 16, those of {@code previous} at 24. */
    static final int CURRENT = 16;

    static final int PREVIOUS = 24;
    private static final int FIELDS = 32;

    /**
     * What was counted in one hour.
     *
     * @param hour hours since 1970-01-01 UTC
     * @param samples float and histogram samples accepted
     * @param refused samples, histograms and exemplars refused
     * @param bytes of records of {@code received}
     * @param maxActiveSeries the greatest number of active series
     */
    public record Hour(int hour, long samples, long refused, long bytes, long maxActiveSeries) {
        public static final Hour NONE = new Hour(0, 0, 0, 0, 0);
    }

    /** The key of a tenant and partition; a tombstone with it says that the partition knows nothing of the tenant any more. */
    public static byte[] key(TenantId tenant, int partition) {
        byte[] name = tenant.value().getBytes(StandardCharsets.US_ASCII);
        ByteWriter out = new ByteWriter(name.length + 6);
        out.putByte(VERSION);
        out.putSized(name);
        out.putIntBigEndian(partition);
        return out.toByteArray();
    }

    public byte[] key() {
        return key(tenant, partition);
    }

    public byte[] value() {
        ByteWriter out = new ByteWriter(96);
        out.putByte(VERSION);
        put(out, 1, publishedMs);
        put(out, 2, activeSeries);
        put(out, 3, knownSeries);
        put(out, 4, createdSeries);
        put(out, 5, samples);
        put(out, 6, histograms);
        put(out, 7, exemplars);
        put(out, 8, refused);
        put(out, 9, bytes);
        put(out, 10, dropped);
        put(out, 11, duplicates);
        put(out, CURRENT, current);
        put(out, PREVIOUS, previous);
        return out.toByteArray();
    }

    static void put(ByteWriter out, int first, Hour hour) {
        put(out, first, hour.hour);
        put(out, first + 1, hour.samples);
        put(out, first + 2, hour.refused);
        put(out, first + 3, hour.bytes);
        put(out, first + 4, hour.maxActiveSeries);
    }

    static void put(ByteWriter out, int field, long value) {
        if (value != 0) {
            out.putUvarint(field);
            out.putUvarint(value);
        }
    }

    /** Whom a key is about. */
    public record Key(TenantId tenant, int partition) {
        /** @throws MalformedException when the bytes are not a key of a usage record */
        public static Key decode(byte @Nullable [] key) {
            if (key == null) {
                throw new MalformedException("usage record has no key");
            }
            ByteReader in = new ByteReader(key);
            requireVersion(in.readByte(), "key");
            int length = in.readLength();
            String tenant = new String(key, in.position(), length, StandardCharsets.ISO_8859_1);
            if (!TenantId.isValid(tenant)) {
                throw new MalformedException("usage record is of an instance that cannot be");
            }
            in.skip(length);
            int partition = in.readIntBigEndian();
            if (in.hasRemaining()) {
                throw new MalformedException("usage record key has " + in.remaining() + " bytes too many");
            }
            return new Key(new TenantId(tenant), partition);
        }
    }

    /** @throws MalformedException when the bytes are not a usage record */
    public static UsageRecord decode(byte[] key, byte[] value) {
        Key who = Key.decode(key);
        ByteReader in = new ByteReader(value);
        requireVersion(in.readByte(), "value");
        long[] fields = fields(in);
        return new UsageRecord(
                who.tenant,
                who.partition,
                fields[1],
                fields[2],
                fields[3],
                fields[4],
                fields[5],
                fields[6],
                fields[7],
                fields[8],
                fields[10],
                fields[11],
                fields[9],
                hour(fields, CURRENT),
                hour(fields, PREVIOUS));
    }

    /** The values of the fields by number, 0 where there is none. */
    static long[] fields(ByteReader in) {
        long[] fields = new long[FIELDS];
        while (in.hasRemaining()) {
            long field = in.readUvarint();
            long number = in.readUvarint();
            if (field >= 0 && field < FIELDS) {
                fields[(int) field] = number;
            }
        }
        return fields;
    }

    static Hour hour(long[] fields, int first) {
        return new Hour(
                (int) fields[first], fields[first + 1], fields[first + 2], fields[first + 3], fields[first + 4]);
    }

    private static void requireVersion(int version, String part) {
        if (version != VERSION) {
            throw new MalformedException("usage record " + part + " has version " + version
                    + ", this program reads version " + VERSION + " only");
        }
    }
}
