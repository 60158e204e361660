package io.millrace.wire.record;

import io.millrace.model.TenantId;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic {@code shards}: which partitions of {@code received} a tenant uses, and how far a change of that is.
 * Documented in {@code docs/formats/shard-record.md}.
 *
 * <pre>
 * key             u8 version=1 | uvarint length | tenant | i32 partition, big endian; -1 for the state of the tenant
 * value, state    u8 version=1 | u8 phase | uvarint epoch | uvarint width | uvarint next width | i64 since, ms, big endian
 * value, passed   u8 version=1 | uvarint epoch | i64 at, ms, big endian | uvarint active series | uvarint length | known series
 * </pre>
 */
public sealed interface ShardRecord {
    byte VERSION = 1;

    /** The partition in the key of a state. */
    int STATE = -1;

    /** How far a change of the shard is. */
    enum Phase {
        /** Nothing changes; the shard has the width of the state. */
        STEADY,
        /** Gateways take nothing of the tenant for some seconds. */
        CLOSING,
        /** Gateways take nothing; the partitions of the shard are passing the marks. */
        PASSING
    }

    TenantId tenant();

    Key key();

    byte[] value();

    /** Who a record is about. */
    record Key(TenantId tenant, int partition) {
        /** @throws IllegalArgumentException when the partition is below {@link #STATE} */
        public Key {
            if (partition < STATE) {
                throw new IllegalArgumentException("partition " + partition);
            }
        }

        public byte[] encode() {
            return new TenantPartitionKey(tenant, partition).encode();
        }

        /** @throws MalformedException when the bytes are not a key */
        public static Key decode(byte @Nullable [] key) {
            TenantPartitionKey decoded = TenantPartitionKey.decode(key, "shard record", STATE);
            return new Key(decoded.tenant(), decoded.partition());
        }
    }

    /**
     * The shard of a tenant.
     *
     * @param epoch goes up by one with each change
     * @param width partitions in use; while a change is on its way, those before it
     * @param nextWidth partitions after the change; 0 when there is none
     * @param sinceMs when the phase began, ms since the epoch
     */
    record State(TenantId tenant, long epoch, Phase phase, int width, int nextWidth, long sinceMs)
            implements ShardRecord {
        @Override
        public Key key() {
            return new Key(tenant, STATE);
        }

        @Override
        public byte[] value() {
            ByteWriter out = new ByteWriter(40);
            out.putByte(VERSION);
            out.putByte(phase.ordinal());
            out.putUvarint(epoch);
            out.putUvarint(width);
            out.putUvarint(nextWidth);
            out.putLongBigEndian(sinceMs);
            return out.toByteArray();
        }
    }

    /**
     * A partition has passed the mark of an epoch: it has processed everything of the epochs before.
     *
     * @param partition of {@code received}
     * @param atMs when it did, ms since the epoch
     * @param activeSeries of the tenant in this partition at that time
     * @param known those series: they pass as known in whatever partition they go to
     */
    record Passed(TenantId tenant, int partition, long epoch, long atMs, long activeSeries, KnownSeries known)
            implements ShardRecord {
        @Override
        public Key key() {
            return new Key(tenant, partition);
        }

        @Override
        public byte[] value() {
            byte[] filter = known.bytes();
            ByteWriter out = new ByteWriter(filter.length + 40);
            out.putByte(VERSION);
            out.putUvarint(epoch);
            out.putLongBigEndian(atMs);
            out.putUvarint(activeSeries);
            out.putSized(filter);
            return out.toByteArray();
        }
    }

    /** @throws MalformedException when the bytes are not such a record */
    static ShardRecord decode(Key key, byte[] value) {
        ByteReader in = new ByteReader(value);
        requireVersion(in.readByte());
        return key.partition() == STATE ? state(key, in) : passed(key, in);
    }

    private static State state(Key key, ByteReader in) {
        int phase = in.readByte();
        long epoch = in.readUvarint();
        long width = in.readUvarint();
        long nextWidth = in.readUvarint();
        long sinceMs = in.readLongBigEndian();
        boolean possible = phase >= 0
                && phase < Phase.values().length
                && epoch >= 0
                && width >= 1
                && width <= Integer.MAX_VALUE
                && nextWidth >= 0
                && nextWidth <= Integer.MAX_VALUE
                && (phase == 0 || nextWidth > width)
                && !in.hasRemaining();
        if (!possible) {
            throw new MalformedException("shard record with a state that cannot be");
        }
        return new State(key.tenant(), epoch, Phase.values()[phase], (int) width, (int) nextWidth, sinceMs);
    }

    private static Passed passed(Key key, ByteReader in) {
        long epoch = in.readUvarint();
        long atMs = in.readLongBigEndian();
        long activeSeries = in.readUvarint();
        int length = in.readLength();
        if (epoch < 0 || activeSeries < 0 || length < 1 || length > KnownSeries.MAX_BYTES || length != in.remaining()) {
            throw new MalformedException("shard record with a value that cannot be");
        }
        return new Passed(
                key.tenant(), key.partition(), epoch, atMs, activeSeries, KnownSeries.of(in.readBytes(length)));
    }

    private static void requireVersion(int version) {
        if (version != VERSION) {
            throw new MalformedException(
                    "shard record has version " + version + ", this program reads version " + VERSION + " only");
        }
    }
}
