package io.millrace.wire.chunk;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.SampleColumns;
import io.millrace.model.StaleMarker;
import java.util.Arrays;

/**
 * A chunk of float histograms under construction, in the float histogram format of Prometheus ({@code
 * tsdb/chunkenc/float_histogram.go}, documented in {@code docs/formats/chunks.md}). As {@link HistogramChunk}, but each
 * number is the XOR with the one before it in its column. Not thread-safe.
 */
public final class FloatHistogramChunk extends ChunkWriter {
    private static final int INITIAL_CAPACITY = 16;

    // Columns: these, then the positive, then the negative buckets.
    private static final int COUNT = 0;
    private static final int ZERO_COUNT = 1;
    private static final int SUM = 2;
    private static final int BUCKETS = 3;

    private HistogramLayout layout = HistogramLayout.EMPTY;
    private boolean gauge;
    /** Of each column the last number and the window of its last XOR. */
    private long[] values = {};

    private short[] windows = {};

    public FloatHistogramChunk() {
        super(INITIAL_CAPACITY);
    }

    /** As {@link #append(long, long, NativeHistogram)} without a start timestamp. */
    public boolean append(long timestampMs, NativeHistogram histogram) {
        return append(timestampMs, 0, histogram);
    }

    /**
     * Appends a histogram; timestamps must rise strictly (the caller's duty, not checked). The first one of a chunk
     * always fits if it is a float histogram. Of a stale marker only the sum is kept.
     *
     * @param startTimestampMs when the counter began, 0 when unset; kept beside the chunk, see {@link #rowData}
     * @return false when it does not fit and a new chunk must be begun, of the right kind: see {@link HistogramChunk}
     * @throws IllegalArgumentException when spans, counts and custom values of the histogram disagree
     */
    public boolean append(long timestampMs, long startTimestampMs, NativeHistogram histogram) {
        if (histogram.integer()) {
            return false;
        }
        boolean stale = histogram.isStale();
        if (samples() == 0) {
            layout = stale ? HistogramLayout.EMPTY : HistogramLayout.of(histogram);
            gauge = histogram.resetHint() == ResetHint.GAUGE;
            values = new long[BUCKETS + layout.buckets()];
            windows = new short[values.length];
            Arrays.fill(windows, NO_WINDOW);
            write(HistogramLayout.flags(histogram.resetHint()), Byte.SIZE);
            layout.write(this);
            writeVarbit(timestampMs);
        } else if (fits(stale, histogram)) {
            long delta = timestampMs - lastTimestampMs;
            writeVarbit(delta - lastDelta);
            lastDelta = delta;
        } else {
            return false;
        }
        append(COUNT, stale ? 0 : histogram.count());
        append(ZERO_COUNT, stale ? 0 : histogram.zeroCount());
        append(SUM, histogram.sum());
        if (!stale) {
            appendBuckets(BUCKETS, histogram.positiveCounts());
            appendBuckets(BUCKETS + layout.positiveBuckets(), histogram.negativeCounts());
        }
        lastTimestampMs = timestampMs;
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
        if (values[SUM] == StaleMarker.BITS
                || histogram.resetHint() == ResetHint.YES
                || gauge != (histogram.resetHint() == ResetHint.GAUGE)
                || !layout.fits(histogram)) {
            return false;
        }
        return gauge || !isReset(histogram);
    }

    private boolean isReset(NativeHistogram histogram) {
        return histogram.count() < value(COUNT)
                || histogram.zeroCount() < value(ZERO_COUNT)
                || anyFell(BUCKETS, histogram.positiveCounts())
                || anyFell(BUCKETS + layout.positiveBuckets(), histogram.negativeCounts());
    }

    private boolean anyFell(int from, double[] counts) {
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] < value(from + i)) {
                return true;
            }
        }
        return false;
    }

    private double value(int column) {
        return Double.longBitsToDouble(values[column]);
    }

    private void appendBuckets(int from, double[] counts) {
        for (int i = 0; i < counts.length; i++) {
            append(from + i, counts[i]);
        }
    }

    private void append(int column, double value) {
        long bits = Double.doubleToRawLongBits(value);
        if (samples() == 0) {
            write(bits, Long.SIZE);
        } else {
            windows[column] = writeXor(bits ^ values[column], windows[column]);
        }
        values[column] = bits;
    }

    @Override
    public ChunkEncoding encoding() {
        return ChunkEncoding.FLOAT_HISTOGRAM;
    }

    @Override
    public long firstTimestampMs() {
        if (samples() == 0) {
            return 0;
        }
        BitReader in = new BitReader(bytes(), HistogramLayout.HEADER_BYTES);
        HistogramLayout.read(in, Long.SIZE);
        return in.readVarbit();
    }

    static void decode(byte[] data, long fromMs, long toMs, SampleColumns out) {
        BitReader in = new BitReader(data, 0);
        int samples = (int) in.read(COUNT_BYTES * Byte.SIZE);
        if (samples == 0) {
            return;
        }
        int flags = (int) in.read(Byte.SIZE);
        HistogramLayout layout = HistogramLayout.read(in, Long.SIZE);
        long timestampMs = 0;
        long delta = 0;
        long[] values = new long[BUCKETS + layout.buckets()];
        short[] windows = new short[values.length];
        Arrays.fill(windows, NO_WINDOW);
        for (int i = 0; i < samples; i++) {
            if (i == 0) {
                timestampMs = in.readVarbit();
            } else {
                delta += in.readVarbit();
                timestampMs += delta;
            }
            readColumns(in, i, values, windows);
            if (timestampMs > toMs) {
                return;
            }
            if (timestampMs < fromMs) {
                continue;
            }
            double sum = Double.longBitsToDouble(values[SUM]);
            if (values[SUM] == StaleMarker.BITS) {
                out.add(timestampMs, HistogramLayout.stale(false, sum));
            } else {
                int negative = BUCKETS + layout.positiveBuckets();
                out.add(
                        timestampMs,
                        layout.histogram(
                                false,
                                HistogramLayout.hint(flags, i),
                                Double.longBitsToDouble(values[ZERO_COUNT]),
                                Double.longBitsToDouble(values[COUNT]),
                                sum,
                                doubles(values, BUCKETS, negative),
                                doubles(values, negative, values.length)));
            }
        }
    }

    private static void readColumns(BitReader in, int index, long[] values, short[] windows) {
        for (int column = 0; column < values.length; column++) {
            if (index == 0) {
                values[column] = in.read(Long.SIZE);
            } else {
                in.window = windows[column];
                values[column] = in.readXor(values[column]);
                windows[column] = in.window;
                if (column == SUM && values[SUM] == StaleMarker.BITS) {
                    return;
                }
            }
        }
    }

    private static double[] doubles(long[] bits, int from, int to) {
        double[] doubles = new double[to - from];
        for (int i = from; i < to; i++) {
            doubles[i - from] = Double.longBitsToDouble(bits[i]);
        }
        return doubles;
    }
}
