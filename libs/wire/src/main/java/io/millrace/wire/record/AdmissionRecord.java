package io.millrace.wire.record;

import io.millrace.model.RejectReason;
import io.millrace.model.TenantId;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic {@code admission}: one partition of the processor takes no new series of a tenant, or none of some
 * metrics, because the tenant is at a limit. Documented in {@code docs/formats/admission-record.md}.
 *
 * <pre>
 * key      u8 version=1 | uvarint length | tenant | i32 partition, big endian
 * value    u8 version=2 | u8 limit that is reached | u64 rules, little endian | uvarint active series | uvarint limit
 *          | uvarint metrics | (uvarint length | metric name)* | uvarint length | known series; none when it takes new ones
 * </pre>
 *
 * Version 1 of the value knows the limit on active series only: {@code u8 version=1 | uvarint active series | uvarint limit
 * | uvarint length | known series}.
 *
 * @param partition of the topic {@code received}
 * @param reached which limit: {@link RejectReason#MAX_ACTIVE_SERIES} and {@link RejectReason#MAX_NEW_SERIES} are of all
 *     series, {@link RejectReason#MAX_SERIES_PER_METRIC} of those of {@code metrics}
 * @param rules the fingerprint of the rules by which the tenant's series got the ids that {@code known} has; 0 for none
 * @param activeSeries of the tenant in all partitions
 * @param limit the one that is reached
 * @param metrics names, at most {@link #MAX_METRICS}; empty when it is of all series
 * @param known the series that pass, of those it is about; null when they are those of the record before
 */
public record AdmissionRecord(
        TenantId tenant,
        int partition,
        RejectReason reached,
        long rules,
        long activeSeries,
        long limit,
        List<String> metrics,
        @Nullable KnownSeries known) {
    /** Of more metrics senders do not hear; the processor refuses their series itself. */
    public static final int MAX_METRICS = 64;

    /** The most that all names together may have, UTF-8; a record has to stay under 1 MB. */
    public static final int MAX_METRIC_BYTES = 64 << 10;

    private static final byte VERSION = 1;
    private static final byte VALUE_VERSION = 2;

    /** In the order of their numbers in the record, from 0. */
    private static final List<RejectReason> LIMITS =
            List.of(RejectReason.MAX_SERIES_PER_METRIC, RejectReason.MAX_ACTIVE_SERIES, RejectReason.MAX_NEW_SERIES);

    public AdmissionRecord {
        metrics = List.copyOf(metrics);
    }

    /** Who a record is about. */
    public record Key(TenantId tenant, int partition) {
        public byte[] encode() {
            return new TenantPartitionKey(tenant, partition).encode();
        }

        /** @throws MalformedException when the bytes are not a key */
        public static Key decode(byte @Nullable [] key) {
            TenantPartitionKey decoded = TenantPartitionKey.decode(key, "admission record", 0);
            return new Key(decoded.tenant(), decoded.partition());
        }
    }

    public Key key() {
        return new Key(tenant, partition);
    }

    /**
     * What a sender is told of a new series that is refused, by gateways and in the ledger.
     *
     * @param reached one of the limits on series
     * @param activeSeries of the tenant in all partitions
     */
    public static String explain(RejectReason reached, long activeSeries, long limit) {
        return switch (reached) {
            case MAX_SERIES_PER_METRIC -> "the metric has as many active series as its limit of " + limit;
            case MAX_NEW_SERIES -> "the instance has as many new series in a minute as its limit of " + limit;
            default -> "the instance has " + activeSeries + " active series, its limit is " + limit;
        };
    }

    public byte[] value() {
        byte[] filter = known == null ? new byte[0] : known.bytes();
        ByteWriter out = new ByteWriter(filter.length + 64);
        out.putByte(VALUE_VERSION);
        out.putByte(LIMITS.indexOf(reached));
        out.putLongLittleEndian(rules);
        out.putUvarint(activeSeries);
        out.putUvarint(limit);
        out.putUvarint(metrics.size());
        metrics.forEach(metric -> out.putSized(metric.getBytes(StandardCharsets.UTF_8)));
        out.putSized(filter);
        return out.toByteArray();
    }

    /** @throws MalformedException when the bytes are not such a record */
    public static AdmissionRecord decode(Key key, byte[] value) {
        ByteReader in = new ByteReader(value);
        int version = in.readByte();
        if (version != VALUE_VERSION) {
            requireVersion(version);
        }
        int number = version == VERSION ? LIMITS.indexOf(RejectReason.MAX_ACTIVE_SERIES) : in.readByte();
        long rules = version == VERSION ? 0 : in.readLongLittleEndian();
        long activeSeries = in.readUvarint();
        long limit = in.readUvarint();
        List<String> metrics = version == VERSION ? List.of() : metrics(in);
        int length = in.readLength();
        if (number < 0
                || number >= LIMITS.size()
                || activeSeries < 0
                || limit < 0
                || length > KnownSeries.MAX_BYTES
                || length != in.remaining()) {
            throw new MalformedException("admission record with a value that cannot be");
        }
        KnownSeries known = length == 0 ? null : KnownSeries.of(in.readBytes(length));
        return new AdmissionRecord(
                key.tenant(), key.partition(), LIMITS.get(number), rules, activeSeries, limit, metrics, known);
    }

    private static List<String> metrics(ByteReader in) {
        long count = in.readUvarint();
        if (count < 0 || count > MAX_METRICS) {
            throw new MalformedException("admission record of more metrics than can be");
        }
        List<String> metrics = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            metrics.add(new String(in.readBytes(in.readLength()), StandardCharsets.UTF_8));
        }
        return metrics;
    }

    private static void requireVersion(int version) {
        if (version != VERSION) {
            throw new MalformedException(
                    "admission record has version " + version + ", this program reads up to version " + VALUE_VERSION);
        }
    }
}
