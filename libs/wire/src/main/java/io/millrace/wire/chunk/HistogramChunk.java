package io.millrace.wire.chunk;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.SampleColumns;
import io.millrace.model.StaleMarker;

/**
 * A chunk of integer histograms under construction, in the histogram format of Prometheus ({@code
 * tsdb/chunkenc/histogram.go}, documented in {@code docs/formats/chunks.md}). All histograms of a chunk have the same
 * layout, and counters in it only rise. Not thread-safe.
 *
 * <p>Buckets are deltas twice over: from bucket to bucket, as senders write them, and then delta of delta from sample to
 * sample.
 */
public final class HistogramChunk extends ChunkWriter {
    private static final int INITIAL_CAPACITY = 8;

    private HistogramLayout layout = HistogramLayout.EMPTY;
    private boolean gauge;
    private long count;
    private long countDelta;
    private long zeroCount;
    private long zeroCountDelta;
    private long sum;
    private short sumWindow = NO_WINDOW;
    /** Positive, then negative buckets: change from the bucket before, and how that changed from sample to sample. */
    private long[] buckets = {};

    private long[] bucketDeltas = {};

    public HistogramChunk() {
        super(INITIAL_CAPACITY);
    }

    /** As {@link #append(long, long, NativeHistogram)} without a start timestamp. */
    public boolean append(long timestampMs, NativeHistogram histogram) {
        return append(timestampMs, 0, histogram);
    }

    /**
     * Appends a histogram; timestamps must rise strictly (the caller's duty, not checked). The first one of a chunk
     * always fits if it is an integer histogram. Of a stale marker only the sum is kept.
     *
     * @param startTimestampMs when the counter began, 0 when unset; kept beside the chunk, see {@link #rowData}
     * @return false when it does not fit and a new chunk must be begun, of the right kind: the chunk is full, the
     *     histogram has float counts, another layout, is a gauge in a chunk of counters or the other way round, says that
     *     the counter was reset, has a count lower than before, or follows a stale marker
     * @throws IllegalArgumentException when spans, counts and custom values of the histogram disagree
     */
    public boolean append(long timestampMs, long startTimestampMs, NativeHistogram histogram) {
        if (!histogram.integer()) {
            return false;
        }
        boolean stale = histogram.isStale();
        if (samples() == 0) {
            begin(timestampMs, stale, histogram);
        } else if (fits(stale, histogram)) {
            appendNext(timestampMs, stale, histogram);
        } else {
            return false;
        }
        lastTimestampMs = timestampMs;
        sum = Double.doubleToRawLongBits(histogram.sum());
        counted(startTimestampMs);
        return true;
    }

    private boolean fits(boolean stale, NativeHistogram histogram) {
        if (samples() == MAX_SAMPLES) {
            return false;
        }
        if (stale) {
            return true;
        }
        if (sum == StaleMarker.BITS
                || histogram.resetHint() == ResetHint.YES
                || gauge != (histogram.resetHint() == ResetHint.GAUGE)
                || !layout.fits(histogram)) {
            return false;
        }
        return gauge || !isReset(histogram);
    }

    private boolean isReset(NativeHistogram histogram) {
        return Long.compareUnsigned(unsigned(histogram.count()), count) < 0
                || Long.compareUnsigned(unsigned(histogram.zeroCount()), zeroCount) < 0
                || anyFell(histogram.positiveCounts(), 0)
                || anyFell(histogram.negativeCounts(), layout.positiveBuckets());
    }

    private boolean anyFell(double[] counts, int from) {
        long before = 0;
        for (int i = 0; i < counts.length; i++) {
            before += buckets[from + i];
            if ((long) counts[i] < before) {
                return true;
            }
        }
        return false;
    }

    private void begin(long timestampMs, boolean stale, NativeHistogram histogram) {
        layout = stale ? HistogramLayout.EMPTY : HistogramLayout.of(histogram);
        gauge = histogram.resetHint() == ResetHint.GAUGE;
        count = stale ? 0 : unsigned(histogram.count());
        zeroCount = stale ? 0 : unsigned(histogram.zeroCount());
        buckets = new long[layout.buckets()];
        bucketDeltas = new long[layout.buckets()];
        write(HistogramLayout.flags(histogram.resetHint()), Byte.SIZE);
        layout.write(this);
        writeVarbit(timestampMs);
        writeUnsignedVarbit(count);
        writeUnsignedVarbit(zeroCount);
        write(Double.doubleToRawLongBits(histogram.sum()), Long.SIZE);
        if (!stale) {
            beginBuckets(histogram.positiveCounts(), 0);
            beginBuckets(histogram.negativeCounts(), layout.positiveBuckets());
        }
    }

    private void beginBuckets(double[] counts, int from) {
        long before = 0;
        for (int i = 0; i < counts.length; i++) {
            buckets[from + i] = (long) counts[i] - before;
            before = (long) counts[i];
            writeVarbit(buckets[from + i]);
        }
    }

    private void appendNext(long timestampMs, boolean stale, NativeHistogram histogram) {
        long delta = timestampMs - lastTimestampMs;
        writeVarbit(delta - lastDelta);
        lastDelta = delta;
        if (stale) {
            writeZeros(2); // counts as expected, whatever they would be
        } else {
            long newCountDelta = unsigned(histogram.count()) - count;
            long newZeroCountDelta = unsigned(histogram.zeroCount()) - zeroCount;
            writeVarbit(newCountDelta - countDelta);
            writeVarbit(newZeroCountDelta - zeroCountDelta);
            countDelta = newCountDelta;
            zeroCountDelta = newZeroCountDelta;
            count += newCountDelta;
            zeroCount += newZeroCountDelta;
        }
        sumWindow = writeXor(Double.doubleToRawLongBits(histogram.sum()) ^ sum, sumWindow);
        if (!stale) {
            appendBuckets(histogram.positiveCounts(), 0);
            appendBuckets(histogram.negativeCounts(), layout.positiveBuckets());
        }
    }

    private void appendBuckets(double[] counts, int from) {
        long before = 0;
        for (int i = 0; i < counts.length; i++) {
            long bucket = (long) counts[i] - before;
            before = (long) counts[i];
            long delta = bucket - buckets[from + i];
            writeVarbit(delta - bucketDeltas[from + i]);
            buckets[from + i] = bucket;
            bucketDeltas[from + i] = delta;
        }
    }

    /** A count as 64 unsigned bits. */
    private static long unsigned(double count) {
        return count < 0x1p63 ? (long) count : (long) (count - 0x1p63) ^ Long.MIN_VALUE;
    }

    @Override
    public ChunkEncoding encoding() {
        return ChunkEncoding.HISTOGRAM;
    }

    @Override
    public long firstTimestampMs() {
        if (samples() == 0) {
            return 0;
        }
        BitReader in = new BitReader(bytes(), HistogramLayout.HEADER_BYTES);
        HistogramLayout.read(in, 1);
        return in.readVarbit();
    }

    static void decode(byte[] data, long fromMs, long toMs, SampleColumns out) {
        BitReader in = new BitReader(data, 0);
        int samples = (int) in.read(COUNT_BYTES * Byte.SIZE);
        if (samples == 0) {
            return;
        }
        int flags = (int) in.read(Byte.SIZE);
        HistogramLayout layout = HistogramLayout.read(in, 1);
        long timestampMs = 0;
        long delta = 0;
        long count = 0;
        long countDelta = 0;
        long zeroCount = 0;
        long zeroCountDelta = 0;
        long sum = 0;
        long[] buckets = new long[layout.buckets()];
        long[] bucketDeltas = new long[buckets.length];
        for (int i = 0; i < samples; i++) {
            if (i == 0) {
                timestampMs = in.readVarbit();
                count = in.readUnsignedVarbit();
                zeroCount = in.readUnsignedVarbit();
                sum = in.read(Long.SIZE);
                for (int bucket = 0; bucket < buckets.length; bucket++) {
                    buckets[bucket] = in.readVarbit();
                }
            } else {
                delta += in.readVarbit();
                timestampMs += delta;
                countDelta += in.readVarbit();
                count += countDelta;
                zeroCountDelta += in.readVarbit();
                zeroCount += zeroCountDelta;
                sum = in.readXor(sum);
                for (int bucket = 0; bucket < buckets.length && sum != StaleMarker.BITS; bucket++) {
                    bucketDeltas[bucket] += in.readVarbit();
                    buckets[bucket] += bucketDeltas[bucket];
                }
            }
            if (timestampMs > toMs) {
                return;
            }
            if (timestampMs < fromMs) {
                continue;
            }
            if (sum == StaleMarker.BITS) {
                out.add(timestampMs, HistogramLayout.stale(true, Double.longBitsToDouble(sum)));
            } else {
                out.add(
                        timestampMs,
                        layout.histogram(
                                true,
                                HistogramLayout.hint(flags, i),
                                HistogramLayout.unsigned(zeroCount),
                                HistogramLayout.unsigned(count),
                                Double.longBitsToDouble(sum),
                                counts(buckets, 0, layout.positiveBuckets()),
                                counts(buckets, layout.positiveBuckets(), buckets.length)));
            }
        }
    }

    private static double[] counts(long[] buckets, int from, int to) {
        double[] counts = new double[to - from];
        long count = 0;
        for (int i = from; i < to; i++) {
            count += buckets[i];
            counts[i - from] = count;
        }
        return counts;
    }
}
