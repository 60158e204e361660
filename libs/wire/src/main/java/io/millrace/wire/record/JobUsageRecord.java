package io.millrace.wire.record;

import io.millrace.model.TenantId;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import io.millrace.wire.Utf8;
import io.millrace.wire.record.UsageRecord.Hour;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic {@code usage-by-job}: what one partition of the processor counts of one job of a tenant. The sum
 * over the partitions is the job's. Documented in {@code docs/formats/job-usage-record.md}.
 *
 * <pre>
 * key      u8 version=1 | uvarint length | tenant | i32 partition big endian | uvarint length | job
 * value    u8 version=1 | (uvarint field number | uvarint value)*     fields that are 0 are left out, unknown ones skipped
 * </pre>
 *
 * @param partition of {@code received}
 * @param job value of the label {@code job}; "" for series without one
 * @param publishedMs when this was written, ms since the epoch
 * @param activeSeries series with a sample in the last 20 minutes
 * @param samples float and histogram samples accepted, since the partition began to count this job
 * @param bytes labels and items of its series in records of {@code received}, since then
 * @param current the hour of the last sample accepted; refusals are not counted by job
 * @param previous the last hour before it in which there was anything, {@link Hour#NONE} when there is none
 */
public record JobUsageRecord(
        TenantId tenant,
        int partition,
        String job,
        long publishedMs,
        long activeSeries,
        long samples,
        long bytes,
        Hour current,
        Hour previous) {
    private static final byte VERSION = 1;

    /** The key of a job; a tombstone with it says that the partition counts the job no more. */
    public static byte[] key(TenantId tenant, int partition, String job) {
        byte[] name = tenant.value().getBytes(StandardCharsets.US_ASCII);
        byte[] jobName = Utf8.encode(job);
        ByteWriter out = new ByteWriter(name.length + jobName.length + 8);
        out.putByte(VERSION);
        out.putSized(name);
        out.putIntBigEndian(partition);
        out.putSized(jobName);
        return out.toByteArray();
    }

    /**
     * Which job.
     *
     * @param job value of the label {@code job}; "" for series without one
     */
    public record Job(TenantId tenant, String job) {}

    /** Which job this is about. */
    public Job of() {
        return new Job(tenant, job);
    }

    public byte[] key() {
        return key(tenant, partition, job);
    }

    public byte[] value() {
        ByteWriter out = new ByteWriter(96);
        out.putByte(VERSION);
        UsageRecord.put(out, 1, publishedMs);
        UsageRecord.put(out, 2, activeSeries);
        UsageRecord.put(out, 5, samples);
        UsageRecord.put(out, 9, bytes);
        UsageRecord.put(out, UsageRecord.CURRENT, current);
        UsageRecord.put(out, UsageRecord.PREVIOUS, previous);
        return out.toByteArray();
    }

    /** @throws MalformedException when the bytes are not such a record */
    public static JobUsageRecord decode(byte @Nullable [] key, byte[] value) {
        if (key == null) {
            throw new MalformedException("job usage record has no key");
        }
        ByteReader in = new ByteReader(key);
        requireVersion(in.readByte(), "key");
        int length = in.readLength();
        String tenant = new String(key, in.position(), length, StandardCharsets.ISO_8859_1);
        if (!TenantId.isValid(tenant)) {
            throw new MalformedException("job usage record is of an instance that cannot be");
        }
        in.skip(length);
        int partition = in.readIntBigEndian();
        int jobLength = in.readLength();
        String job = Utf8.decode(key, in.position(), jobLength);
        in.wrap(value, 0, value.length);
        requireVersion(in.readByte(), "value");
        long[] fields = UsageRecord.fields(in);
        return new JobUsageRecord(
                new TenantId(tenant),
                partition,
                job,
                fields[1],
                fields[2],
                fields[5],
                fields[9],
                UsageRecord.hour(fields, UsageRecord.CURRENT),
                UsageRecord.hour(fields, UsageRecord.PREVIOUS));
    }

    private static void requireVersion(int version, String part) {
        if (version != VERSION) {
            throw new MalformedException("job usage record " + part + " has version " + version
                    + ", this program reads version " + VERSION + " only");
        }
    }
}
