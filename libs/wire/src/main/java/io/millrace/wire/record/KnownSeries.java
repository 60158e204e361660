package io.millrace.wire.record;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The known series of one partition in about ten bits each: a Bloom filter over their ids with four probes. Of series that
 * are not known one in a hundred seems to be, of {@link #MAX_BYTES} with a million series one in eleven. Immutable.
 *
 * <p>The probes are {@code id high + i × step}, where the step is the low half turned by 32 bits and made odd: the upper
 * bits of the low half are nearly equal within a partition, see {@link io.millrace.wire.Partitions}. Whoever sends labels can
 * look for ids that seem to be known; he gains nothing, since the processor knows better.
 */
public final class KnownSeries {
    /** The most a filter takes, so that its record stays under 1 MB. */
    public static final int MAX_BYTES = 640 << 10;

    private static final int BITS_PER_SERIES = 10;
    private static final int PROBES = 4;

    private final byte[] bits;

    private KnownSeries(byte[] bits) {
        this.bits = bits;
    }

    /** Takes series until {@link #build}. Not thread-safe. */
    public static final class Builder {
        private byte @Nullable [] bits;

        /** @param series how many there will be */
        public Builder(long series) {
            bits = new byte[sizeFor(series)];
        }

        public void add(long idHigh, long idLow) {
            byte[] open = open();
            long step = step(idLow);
            long hash = idHigh;
            for (int i = 0; i < PROBES; i++) {
                int bit = bit(hash, open.length);
                open[bit >>> 3] |= (byte) (1 << (bit & 7));
                hash += step;
            }
        }

        public KnownSeries build() {
            KnownSeries built = new KnownSeries(open());
            bits = null;
            return built;
        }

        private byte[] open() {
            byte[] open = bits;
            if (open == null) {
                throw new IllegalStateException("already built");
            }
            return open;
        }
    }

    /** Bytes of a filter of so many series, at least 1. */
    public static int sizeFor(long series) {
        return (int) Math.max(1, Math.min(MAX_BYTES, (series * BITS_PER_SERIES + 7) / 8));
    }

    /** Takes over what {@link #bytes} gave. */
    static KnownSeries of(byte[] bytes) {
        return new KnownSeries(bytes);
    }

    /** Not to be changed. */
    byte[] bytes() {
        return bits;
    }

    /** False when the series is not known; true when it is, and seldom when it is not. */
    public boolean mayContain(long idHigh, long idLow) {
        long step = step(idLow);
        long hash = idHigh;
        for (int i = 0; i < PROBES; i++) {
            int bit = bit(hash, bits.length);
            if ((bits[bit >>> 3] >>> (bit & 7) & 1) == 0) {
                return false;
            }
            hash += step;
        }
        return true;
    }

    private static long step(long idLow) {
        return Long.rotateLeft(idLow, 32) | 1;
    }

    private static int bit(long hash, int bytes) {
        return (int) ((hash >>> 32) * (8L * bytes) >>> 32);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KnownSeries filter && Arrays.equals(bits, filter.bits);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bits);
    }
}
