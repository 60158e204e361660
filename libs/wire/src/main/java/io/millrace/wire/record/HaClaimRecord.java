package io.millrace.wire.record;

import io.millrace.model.TenantId;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import io.millrace.wire.Utf8;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic {@code ha}: a replica of a high-availability cluster is alive, and claims to be the one whose
 * samples are stored. Documented in {@code docs/formats/ha-claim.md}.
 *
 * <pre>
 * key      u8 version=1 | text tenant | text cluster | text replica                text = uvarint length | UTF-8
 * value    u8 version=1 | i64 seen ms | i64 failover ms | i64 epoch | text elected
 *          | i64 elected from ms | i64 lease until ms                                  (little endian)
 * </pre>
 *
 * @param cluster value of the cluster label
 * @param replica value of the replica label
 * @param seenMs when a gateway received samples of the replica, ms since the epoch
 * @param failoverMs how long the elected one must be silent before another takes over
 * @param epoch of the election the writer knew of; 0 when of none
 * @param elected whom the writer knew to be elected; "" when nobody
 * @param electedFromMs from when, ms since the epoch
 * @param leaseUntilMs until when, as far as the writer knew
 */
public record HaClaimRecord(
        TenantId tenant,
        String cluster,
        String replica,
        long seenMs,
        long failoverMs,
        long epoch,
        String elected,
        long electedFromMs,
        long leaseUntilMs) {
    private static final byte VERSION = 1;

    /** A claim of a writer who knows of no election. */
    public static HaClaimRecord first(TenantId tenant, String cluster, String replica, long seenMs, long failoverMs) {
        return new HaClaimRecord(tenant, cluster, replica, seenMs, failoverMs, 0, "", 0, 0);
    }

    public byte[] key() {
        ByteWriter out = new ByteWriter(64);
        out.putByte(VERSION);
        out.putSized(tenant.value().getBytes(StandardCharsets.US_ASCII));
        out.putSized(Utf8.encode(cluster));
        out.putSized(Utf8.encode(replica));
        return out.toByteArray();
    }

    public byte[] value() {
        ByteWriter out = new ByteWriter(64);
        out.putByte(VERSION);
        out.putLongLittleEndian(seenMs);
        out.putLongLittleEndian(failoverMs);
        out.putLongLittleEndian(epoch);
        out.putSized(Utf8.encode(elected));
        out.putLongLittleEndian(electedFromMs);
        out.putLongLittleEndian(leaseUntilMs);
        return out.toByteArray();
    }

    /** @throws MalformedException when the bytes are not a claim */
    public static HaClaimRecord decode(byte @Nullable [] key, byte[] value) {
        if (key == null) {
            throw new MalformedException("claim has no key");
        }
        ByteReader in = new ByteReader(key);
        requireVersion(in.readByte(), "key");
        String tenant = text(in);
        if (!TenantId.isValid(tenant)) {
            throw new MalformedException("claim is of an instance that cannot be");
        }
        String cluster = text(in);
        String replica = text(in);
        in.wrap(value, 0, value.length);
        requireVersion(in.readByte(), "value");
        return new HaClaimRecord(
                new TenantId(tenant),
                cluster,
                replica,
                in.readLongLittleEndian(),
                in.readLongLittleEndian(),
                in.readLongLittleEndian(),
                text(in),
                in.readLongLittleEndian(),
                in.readLongLittleEndian());
    }

    private static String text(ByteReader in) {
        int length = in.readLength();
        String text = Utf8.decode(in.buffer(), in.position(), length);
        in.skip(length);
        return text;
    }

    private static void requireVersion(int version, String part) {
        if (version != VERSION) {
            throw new MalformedException(
                    "claim " + part + " has version " + version + ", this program reads version " + VERSION + " only");
        }
    }
}
