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
 * window, and for counters never below zero. Source: {@code extrapolatedRate} of Prometheus 3.14.
 */
final class RateFunctions {
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
        if (samples < 2) {
            return;
        }
        boolean floats = window.floats() > 0;
        long first = floats ? window.time(0) : window.histogramTime(0);
        long last = floats ? window.time(samples - 1) : window.histogramTime(samples - 1);
        double sampled = (last - first) / 1000.0;
        double spacing = sampled / (samples - 1);
        double threshold = spacing * 1.1;
        double toStart = (first - window.rangeStartMs()) / 1000.0;
        double toEnd = (window.rangeEndMs() - last) / 1000.0;
        if (toStart >= threshold) {
            toStart = spacing / 2;
        }
        if (toEnd >= threshold) {
            toEnd = spacing / 2;
        }
        if (floats) {
            double change = floatChange(window, counter);
            if (counter && change > 0 && window.value(0) >= 0) {
                toStart = Math.min(toStart, sampled * (window.value(0) / change));
            }
            result.set(step, change * factor(call, sampled, toStart, toEnd, perSecond));
            return;
        }
        FloatHistogram change = histogramChange(window, call, counter);
        if (change == null) {
            return;
        }
        if (counter && change.count() > 0 && window.histogram(0).count() >= 0) {
            toStart = Math.min(toStart, sampled * (window.histogram(0).count() / change.count()));
        }
        result.set(step, change.multiply(factor(call, sampled, toStart, toEnd, perSecond)));
    }

    private static double factor(RangeCall call, double sampled, double toStart, double toEnd, boolean perSecond) {
        double factor = (sampled + toStart + toEnd) / sampled;
        return perSecond ? factor / (call.rangeMs() / 1000.0) : factor;
    }

    private static double floatChange(Window window, boolean counter) {
        int last = window.floats() - 1;
        double change = window.value(last) - window.value(0);
        if (counter) {
            double previous = window.value(0);
            for (int i = 1; i <= last; i++) {
                double value = window.value(i);
                if (value < previous) {
                    change += previous;
                }
                previous = value;
            }
        }
        return change;
    }

    private static @Nullable FloatHistogram histogramChange(Window window, RangeCall call, boolean counter) {
        int last = window.histograms() - 1;
        FloatHistogram first = window.histogram(0);
        HistogramSum change = new HistogramSum(window.histogram(last));
        if (!change.isCompatible(first)) {
            call.warnOfMetric("vector contains a mix of histograms with exponential and custom buckets schemas");
            return null;
        }
        boolean gauge = false;
        for (int i = 0; i <= last; i++) {
            gauge |= window.histogram(i).hint() == ResetHint.GAUGE;
        }
        if (counter && gauge) {
            call.warnOfMetric("this native histogram metric is not a counter:");
        }
        change.subtract(first);
        FloatHistogram previous = first;
        for (int i = 1; counter && i <= last; i++) {
            FloatHistogram current = window.histogram(i);
            if (!change.isCompatible(current)) {
                call.warnOfMetric("vector contains a mix of histograms with exponential and custom buckets schemas");
                return null;
            }
            if (current.detectReset(previous)) {
                change.add(previous);
            }
            previous = current;
        }
        return change.value().withHint(ResetHint.GAUGE);
    }

    static void irate(Window window, RangeCall call, StepValues result, int step) {
        instant(window, result, step, true);
    }

    static void idelta(Window window, RangeCall call, StepValues result, int step) {
        instant(window, result, step, false);
    }

    private static void instant(Window window, StepValues result, int step, boolean rate) {
        int last = window.floats() - 1;
        if (last < 1) {
            return;
        }
        long interval = window.time(last) - window.time(last - 1);
        if (interval == 0) {
            return;
        }
        double change = window.value(last) - window.value(last - 1);
        if (rate && window.value(last) < window.value(last - 1)) {
            change = window.value(last);
        }
        result.set(step, rate ? change / (interval / 1000.0) : change);
    }
}
