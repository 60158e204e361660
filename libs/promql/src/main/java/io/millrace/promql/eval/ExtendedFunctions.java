package io.millrace.promql.eval;

import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.promql.histogram.HistogramSum;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * rate, increase, delta, changes and resets over a window that reaches beyond the range.
 *
 * <h2>Edges</h2>
 * {@code anchored} takes the last sample at or before the start of the range as if it stood there; {@code smoothed}
 * interpolates between the samples around each edge. Where a counter was reset between the two, it is taken to have begun
 * at 0 with the earlier sample's time. Nothing is extrapolated. Without a sample inside the range there is no result.
 */
final class ExtendedFunctions {
    private static final String MIXED_SCHEMAS =
            "vector contains a mix of histograms with exponential and custom buckets schemas";

    private ExtendedFunctions() {}

    static void rate(Window window, RangeCall call, StepValues result, int step) {
        change(window, call, result, step, true, call.rangeMs() / 1000.0);
    }

    static void increase(Window window, RangeCall call, StepValues result, int step) {
        change(window, call, result, step, true, 1);
    }

    static void delta(Window window, RangeCall call, StepValues result, int step) {
        change(window, call, result, step, false, 1);
    }

    private static void change(
            Window window, RangeCall call, StepValues result, int step, boolean counter, double divisor) {
        if (window.floats() > 0 && window.histograms() > 0) {
            call.warnOfMetric("encountered a mix of histograms and floats");
            return;
        }
        boolean floats = window.floats() > 0;
        Edges edges = floats
                ? Edges.of(window, window.floats(), window::time)
                : Edges.of(window, window.histograms(), window::histogramTime);
        if (edges == null) {
            return;
        }
        if (floats) {
            result.set(step, floatChange(window, edges, counter) / divisor);
            return;
        }
        FloatHistogram change = histogramChange(window, edges, call, counter);
        if (change != null) {
            result.set(step, divisor == 1 ? change : change.divide(divisor));
        }
    }

    /**
     * The samples that decide the values at the edges of the range.
     *
     * @param first the last sample at or before the start, the first of all if there is none
     * @param last smoothed: the first sample at or after the end, the last of all if there is none; anchored: the last
     * @param cutsStart whether the start is between two samples and is to be interpolated
     * @param cutsEnd likewise the end
     */
    private record Edges(int first, int last, boolean cutsStart, boolean cutsEnd) {
        static @Nullable Edges of(Window window, int samples, IntToLongFunction time) {
            long start = window.rangeStartMs();
            long end = window.rangeEndMs();
            boolean smoothed = window.reachesPastEnd();
            int last = samples - 1;
            int first = 0;
            while (first + 1 < last && time.applyAsLong(first + 1) <= start) {
                first++;
            }
            if (smoothed) {
                last = 0;
                while (last < samples - 1 && time.applyAsLong(last) < end) {
                    last++;
                }
            }
            if (time.applyAsLong(last) <= start || smoothed && time.applyAsLong(first) > end) {
                return null;
            }
            boolean cutsStart = smoothed && time.applyAsLong(first) < start;
            boolean cutsEnd = smoothed && last > 0 && time.applyAsLong(last) > end;
            return new Edges(first, last, cutsStart, cutsEnd);
        }
    }

    // Floats

    private static double floatChange(Window window, Edges edges, boolean counter) {
        int first = edges.first;
        int last = edges.last;
        double left =
                edges.cutsStart ? interpolated(window, first, window.rangeStartMs(), counter) : window.value(first);
        double right =
                edges.cutsEnd ? interpolated(window, last - 1, window.rangeEndMs(), counter) : window.value(last);
        double change = right - left;
        if (!counter) {
            return change;
        }
        int from = window.time(first) <= window.rangeStartMs() ? first + 1 : first;
        int to = window.time(last) >= window.rangeEndMs() ? last - 1 : last;
        double previous = left;
        for (int i = from; i <= to; i++) {
            double value = window.value(i);
            if (value < previous) {
                change += previous;
            }
            previous = value;
        }
        return right < previous ? change + previous : change;
    }

    private static double interpolated(Window window, int index, long timeMs, boolean counter) {
        return interpolate(
                window.time(index),
                window.value(index),
                window.time(index + 1),
                window.value(index + 1),
                timeMs,
                counter);
    }

    /** The value at a time between two samples. */
    static double interpolate(long time1, double value1, long time2, double value2, long timeMs, boolean counter) {
        double from = counter && value2 < value1 ? 0 : value1;
        return from + (value2 - from) * (timeMs - time1) / (time2 - time1);
    }

    // Histograms

    private static @Nullable FloatHistogram histogramChange(
            Window window, Edges edges, RangeCall call, boolean counter) {
        if (!isSound(window, edges, call, counter)) {
            return null;
        }
        FloatHistogram left = edges.cutsStart
                ? interpolatedHistogram(window, edges.first, window.rangeStartMs(), counter, call)
                : window.histogram(edges.first);
        FloatHistogram right = edges.cutsEnd
                ? interpolatedHistogram(window, edges.last - 1, window.rangeEndMs(), counter, call)
                : window.histogram(edges.last);
        if (!counter && (left.hint() != ResetHint.GAUGE || right.hint() != ResetHint.GAUGE)) {
            call.warnOfKind("gauge");
        }
        HistogramSum change = new HistogramSum(right);
        change.subtract(left);
        call.infoOfReconciled(change, "subtraction");
        if (counter) {
            HistogramSum lost = lostByResets(window, edges, left, right, call);
            if (lost != null) {
                change.add(lost.value());
            }
        }
        return change.value().withHint(ResetHint.GAUGE);
    }

    /** Whether all histograms have buckets of one kind. */
    private static boolean isSound(Window window, Edges edges, RangeCall call, boolean counter) {
        boolean custom = window.histogram(edges.first).usesCustomBuckets();
        for (int i = edges.first; i <= edges.last; i++) {
            FloatHistogram histogram = window.histogram(i);
            if (histogram.usesCustomBuckets() != custom) {
                call.warnOfMetric(MIXED_SCHEMAS);
                return false;
            }
            if (counter && histogram.hint() == ResetHint.GAUGE) {
                call.warnOfKind("counter");
            }
        }
        return true;
    }

    private static FloatHistogram interpolatedHistogram(
            Window window, int index, long timeMs, boolean counter, RangeCall call) {
        FloatHistogram before = window.histogram(index);
        FloatHistogram after = window.histogram(index + 1);
        double fraction = fraction(window.histogramTime(index), window.histogramTime(index + 1), timeMs);
        if (counter && after.detectReset(before)) {
            return after.multiply(fraction);
        }
        HistogramSum sum = between(before, after, fraction);
        call.infoOfReconciled(sum, "subtraction");
        call.infoOfReconciled(sum, "addition");
        return sum.value();
    }

    static double fraction(long time1, long time2, long timeMs) {
        return (double) (timeMs - time1) / (time2 - time1);
    }

    /** {@code before + (after - before) * fraction}; both must have buckets of one kind. */
    static HistogramSum between(FloatHistogram before, FloatHistogram after, double fraction) {
        HistogramSum sum = new HistogramSum(after);
        sum.subtract(before);
        sum.scale(fraction);
        sum.add(before);
        return sum;
    }

    /**
     * What was counted before each reset inside the range, null when there was none. The sample of the last edge is left
     * out: {@code right} is a copy of it or inherits its hint, and would find the same reset twice.
     */
    private static @Nullable HistogramSum lostByResets(
            Window window, Edges edges, FloatHistogram left, FloatHistogram right, RangeCall call) {
        int from = edges.first + 1;
        FloatHistogram previous = left;
        if (edges.cutsStart && window.histogram(from).detectReset(window.histogram(edges.first))) {
            // Interpolating the left edge has dealt with this reset.
            previous = window.histogram(from);
            from++;
        }
        if (from > edges.last) {
            return null;
        }
        HistogramSum lost = null;
        for (int i = from; i <= edges.last; i++) {
            FloatHistogram current = i == edges.last ? right : window.histogram(i);
            if (current.detectReset(previous)) {
                if (lost == null) {
                    lost = new HistogramSum(previous);
                } else {
                    lost.add(previous);
                }
            }
            previous = current;
        }
        if (lost != null) {
            call.infoOfReconciled(lost, "addition");
        }
        return lost;
    }

    // Counting

    static void changes(Window window, RangeCall call, StepValues result, int step) {
        count(window, result, step, false);
    }

    static void resets(Window window, RangeCall call, StepValues result, int step) {
        count(window, result, step, true);
    }

    /** Compares each sample with the one before, floats and histograms in one order of time, from the anchor on. */
    private static void count(Window window, StepValues result, int step, boolean resets) {
        int floats = window.floats();
        int histograms = window.histograms();
        int f = firstAfter(window.rangeStartMs(), floats, window::time);
        int h = firstAfter(window.rangeStartMs(), histograms, window::histogramTime);
        if (f == floats && h == histograms) {
            return;
        }
        boolean anchored = f > 0 || h > 0;
        if (anchored && (h == 0 || f > 0 && window.time(f - 1) >= window.histogramTime(h - 1))) {
            f--;
        } else if (anchored) {
            h--;
        }
        int count = 0;
        int previousFloat = -1;
        int previousHistogram = -1;
        while (f < floats || h < histograms) {
            boolean takeFloat = h == histograms || f < floats && window.time(f) < window.histogramTime(h);
            int index = takeFloat ? f++ : h++;
            boolean differs;
            if (previousFloat < 0 && previousHistogram < 0) {
                differs = false;
            } else if (takeFloat) {
                differs = previousFloat < 0 || floatsDiffer(window, previousFloat, index, resets);
            } else {
                differs = previousHistogram < 0 || histogramsDiffer(window, previousHistogram, index, resets);
            }
            count += differs ? 1 : 0;
            previousFloat = takeFloat ? index : -1;
            previousHistogram = takeFloat ? -1 : index;
        }
        result.set(step, count);
    }

    private static int firstAfter(long timeMs, int samples, IntToLongFunction time) {
        int index = 0;
        while (index < samples && time.applyAsLong(index) <= timeMs) {
            index++;
        }
        return index;
    }

    private static boolean floatsDiffer(Window window, int previous, int now, boolean resets) {
        double before = window.value(previous);
        double value = window.value(now);
        if (resets) {
            return value < before
                    || StartTimes.isReset(
                            window.start(previous), window.time(previous), window.start(now), window.time(now));
        }
        return value != before && !(Double.isNaN(value) && Double.isNaN(before));
    }

    private static boolean histogramsDiffer(Window window, int previous, int now, boolean resets) {
        FloatHistogram before = window.histogram(previous);
        FloatHistogram histogram = window.histogram(now);
        if (resets) {
            return StartTimes.isReset(
                            window.histogramStart(previous),
                            window.histogramTime(previous),
                            window.histogramStart(now),
                            window.histogramTime(now))
                    || histogram.detectReset(before);
        }
        return !histogram.equals(before);
    }
}
