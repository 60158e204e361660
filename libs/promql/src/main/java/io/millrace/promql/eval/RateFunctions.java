package io.millrace.promql.eval;

import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.promql.histogram.HistogramSum;
import org.jspecify.annotations.Nullable;

/**
 * rate, increase, delta, irate, idelta.
 *
 * <h2>Extrapolation</h2>
 * The first three reckon the change between the first and the last sample of the window, and stretch it to the whole
 * window: up to a sample's usual distance beyond each end, half of it where the series seems to begin or end inside the
 * window, and for counters never below zero. A counter whose start timestamp is inside the window is known to have been 0
 * then, so that one sample is enough. Source: {@code extrapolatedRate} of Prometheus 3.14.
 */
final class RateFunctions {
    private static final String MIXED_SCHEMAS =
            "vector contains a mix of histograms with exponential and custom buckets schemas";

    private RateFunctions() {}

    static void rate(Window window, RangeCall call, StepValues result, int step) {
        extrapolated(window, call, result, step, true, true);
    }

    static void increase(Window window, RangeCall call, StepValues result, int step) {
        extrapolated(window, call, result, step, true, false);
    }

    static void delta(Window window, RangeCall call, StepValues result, int step) {
        extrapolated(window, call, result, step, false, false);
    }

    private static void extrapolated(
            Window window, RangeCall call, StepValues result, int step, boolean counter, boolean perSecond) {
        if (window.floats() > 0 && window.histograms() > 0) {
            call.warnOfMetric("encountered a mix of histograms and floats");
            return;
        }
        int samples = window.floats() + window.histograms();
        boolean floats = window.floats() > 0;
        long first = floats ? window.time(0) : window.histogramTime(0);
        long last = floats ? window.time(samples - 1) : window.histogramTime(samples - 1);
        long start = floats ? window.start(0) : window.histogramStart(0);
        boolean startsInside = counter && start > window.rangeStartMs() && start < first && start != 0;
        if (samples < 2 && !startsInside) {
            return;
        }
        if (floats) {
            double change = floatChange(window, call, counter);
            if (startsInside) {
                change += window.value(0);
            }
            double toZero = counter ? toZero(window.value(0), change) : Double.POSITIVE_INFINITY;
            result.set(
                    step, change * stretch(call, window, first, last, samples, start, startsInside, toZero, perSecond));
            return;
        }
        FloatHistogram change = histogramChange(window, call, counter, startsInside);
        if (change == null) {
            return;
        }
        double toZero = counter ? toZero(window.histogram(0).count(), change.count()) : Double.POSITIVE_INFINITY;
        result.set(
                step,
                change.multiply(stretch(call, window, first, last, samples, start, startsInside, toZero, perSecond)));
    }

    private static double stretch(
            RangeCall call,
            Window window,
            long first,
            long last,
            int samples,
            long start,
            boolean startsInside,
            double toZero,
            boolean perSecond) {
        if (!startsInside) {
            return stretch(call, window.rangeStartMs(), window.rangeEndMs(), first, last, samples, toZero, perSecond);
        }
        double spacing = samples < 2 ? 0 : (last - first) / 1000.0 / (samples - 1);
        // The counter was 0 at its start: nothing is left to extrapolate on that side.
        double sampled = (last - start) / 1000.0;
        double toEnd = toEdge((window.rangeEndMs() - last) / 1000.0, spacing);
        return factor(call, sampled, 0, toEnd, perSecond);
    }

    /** How many times the change that was sampled a counter must have grown before the first sample, to begin at zero. */
    static double toZero(double first, double change) {
        return change > 0 && first >= 0 ? first / change : Double.POSITIVE_INFINITY;
    }

    /**
     * By what to multiply the change between the first and the last sample of a range.
     *
     * @param samples at least 2
     * @param toZero see {@link #toZero}
     */
    static double stretch(
            RangeCall call,
            long rangeStartMs,
            long rangeEndMs,
            long first,
            long last,
            long samples,
            double toZero,
            boolean perSecond) {
        double sampled = (last - first) / 1000.0;
        double spacing = sampled / (samples - 1);
        double toStart = Math.min(toEdge((first - rangeStartMs) / 1000.0, spacing), sampled * toZero);
        double toEnd = toEdge((rangeEndMs - last) / 1000.0, spacing);
        return factor(call, sampled, toStart, toEnd, perSecond);
    }

    private static double toEdge(double distance, double spacing) {
        return distance >= spacing * 1.1 ? spacing / 2 : distance;
    }

    private static double factor(RangeCall call, double sampled, double toStart, double toEnd, boolean perSecond) {
        double factor = sampled == 0 ? 1 : (sampled + toStart + toEnd) / sampled;
        return perSecond ? factor / (call.rangeMs() / 1000.0) : factor;
    }

    private static double floatChange(Window window, RangeCall call, boolean counter) {
        int last = window.floats() - 1;
        double change = window.value(last) - window.value(0);
        if (!counter) {
            return change;
        }
        if (window.lastOverlap(last) > 0) {
            call.warnOfOverlap();
        }
        for (int i = window.lastReset(last); i > 0; i = window.lastReset(i - 1)) {
            change += window.value(i - 1);
        }
        return change;
    }

    private static @Nullable FloatHistogram histogramChange(
            Window window, RangeCall call, boolean counter, boolean startsInside) {
        FloatHistogram first = window.histogram(0);
        if (window.histograms() == 1) {
            return first;
        }
        FloatHistogram change = histogramChange(window, call, counter);
        if (change == null || !startsInside) {
            return change;
        }
        HistogramSum sum = new HistogramSum(change);
        if (!sum.isCompatible(first)) {
            call.warnOfMetric(MIXED_SCHEMAS);
            return null;
        }
        sum.add(first);
        call.infoOfReconciled(sum, "addition");
        return sum.value();
    }

    /**
     * The change from the first to the last histogram. A reset right after the first means that nothing of the first is
     * in the last, whatever the layout of the first was.
     */
    private static @Nullable FloatHistogram histogramChange(Window window, RangeCall call, boolean counter) {
        int last = window.histograms() - 1;
        FloatHistogram first = window.histogram(0);
        warnOfHints(window, call, counter, first, window.histogram(last));
        HistogramSum difference = new HistogramSum(window.histogram(last));
        boolean resetAtOnce = counter && isReset(window, 1);
        for (int i = resetAtOnce ? 1 : 0; i < last; i++) {
            if ((counter || i == 0) && !difference.isCompatible(window.histogram(i))) {
                call.warnOfMetric(MIXED_SCHEMAS);
                return null;
            }
        }
        if (!resetAtOnce) {
            difference.subtract(first);
            call.infoOfReconciled(difference, "subtraction");
        }
        if (!counter) {
            return difference.value().withHint(ResetHint.GAUGE);
        }
        HistogramSum change = new HistogramSum(difference.value());
        for (int i = 1; i <= last; i++) {
            if (StartTimes.overlaps(
                    window.histogramStart(i - 1), window.histogramTime(i - 1), window.histogramStart(i))) {
                call.warnOfOverlap();
            }
            if (i > 1 && isReset(window, i)) {
                change.add(window.histogram(i - 1));
            }
        }
        call.infoOfReconciled(change, "addition");
        return change.value().withHint(ResetHint.GAUGE);
    }

    /** Whether a counter of histograms was reset between sample {@code index} and the one before. */
    private static boolean isReset(Window window, int index) {
        return StartTimes.isReset(
                        window.histogramStart(index - 1),
                        window.histogramTime(index - 1),
                        window.histogramStart(index),
                        window.histogramTime(index))
                || window.histogram(index).detectReset(window.histogram(index - 1));
    }

    private static void warnOfHints(
            Window window, RangeCall call, boolean counter, FloatHistogram first, FloatHistogram last) {
        if (!counter) {
            if (first.hint() != ResetHint.GAUGE || last.hint() != ResetHint.GAUGE) {
                call.warnOfKind("gauge");
            }
            return;
        }
        for (int i = 0; i < window.histograms(); i++) {
            if (window.histogram(i).hint() == ResetHint.GAUGE) {
                call.warnOfKind("counter");
                return;
            }
        }
    }

    static void irate(Window window, RangeCall call, StepValues result, int step) {
        instant(window, call, result, step, true);
    }

    static void idelta(Window window, RangeCall call, StepValues result, int step) {
        instant(window, call, result, step, false);
    }

    /** The change between the last two samples, whatever they are. */
    private static void instant(Window window, RangeCall call, StepValues result, int step, boolean rate) {
        int floats = window.floats();
        int histograms = window.histograms();
        if (floats + histograms < 2) {
            return;
        }
        boolean lastFloat = isFloatNewer(window, floats, histograms);
        int olderFloats = lastFloat ? floats - 1 : floats;
        int olderHistograms = lastFloat ? histograms : histograms - 1;
        if (lastFloat != isFloatNewer(window, olderFloats, olderHistograms)) {
            call.warnOfMetric("encountered a mix of histograms and floats");
            return;
        }
        double seconds = (lastFloat
                        ? window.time(floats - 1) - window.time(floats - 2)
                        : window.histogramTime(histograms - 1) - window.histogramTime(histograms - 2))
                / 1000.0;
        if (seconds == 0) {
            return;
        }
        if (lastFloat) {
            double last = window.value(floats - 1);
            double before = window.value(floats - 2);
            boolean reset = last < before
                    || StartTimes.isReset(
                            window.start(floats - 2),
                            window.time(floats - 2),
                            window.start(floats - 1),
                            window.time(floats - 1));
            double change = rate && reset ? last : last - before;
            result.set(step, rate ? change / seconds : change);
            return;
        }
        FloatHistogram change = instantHistogram(window, call, rate);
        if (change != null) {
            result.set(step, rate ? change.multiply(1 / seconds) : change);
        }
    }

    /** Whether the newest of the first so many floats and histograms is a float. */
    private static boolean isFloatNewer(Window window, int floats, int histograms) {
        return floats > 0 && (histograms == 0 || window.time(floats - 1) > window.histogramTime(histograms - 1));
    }

    private static @Nullable FloatHistogram instantHistogram(Window window, RangeCall call, boolean rate) {
        FloatHistogram last = window.histogram(window.histograms() - 1);
        FloatHistogram before = window.histogram(window.histograms() - 2);
        boolean bothGauges = last.hint() == ResetHint.GAUGE && before.hint() == ResetHint.GAUGE;
        boolean anyGauge = last.hint() == ResetHint.GAUGE || before.hint() == ResetHint.GAUGE;
        if (rate && anyGauge) {
            call.warnOfKind("counter");
        } else if (!rate && !bothGauges) {
            call.warnOfKind("gauge");
        }
        if (rate && isReset(window, window.histograms() - 1)) {
            return last.withHint(ResetHint.GAUGE);
        }
        HistogramSum change = new HistogramSum(last);
        if (!change.isCompatible(before)) {
            call.warnOfMetric(MIXED_SCHEMAS);
            return null;
        }
        change.subtract(before);
        call.infoOfReconciled(change, "subtraction");
        return change.value().withHint(ResetHint.GAUGE);
    }
}
