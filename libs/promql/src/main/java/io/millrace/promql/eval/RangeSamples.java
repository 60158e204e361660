package io.millrace.promql.eval;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.SampleColumns;
import io.millrace.model.StaleMarker;
import io.millrace.promql.histogram.FloatHistogram;
import java.util.Arrays;

/** The samples of one series for range functions: floats and histograms apart, stale markers left out. Reused. */
final class RangeSamples {
    long[] floatTimes = new long[64];
    double[] floats = new double[64];
    long[] floatStarts = new long[64];
    int floatCount;
    long[] histogramTimes = new long[0];
    FloatHistogram[] histograms = new FloatHistogram[0];
    long[] histogramStarts = new long[0];
    int histogramCount;

    void clear() {
        floatCount = 0;
        histogramCount = 0;
    }

    /**
     * @param starts whether start timestamps count; 0 stands for all of them otherwise
     * @param workOutHints whether histograms without a counter-reset hint get one, from the histogram before
     */
    void fill(QueryContext context, SampleColumns columns, boolean starts, boolean workOutHints) {
        clear();
        if (!starts && !columns.hasHistograms()) {
            fillFloats(columns);
            return;
        }
        long weight = columns.size();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.isStale(i)) {
                continue;
            }
            NativeHistogram histogram = columns.histogram(i);
            long start = starts ? columns.startTimestamp(i) : 0;
            if (histogram == null) {
                add(columns.timestamp(i), columns.value(i), start);
            } else {
                FloatHistogram converted = FloatHistogram.of(histogram);
                weight += converted.bytes() / QueryContext.BYTES_PER_SAMPLE;
                context.checkRoom(weight);
                if (workOutHints && histogramCount > 0) {
                    converted = withHint(converted, histograms[histogramCount - 1]);
                }
                add(columns.timestamp(i), converted, start);
            }
        }
    }

    private void fillFloats(SampleColumns columns) {
        int size = columns.size();
        if (size > floats.length) {
            floatTimes = new long[size];
            floats = new double[size];
            floatStarts = new long[size];
        }
        long[] times = columns.timestamps();
        double[] values = columns.values();
        int count = 0;
        for (int i = 0; i < size; i++) {
            double value = values[i];
            if (!StaleMarker.is(value)) {
                floatTimes[count] = times[i];
                floats[count++] = value;
            }
        }
        Arrays.fill(floatStarts, 0, count, 0);
        floatCount = count;
    }

    /** A histogram whose hint says whether it was reset since the one before; one that has a hint keeps it. */
    static FloatHistogram withHint(FloatHistogram histogram, FloatHistogram before) {
        if (histogram.hint() != ResetHint.UNKNOWN) {
            return histogram;
        }
        return histogram.withHint(histogram.detectReset(before) ? ResetHint.YES : ResetHint.NO);
    }

    void add(long time, double value, long start) {
        if (floatCount == floats.length) {
            int capacity = floatCount * 2;
            floatTimes = Arrays.copyOf(floatTimes, capacity);
            floats = Arrays.copyOf(floats, capacity);
            floatStarts = Arrays.copyOf(floatStarts, capacity);
        }
        floatTimes[floatCount] = time;
        floatStarts[floatCount] = start;
        floats[floatCount++] = value;
    }

    void add(long time, FloatHistogram histogram, long start) {
        if (histogramCount == histograms.length) {
            int capacity = Math.max(16, histogramCount * 2);
            histogramTimes = Arrays.copyOf(histogramTimes, capacity);
            histograms = Arrays.copyOf(histograms, capacity);
            histogramStarts = Arrays.copyOf(histogramStarts, capacity);
        }
        histogramTimes[histogramCount] = time;
        histogramStarts[histogramCount] = start;
        histograms[histogramCount++] = histogram;
    }
}
