package io.millrace.model;

/**
 * Names a series within its tenant: the XXH3 128-bit hash of the canonical labels (see {@code docs/formats/labels.md}).
 * Order is unsigned, most significant half first, which is the order of the 16 big-endian bytes.
 */
public record SeriesId(long high, long low) implements Comparable<SeriesId> {
    /** Bytes of an id wherever it is stored. */
    public static final int BYTES = 16;

    /**
     * The storage shard of a series: the top {@code bits} bits of the low half, 0 to 2^bits - 1. The same bits choose the
     * Kafka partition, so a writer that owns one of N partitions sees 1/N of the shards and fills its batches N times
     * better than if it saw a little of every shard.
     */
    public int shard(int bits) {
        return (int) (low >>> (64 - bits));
    }

    @Override
    public int compareTo(SeriesId other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        String highHex = Long.toHexString(high);
        String lowHex = Long.toHexString(low);
        return "0".repeat(16 - highHex.length()) + highHex + "0".repeat(16 - lowHex.length()) + lowHex;
    }
}
