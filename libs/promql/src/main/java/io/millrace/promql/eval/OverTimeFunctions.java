package io.millrace.promql.eval;

import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.promql.histogram.HistogramMean;
import io.millrace.promql.histogram.HistogramSum;
import org.jspecify.annotations.Nullable;

/** The functions that end in {@code _over_time}. */
final class OverTimeFunctions {
    private OverTimeFunctions() {}

    static void count(Window window, RangeCall call, StepValues result, int step) {
        result.set(step, window.floats() + window.histograms());
    }

    static void present(Window window, RangeCall call, StepValues result, int step) {
        result.set(step, 1);
    }

    static void last(Window window, RangeCall call, StepValues result, int step) {
        int floats = window.floats();
        int histograms = window.histograms();
        if (histograms > 0 && (floats == 0 || window.time(floats - 1) < window.histogramTime(histograms - 1))) {
            result.set(step, window.histogram(histograms - 1));
        } else {
            result.set(step, window.value(floats - 1));
        }
    }

    static void first(Window window, RangeCall call, StepValues result, int step) {
        if (window.histograms() > 0 && (window.floats() == 0 || window.histogramTime(0) < window.time(0))) {
            result.set(step, window.histogram(0));
        } else {
            result.set(step, window.value(0));
        }
    }

    static void max(Window window, RangeCall call, StepValues result, int step) {
        extreme(window, call, result, step, true);
    }

    static void min(Window window, RangeCall call, StepValues result, int step) {
        extreme(window, call, result, step, false);
    }

    private static void extreme(Window window, RangeCall call, StepValues result, int step, boolean max) {
        if (onlyFloats(window, call)) {
            result.set(step, window.value(window.extreme(max, false)));
        }
    }

    static void timeOfMax(Window window, RangeCall call, StepValues result, int step) {
        if (onlyFloats(window, call)) {
            result.set(step, window.time(window.extreme(true, true)) / 1000.0);
        }
    }

    static void timeOfMin(Window window, RangeCall call, StepValues result, int step) {
        if (onlyFloats(window, call)) {
            result.set(step, window.time(window.extreme(false, true)) / 1000.0);
        }
    }

    static void timeOfFirst(Window window, RangeCall call, StepValues result, int step) {
        long first = Long.MAX_VALUE;
        if (window.floats() > 0) {
            first = window.time(0);
        }
        if (window.histograms() > 0) {
            first = Math.min(first, window.histogramTime(0));
        }
        result.set(step, first / 1000.0);
    }

    static void timeOfLast(Window window, RangeCall call, StepValues result, int step) {
        long last = Long.MIN_VALUE;
        if (window.floats() > 0) {
            last = window.time(window.floats() - 1);
        }
        if (window.histograms() > 0) {
            last = Math.max(last, window.histogramTime(window.histograms() - 1));
        }
        result.set(step, last / 1000.0);
    }

    /** Whether there are floats to work on; says so when histograms among them are ignored. */
    static boolean onlyFloats(Window window, RangeCall call) {
        if (window.floats() > 0 && window.histograms() > 0) {
            call.infoOfMetric("ignored histograms in a range containing both floats and histograms");
        }
        return window.floats() > 0;
    }

    static void sum(Window window, RangeCall call, StepValues result, int step) {
        if (isMixed(window, call)) {
            return;
        }
        if (window.floats() == 0) {
            HistogramSum sum = histogramSum(window, call);
            if (sum != null) {
                result.set(step, sum.value());
            }
            return;
        }
        KahanSum sum = new KahanSum();
        window.sum(sum);
        result.set(step, sum.value());
    }

    static void average(Window window, RangeCall call, StepValues result, int step) {
        if (isMixed(window, call)) {
            return;
        }
        if (window.floats() == 0) {
            averageHistograms(window, call, result, step);
            return;
        }
        KahanSum sum = new KahanSum();
        window.sum(sum);
        if (Double.isFinite(sum.plain())) {
            result.set(step, sum.over(window.floats()));
            return;
        }
        KahanMean mean = new KahanMean();
        for (int i = 0; i < window.floats(); i++) {
            mean.add(window.value(i));
        }
        result.set(step, mean.value());
    }

    private static void averageHistograms(Window window, RangeCall call, StepValues result, int step) {
        HistogramSum sum = runningSum(window, call);
        if (sum != null) {
            call.annotate(sum, "aggregation");
            result.set(step, sum.value().divide(window.histograms()));
            return;
        }
        HistogramMean mean = new HistogramMean(window.histogram(0));
        for (int i = 1; i < window.histograms(); i++) {
            if (!mean.isCompatible(window.histogram(i))) {
                call.warnOfMetric("vector contains a mix of histograms with exponential and custom buckets schemas");
                return;
            }
            mean.add(window.histogram(i));
        }
        call.annotate(mean.sum(), "aggregation");
        result.set(step, mean.value());
    }

    private static boolean isMixed(Window window, RangeCall call) {
        boolean mixed = window.floats() > 0 && window.histograms() > 0;
        if (mixed) {
            call.warnOfMetric("encountered a mix of histograms and floats");
        }
        return mixed;
    }

    /** A sum that goes along with the window, which holds one for each histogram; null when there is none. */
    private static @Nullable HistogramSum runningSum(Window window, RangeCall call) {
        if (window.histograms() <= SlidingFold.SHORT) {
            return null;
        }
        long bytes = 3L * window.histogram(0).bytes() * window.histograms();
        call.context().checkRoom(bytes / QueryContext.BYTES_PER_SAMPLE);
        return window.histogramSum();
    }

    private static @Nullable HistogramSum histogramSum(Window window, RangeCall call) {
        HistogramSum running = runningSum(window, call);
        if (running != null) {
            call.annotate(running, "aggregation");
            return running;
        }
        HistogramSum sum = new HistogramSum(window.histogram(0));
        for (int i = 1; i < window.histograms(); i++) {
            FloatHistogram next = window.histogram(i);
            if (!sum.isCompatible(next)) {
                call.warnOfMetric("vector contains a mix of histograms with exponential and custom buckets schemas");
                return null;
            }
            sum.add(next);
        }
        call.annotate(sum, "aggregation");
        return sum;
    }

    static void quantile(Window window, RangeCall call, StepValues result, int step) {
        if (!onlyFloats(window, call)) {
            return;
        }
        double quantile = call.scalar(0, step);
        call.warnOfQuantile(quantile);
        result.set(step, window.ordered().quantile(quantile));
    }

    /** The median of the distances to the median. */
    static void medianDeviation(Window window, RangeCall call, StepValues result, int step) {
        if (!onlyFloats(window, call)) {
            return;
        }
        result.set(step, window.ordered().medianDeviation());
    }

    static void standardDeviation(Window window, RangeCall call, StepValues result, int step) {
        if (onlyFloats(window, call)) {
            result.set(step, Math.sqrt(variance(window)));
        }
    }

    static void standardVariance(Window window, RangeCall call, StepValues result, int step) {
        if (onlyFloats(window, call)) {
            result.set(step, variance(window));
        }
    }

    /** Welford's method with compensated sums while the window is short. */
    private static double variance(Window window) {
        if (window.floats() > SlidingFold.SHORT) {
            return window.moments().variance();
        }
        KahanSum mean = new KahanSum();
        KahanSum squares = new KahanSum();
        for (int i = 0; i < window.floats(); i++) {
            double value = window.value(i);
            double delta = value - mean.value();
            mean.add(delta / (i + 1));
            squares.add(delta * (value - mean.value()));
        }
        return squares.value() / window.floats();
    }
}
