package io.millrace.promql.histogram;

import io.millrace.model.NativeHistogram.ResetHint;
import java.util.Arrays;

/**
 * The operators {@code </} and {@code >/}: the observations of a histogram below or above a cut.
 *
 * <p>A bucket that the cut goes through keeps the share that interpolation gives it: linear in custom buckets and in the
 * zero bucket, exponential in the others. The sum cannot be known once anything is cut away; it is reckoned anew from the
 * middle of what each bucket keeps. Buckets without an end cannot be divided: they are kept as a whole on their open side
 * and dropped on the other.
 */
public final class HistogramTrim {
    private final FloatHistogram histogram;
    private final double cut;
    private final boolean keepBelow;
    private double keptCount;
    private double keptSum;
    private boolean trimmed;

    private HistogramTrim(FloatHistogram histogram, double cut, boolean keepBelow) {
        this.histogram = histogram;
        this.cut = cut;
        this.keepBelow = keepBelow;
    }

    /** The part of a histogram below a cut. */
    public static FloatHistogram below(FloatHistogram histogram, double cut) {
        return new HistogramTrim(histogram, cut, true).result();
    }

    /** The part of a histogram above a cut. */
    public static FloatHistogram above(FloatHistogram histogram, double cut) {
        return new HistogramTrim(histogram, cut, false).result();
    }

    private FloatHistogram result() {
        double[] positive = new double[histogram.positiveCounts.length];
        for (int i = 0; i < positive.length; i++) {
            int index = histogram.positiveIndexes[i];
            positive[i] = histogram.usesCustomBuckets()
                    ? custom(histogram.lowerBound(index), histogram.upperBound(index), histogram.positiveCounts[i])
                    : exponential(
                            histogram.lowerBound(index), histogram.upperBound(index), histogram.positiveCounts[i]);
        }
        double[] negative = new double[histogram.negativeCounts.length];
        for (int i = 0; i < negative.length; i++) {
            int index = histogram.negativeIndexes[i];
            negative[i] = exponential(
                    -histogram.upperBound(index), -histogram.lowerBound(index), histogram.negativeCounts[i]);
        }
        double zero = histogram.zeroCount == 0 ? 0 : zeroBucket();
        if (!trimmed) {
            return histogram;
        }
        FloatHistogram.Sparse above = populated(histogram.positiveIndexes, positive);
        FloatHistogram.Sparse under = populated(histogram.negativeIndexes, negative);
        ResetHint hint = histogram.hint;
        return new FloatHistogram(
                hint,
                histogram.schema,
                histogram.zeroThreshold,
                zero,
                keptCount,
                keptSum,
                above.indexes(),
                above.counts(),
                under.indexes(),
                under.counts(),
                histogram.customValues);
    }

    private double zeroBucket() {
        double lower = -histogram.zeroThreshold;
        double upper = histogram.zeroThreshold;
        if (!histogram.hasNegativeBuckets() && histogram.hasPositiveBuckets()) {
            lower = 0;
        } else if (!histogram.hasPositiveBuckets() && histogram.hasNegativeBuckets()) {
            upper = 0;
        }
        return linear(lower, upper, histogram.zeroCount);
    }

    private double linear(double lower, double upper, double count) {
        double from = keepBelow ? lower : Math.min(upper, Math.max(lower, cut));
        double to = keepBelow ? Math.max(lower, Math.min(upper, cut)) : upper;
        double share = lower == upper ? (keepBelow == cut >= upper ? 1 : 0) : (to - from) / (upper - lower);
        return keep(count, share, (from + to) / 2);
    }

    private double exponential(double lower, double upper, double count) {
        double from = keepBelow ? lower : Math.min(upper, Math.max(lower, cut));
        double to = keepBelow ? Math.max(lower, Math.min(upper, cut)) : upper;
        if (from >= to) {
            return keep(count, 0, 0);
        }
        double middle = Math.sqrt(from * to);
        boolean whole = from == lower && to == upper;
        double share = whole
                ? 1
                : Math.abs(Math.log(Math.abs(to)) - Math.log(Math.abs(from)))
                        / Math.abs(Math.log(Math.abs(upper)) - Math.log(Math.abs(lower)));
        return keep(count, share, lower < 0 ? -middle : middle);
    }

    private double custom(double lower, double upper, double count) {
        boolean open = lower == Double.NEGATIVE_INFINITY;
        if (upper == Double.POSITIVE_INFINITY) {
            boolean all = keepBelow ? cut == Double.POSITIVE_INFINITY : !open || cut == Double.NEGATIVE_INFINITY;
            return keep(count, all && !(cut == Double.POSITIVE_INFINITY && !keepBelow) ? 1 : 0, Math.max(lower, cut));
        }
        if (!open) {
            return linear(lower, upper, count);
        }
        if (keepBelow) {
            if (upper > 0) {
                return linear(0, upper, count);
            }
            return keep(count, cut == Double.NEGATIVE_INFINITY ? 0 : 1, Math.min(upper, cut));
        }
        if (cut == Double.NEGATIVE_INFINITY) {
            return keep(count, 1, upper);
        }
        return upper > 0 && cut >= 0 ? linear(0, upper, count) : keep(count, 0, 0);
    }

    /** Notes what a bucket keeps. No bucket is on either side of NaN. */
    private double keep(double count, double share, double middle) {
        double kept = Double.isNaN(cut) ? 0 : count * share;
        if (Double.isNaN(cut) || share < 1) {
            trimmed = true;
        }
        if (kept != 0) {
            keptCount += kept;
            keptSum += kept * middle;
        }
        return kept;
    }

    private static FloatHistogram.Sparse populated(int[] indexes, double[] counts) {
        int[] kept = new int[indexes.length];
        double[] values = new double[indexes.length];
        int used = 0;
        for (int i = 0; i < indexes.length; i++) {
            if (counts[i] != 0) {
                kept[used] = indexes[i];
                values[used++] = counts[i];
            }
        }
        return new FloatHistogram.Sparse(Arrays.copyOf(kept, used), Arrays.copyOf(values, used));
    }
}
