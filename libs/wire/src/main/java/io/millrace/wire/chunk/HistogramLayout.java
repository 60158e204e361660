package io.millrace.wire.chunk;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.wire.MalformedException;
import java.util.Arrays;

/**
 * What all histograms of a chunk have in common and what stands once at its beginning: schema, zero threshold, spans and
 * custom bounds. Immutable.
 *
 * @param positiveSpans alternating offset and length
 * @param positiveBuckets sum of the lengths of {@code positiveSpans}
 * @param negativeSpans likewise
 * @param negativeBuckets likewise
 * @param customValues bounds of custom buckets; only schema {@link NativeHistogram#CUSTOM_BUCKETS} has any
 */
@SuppressWarnings("ArrayRecordComponent")
record HistogramLayout(
        int schema,
        double zeroThreshold,
        int[] positiveSpans,
        int positiveBuckets,
        int[] negativeSpans,
        int negativeBuckets,
        double[] customValues) {

    /** Of a chunk that begins with a stale marker: a stale marker has no buckets. */
    static final HistogramLayout EMPTY = new HistogramLayout(0, 0, new int[0], 0, new int[0], 0, new double[0]);

    /** Sample count and flags. */
    static final int HEADER_BYTES = 3;

    private static final int FLAGS_SHIFT = 6;
    private static final int FLAGS_NO_RESET = 0b01;
    private static final int FLAGS_RESET = 0b10;
    private static final int FLAGS_GAUGE = 0b11;

    private static final int THRESHOLD_AS_IS = 0xff;
    /** A threshold 2^-243 to 2^10 is a byte 1 to 254. */
    private static final int THRESHOLD_BIAS = 244;

    /** 1/1000 steps up to here are numbers of 4 bytes at most. */
    private static final double MAX_CUSTOM_THOUSANDTHS = 33_554_430;

    /**
     * Of a histogram that is not stale.
     *
     * @throws IllegalArgumentException when spans and counts disagree, or bounds are given without being used
     */
    static HistogramLayout of(NativeHistogram histogram) {
        if (histogram.schema() != NativeHistogram.CUSTOM_BUCKETS && histogram.customValues().length > 0) {
            throw new IllegalArgumentException("custom values in a histogram of schema " + histogram.schema());
        }
        return new HistogramLayout(
                histogram.schema(),
                histogram.zeroThreshold(),
                histogram.positiveSpans(),
                buckets(histogram.positiveSpans(), histogram.positiveCounts()),
                histogram.negativeSpans(),
                buckets(histogram.negativeSpans(), histogram.negativeCounts()),
                histogram.customValues());
    }

    private static int buckets(int[] spans, double[] counts) {
        long sum = 0;
        for (int i = 1; i < spans.length; i += 2) {
            if (spans[i] < 0) {
                throw new IllegalArgumentException("span of length " + spans[i]);
            }
            sum += spans[i];
        }
        if (sum != counts.length || spans.length % 2 != 0) {
            throw new IllegalArgumentException("spans of " + sum + " buckets, " + counts.length + " bucket counts");
        }
        return counts.length;
    }

    boolean fits(NativeHistogram histogram) {
        return schema == histogram.schema()
                && Double.doubleToRawLongBits(zeroThreshold) == Double.doubleToRawLongBits(histogram.zeroThreshold())
                && positiveBuckets == histogram.positiveCounts().length
                && negativeBuckets == histogram.negativeCounts().length
                && Arrays.equals(positiveSpans, histogram.positiveSpans())
                && Arrays.equals(negativeSpans, histogram.negativeSpans())
                && Arrays.equals(customValues, histogram.customValues());
    }

    int buckets() {
        return positiveBuckets + negativeBuckets;
    }

    static int flags(ResetHint first) {
        return switch (first) {
            case UNKNOWN -> 0;
            case NO -> FLAGS_NO_RESET << FLAGS_SHIFT;
            case YES -> FLAGS_RESET << FLAGS_SHIFT;
            case GAUGE -> FLAGS_GAUGE << FLAGS_SHIFT;
        };
    }

    /**
     * What is known about a reset at a sample. Not of the first one when the flags say there was none: that is about the
     * chunk before, which a query need not have read.
     */
    static ResetHint hint(int flags, int index) {
        int kind = flags >>> FLAGS_SHIFT;
        if (kind == FLAGS_GAUGE) {
            return ResetHint.GAUGE;
        }
        return index > 0 ? ResetHint.NO : kind == FLAGS_RESET ? ResetHint.YES : ResetHint.UNKNOWN;
    }

    void write(ChunkWriter out) {
        writeZeroThreshold(out);
        out.writeVarbit(schema);
        writeSpans(out, positiveSpans);
        writeSpans(out, negativeSpans);
        if (schema == NativeHistogram.CUSTOM_BUCKETS) {
            out.writeUnsignedVarbit(customValues.length);
            for (double bound : customValues) {
                writeCustomValue(out, bound);
            }
        }
    }

    private void writeZeroThreshold(ChunkWriter out) {
        long bits = Double.doubleToRawLongBits(zeroThreshold);
        int exponent = Math.getExponent(zeroThreshold);
        if (bits == 0) {
            out.writeZeros(Byte.SIZE);
        } else if (exponent >= -243
                && exponent <= 10
                && bits == Double.doubleToRawLongBits(Math.scalb(1.0, exponent))) {
            out.write(exponent + THRESHOLD_BIAS, Byte.SIZE);
        } else {
            out.write(THRESHOLD_AS_IS, Byte.SIZE);
            out.write(bits, Long.SIZE);
        }
    }

    private static void writeSpans(ChunkWriter out, int[] spans) {
        out.writeUnsignedVarbit(spans.length / 2);
        for (int i = 0; i < spans.length; i += 2) {
            out.writeUnsignedVarbit(spans[i + 1]);
            out.writeVarbit(spans[i]);
        }
    }

    private static void writeCustomValue(ChunkWriter out, double bound) {
        double thousandths = bound * 1000;
        if (thousandths >= 0 && thousandths <= MAX_CUSTOM_THOUSANDTHS) {
            long whole = Math.round(thousandths);
            // By bits: -0.0 would come back as 0.0.
            if (Double.doubleToRawLongBits(whole / 1000.0) == Double.doubleToRawLongBits(bound)) {
                out.writeUnsignedVarbit(whole + 1);
                return;
            }
        }
        out.writeZeros(1);
        out.write(Double.doubleToRawLongBits(bound), Long.SIZE);
    }

    /**
     * @param bucketBits what a bucket takes at least in the first sample: there are never more buckets than have room,
     *     so a damaged chunk does not make its reader allocate much more than it holds
     */
    static HistogramLayout read(BitReader in, int bucketBits) {
        double zeroThreshold = readZeroThreshold(in);
        int schema = readInt(in.readVarbit());
        int[] positiveSpans = readSpans(in);
        int positiveBuckets = countBuckets(positiveSpans, in, bucketBits);
        int[] negativeSpans = readSpans(in);
        int negativeBuckets = countBuckets(negativeSpans, in, bucketBits);
        double[] customValues = EMPTY.customValues;
        if (schema == NativeHistogram.CUSTOM_BUCKETS) {
            // The shortest bound takes five bits.
            customValues = new double[readSize(in, 5)];
            for (int i = 0; i < customValues.length; i++) {
                long thousandths = in.readUnsignedVarbit();
                customValues[i] = thousandths == 0
                        ? Double.longBitsToDouble(in.read(Long.SIZE))
                        : unsigned(thousandths - 1) / 1000;
            }
        }
        return new HistogramLayout(
                schema, zeroThreshold, positiveSpans, positiveBuckets, negativeSpans, negativeBuckets, customValues);
    }

    private static double readZeroThreshold(BitReader in) {
        int first = (int) in.read(Byte.SIZE);
        return switch (first) {
            case 0 -> 0;
            case THRESHOLD_AS_IS -> Double.longBitsToDouble(in.read(Long.SIZE));
            default -> Math.scalb(1.0, first - THRESHOLD_BIAS);
        };
    }

    private static int[] readSpans(BitReader in) {
        int[] spans = new int[2 * readSize(in, 2)];
        for (int i = 0; i < spans.length; i += 2) {
            spans[i + 1] = readInt(in.readUnsignedVarbit());
            spans[i] = readInt(in.readVarbit());
        }
        return spans;
    }

    private static int countBuckets(int[] spans, BitReader in, int bucketBits) {
        long sum = 0;
        for (int i = 1; i < spans.length; i += 2) {
            if (spans[i] < 0) {
                throw new MalformedException("chunk has a span of length " + spans[i]);
            }
            sum += spans[i];
        }
        if (sum > in.remaining() / bucketBits) {
            throw new MalformedException("chunk has no room for " + sum + " buckets");
        }
        return (int) sum;
    }

    private static int readSize(BitReader in, int leastBits) {
        long size = in.readUnsignedVarbit();
        if (size < 0 || size > in.remaining() / leastBits) {
            throw new MalformedException(
                    "chunk has no room for " + Long.toUnsignedString(size) + " items, at bit " + in.position());
        }
        return (int) size;
    }

    private static int readInt(long value) {
        if (value != (int) value) {
            throw new MalformedException("chunk has " + value + " where a number of 32 bits must be");
        }
        return (int) value;
    }

    /** An unsigned number as a double. */
    static double unsigned(long value) {
        return value >= 0 ? value : (double) (value >>> 1 | value & 1) * 2;
    }

    NativeHistogram histogram(
            boolean integer,
            ResetHint hint,
            double zeroCount,
            double count,
            double sum,
            double[] positiveCounts,
            double[] negativeCounts) {
        return new NativeHistogram(
                integer,
                hint,
                schema,
                zeroThreshold,
                zeroCount,
                count,
                sum,
                positiveSpans,
                positiveCounts,
                negativeSpans,
                negativeCounts,
                customValues);
    }

    /** A stale marker: nothing but its sum. */
    static NativeHistogram stale(boolean integer, double sum) {
        return EMPTY.histogram(integer, ResetHint.UNKNOWN, 0, 0, sum, EMPTY.customValues, EMPTY.customValues);
    }
}
