package io.millrace.promql.eval;

import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.promql.histogram.HistogramSum;
import org.jspecify.annotations.Nullable;

/**
 * The sum of the native histograms of a window that moves. Only for histograms of one layout: where layouts must be brought
 * together, the result depends on the order in which they come. Reused; not thread-safe.
 */
final class SlidingHistograms extends SlidingFold {
    private @Nullable HistogramSum[] sums = new HistogramSum[0];
    private @Nullable HistogramSum newer;
    private int looked;
    private boolean alike = true;

    /** Starts on another series. */
    void restart() {
        clear();
        looked = 0;
        alike = true;
        newer = null;
    }

    /**
     * The sum of the histograms with {@code from <= index < to}; null when they should be walked. See
     * {@link SlidingFold#moveTo} for the bounds.
     */
    @Nullable
    HistogramSum sum(RangeSamples samples, int from, int to) {
        if (!areAlike(samples, to) || !moveTo(samples, from, to)) {
            return null;
        }
        HistogramSum older = sums[slot(from)];
        if (older == null) {
            return null;
        }
        HistogramSum sum = older.copy();
        if (newer != null) {
            sum.add(newer);
        }
        return sum.overflows() ? null : sum;
    }

    private boolean areAlike(RangeSamples samples, int to) {
        for (; alike && looked < to; looked++) {
            alike = samples.histograms[looked].hasLayoutOf(samples.histograms[0]);
        }
        return alike;
    }

    @Override
    void older(RangeSamples samples, int from, int to) {
        if (sums.length < to - from) {
            sums = new HistogramSum[to - from + (to - from) / 2];
        }
        HistogramSum work = null;
        for (int i = to - 1; i >= from; i--) {
            FloatHistogram histogram = samples.histograms[i];
            if (work == null) {
                work = new HistogramSum(histogram);
            } else {
                work.add(histogram);
            }
            sums[i - from] = work.copy();
        }
    }

    @Override
    void clearNewer() {
        newer = null;
    }

    @Override
    void newer(RangeSamples samples, int from, int to) {
        for (int i = from; i < to; i++) {
            FloatHistogram histogram = samples.histograms[i];
            if (newer == null) {
                newer = new HistogramSum(histogram);
            } else {
                newer.add(histogram);
            }
        }
    }
}
