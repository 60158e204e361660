package io.millrace.wire.record;

import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * The headers that records of the topic {@code received} have where a tenant's shard changes. Documented in {@code
 * docs/formats/shard-record.md}. The value of both is an unsigned LEB128 number, the epoch of the shard.
 */
public final class ShardHeaders {
    /** The epoch of the shard by which a gateway chose the partition of the batch; without it, 0. */
    public static final String EPOCH = "shard-epoch";

    /**
     * The record is a mark: before it in this partition stand all batches of the tenant of lower epochs. Its value is a
     * sample batch without anything in it.
     */
    public static final String PASSING = "shard-passing";

    private ShardHeaders() {}

    /** The value of a header. */
    public static byte[] encode(long epoch) {
        ByteWriter out = new ByteWriter(10);
        out.putUvarint(epoch);
        return out.toByteArray();
    }

    /**
     * Reads the value of a header.
     *
     * @param value null when the record has no such header
     * @return the epoch, 0 without a header
     * @throws MalformedException when it is no number
     */
    public static long decode(byte @Nullable [] value) {
        if (value == null) {
            return 0;
        }
        ByteReader in = new ByteReader(value);
        long epoch = in.readUvarint();
        if (epoch < 0 || in.hasRemaining()) {
            throw new MalformedException("a header with an epoch that cannot be");
        }
        return epoch;
    }
}
