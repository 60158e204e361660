package io.millrace.promql.histogram;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.StaleMarker;
import io.millrace.promql.format.GoFloat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A native histogram with float counts and the arithmetic of PromQL. Immutable: every operation gives a new histogram.
 *
 * <h2>Layout</h2>
 * Each side keeps its populated buckets only, as two parallel arrays: bucket indexes in rising order and counts. An index
 * of an exponential schema s names the bucket (2^((i-1)·2^-s), 2^(i·2^-s)] of absolute values; an index of the custom
 * schema names a position in the custom bounds. Empty buckets are not kept, so equality does not depend on how a sender
 * laid out its spans.
 */
public final class FloatHistogram {
    private static final int[] NO_INDEXES = {};
    private static final double[] NO_VALUES = {};

    final ResetHint hint;
    final int schema;
    final double zeroThreshold;
    final double zeroCount;
    final double count;
    final double sum;
    final int[] positiveIndexes;
    final double[] positiveCounts;
    final int[] negativeIndexes;
    final double[] negativeCounts;
    final double[] customValues;

    FloatHistogram(
            ResetHint hint,
            int schema,
            double zeroThreshold,
            double zeroCount,
            double count,
            double sum,
            int[] positiveIndexes,
            double[] positiveCounts,
            int[] negativeIndexes,
            double[] negativeCounts,
            double[] customValues) {
        this.hint = hint;
        this.schema = schema;
        this.zeroThreshold = zeroThreshold;
        this.zeroCount = zeroCount;
        this.count = count;
        this.sum = sum;
        this.positiveIndexes = positiveIndexes;
        this.positiveCounts = positiveCounts;
        this.negativeIndexes = negativeIndexes;
        this.negativeCounts = negativeCounts;
        this.customValues = customValues;
    }

    /** A bucket with its bounds; the zero bucket has index 0 and bounds of both signs. */
    public record Bucket(
            double lower, double upper, boolean lowerInclusive, boolean upperInclusive, double count, int index) {}

    /** The histogram that a sender wrote. */
    public static FloatHistogram of(NativeHistogram data) {
        Sparse positive = Sparse.of(data.positiveSpans(), data.positiveCounts());
        Sparse negative = Sparse.of(data.negativeSpans(), data.negativeCounts());
        return new FloatHistogram(
                data.resetHint(),
                data.schema(),
                data.zeroThreshold(),
                data.zeroCount(),
                data.count(),
                data.sum(),
                positive.indexes,
                positive.counts,
                negative.indexes,
                negative.counts,
                data.customValues());
    }

    /** An empty histogram of schema 0. */
    public static FloatHistogram empty() {
        return new FloatHistogram(
                ResetHint.UNKNOWN, 0, 0, 0, 0, 0, NO_INDEXES, NO_VALUES, NO_INDEXES, NO_VALUES, NO_VALUES);
    }

    /** This histogram as data, in as few spans as its populated buckets need. */
    public NativeHistogram toNative() {
        return new NativeHistogram(
                false,
                hint,
                schema,
                zeroThreshold,
                zeroCount,
                count,
                sum,
                spans(positiveIndexes),
                positiveCounts,
                spans(negativeIndexes),
                negativeCounts,
                customValues);
    }

    private static int[] spans(int[] indexes) {
        int[] spans = new int[2 * indexes.length];
        int used = 0;
        int next = 0;
        for (int index : indexes) {
            if (used > 0 && index == next) {
                spans[used - 1]++;
            } else {
                spans[used] = used == 0 ? index : index - next;
                spans[used + 1] = 1;
                used += 2;
            }
            next = index + 1;
        }
        return Arrays.copyOf(spans, used);
    }

    public ResetHint hint() {
        return hint;
    }

    public int schema() {
        return schema;
    }

    public double zeroThreshold() {
        return zeroThreshold;
    }

    public double zeroCount() {
        return zeroCount;
    }

    public double count() {
        return count;
    }

    public double sum() {
        return sum;
    }

    /** Upper bounds of custom buckets; empty for exponential schemas. Do not change. */
    public double[] customValues() {
        return customValues;
    }

    /** Whether buckets of both have the same bounds, so that adding moves no counts. */
    public boolean hasLayoutOf(FloatHistogram other) {
        return schema == other.schema
                && zeroThreshold == other.zeroThreshold
                && Arrays.equals(customValues, other.customValues);
    }

    public boolean usesCustomBuckets() {
        return schema == NativeHistogram.CUSTOM_BUCKETS;
    }

    public boolean isStale() {
        return StaleMarker.is(sum);
    }

    /** About how much memory it takes, without custom bounds, which histograms share. */
    public int bytes() {
        return 160 + 12 * (positiveIndexes.length + negativeIndexes.length);
    }

    public boolean hasNegativeBuckets() {
        return negativeIndexes.length > 0;
    }

    public boolean hasPositiveBuckets() {
        return positiveIndexes.length > 0;
    }

    public FloatHistogram withHint(ResetHint newHint) {
        return newHint == hint ? this : with(newHint, zeroCount, count, sum, positiveCounts, negativeCounts);
    }

    private FloatHistogram with(
            ResetHint newHint, double zero, double total, double newSum, double[] positive, double[] negative) {
        return new FloatHistogram(
                newHint,
                schema,
                zeroThreshold,
                zero,
                total,
                newSum,
                positiveIndexes,
                positive,
                negativeIndexes,
                negative,
                customValues);
    }

    /** All counts and the sum times a factor; a negative factor makes a gauge. */
    public FloatHistogram multiply(double factor) {
        if (factor == 0) {
            return new FloatHistogram(
                    hint,
                    schema,
                    zeroThreshold,
                    zeroCount * factor,
                    count * factor,
                    sum * factor,
                    NO_INDEXES,
                    NO_VALUES,
                    NO_INDEXES,
                    NO_VALUES,
                    customValues);
        }
        return with(
                factor < 0 ? ResetHint.GAUGE : hint,
                zeroCount * factor,
                count * factor,
                sum * factor,
                scaled(positiveCounts, factor, false),
                scaled(negativeCounts, factor, false));
    }

    /** All counts and the sum over a divisor. Division by zero empties the buckets, as in Prometheus. */
    public FloatHistogram divide(double divisor) {
        ResetHint newHint = divisor < 0 ? ResetHint.GAUGE : hint;
        if (divisor == 0) {
            return new FloatHistogram(
                    newHint,
                    schema,
                    zeroThreshold,
                    zeroCount / divisor,
                    count / divisor,
                    sum / divisor,
                    NO_INDEXES,
                    NO_VALUES,
                    NO_INDEXES,
                    NO_VALUES,
                    customValues);
        }
        return with(
                newHint,
                zeroCount / divisor,
                count / divisor,
                sum / divisor,
                scaled(positiveCounts, divisor, true),
                scaled(negativeCounts, divisor, true));
    }

    private static double[] scaled(double[] values, double by, boolean divide) {
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = divide ? values[i] / by : values[i] * by;
        }
        return result;
    }

    /** Whether buckets of both can be brought onto one layout: both exponential or both custom. */
    public boolean isCompatible(FloatHistogram other) {
        return usesCustomBuckets() == other.usesCustomBuckets();
    }

    /** Populated buckets from the lowest to the highest, the zero bucket between the sides when it is populated. */
    public List<Bucket> buckets() {
        List<Bucket> result = new ArrayList<>(negativeIndexes.length + positiveIndexes.length + 1);
        for (int i = negativeIndexes.length - 1; i >= 0; i--) {
            int index = negativeIndexes[i];
            result.add(new Bucket(-upperBound(index), -lowerBound(index), true, false, negativeCounts[i], index));
        }
        if (zeroCount != 0) {
            result.add(new Bucket(-zeroThreshold, zeroThreshold, true, true, zeroCount, 0));
        }
        for (int i = 0; i < positiveIndexes.length; i++) {
            result.add(positiveBucket(i));
        }
        return result;
    }

    private Bucket positiveBucket(int position) {
        int index = positiveIndexes[position];
        return new Bucket(
                lowerBound(index),
                upperBound(index),
                usesCustomBuckets() && index == 0,
                true,
                positiveCounts[position],
                index);
    }

    double upperBound(int index) {
        return usesCustomBuckets()
                ? index < customValues.length ? customValues[index] : Double.POSITIVE_INFINITY
                : exponentialBound(index, schema);
    }

    double lowerBound(int index) {
        return usesCustomBuckets()
                ? index > 0 ? customValues[index - 1] : Double.NEGATIVE_INFINITY
                : exponentialBound(index - 1, schema);
    }

    /** 2^(index·2^-schema); the largest finite number where that is 2^1024. */
    static double exponentialBound(int index, int schema) {
        if (schema < 0) {
            long exponent = (long) index << -schema;
            return exponent == 1024
                    ? Double.MAX_VALUE
                    : Math.scalb(1.0, (int) Math.max(-2000, Math.min(2000, exponent)));
        }
        int fraction = index & ((1 << schema) - 1);
        int exponent = (index >> schema) + 1;
        if (fraction == 0 && exponent == 1025) {
            return Double.MAX_VALUE;
        }
        return Math.scalb(Math.pow(2, (double) fraction / (1 << schema)) / 2, exponent);
    }

    /** The index at a coarser schema of a bucket. */
    static int targetIndex(int index, int schema, int targetSchema) {
        return ((index - 1) >> (schema - targetSchema)) + 1;
    }

    /** This histogram at a coarser exponential schema. */
    public FloatHistogram reduceResolution(int targetSchema) {
        if (targetSchema >= schema) {
            return this;
        }
        Sparse positive = Sparse.reduced(positiveIndexes, positiveCounts, schema, targetSchema);
        Sparse negative = Sparse.reduced(negativeIndexes, negativeCounts, schema, targetSchema);
        return new FloatHistogram(
                hint,
                targetSchema,
                zeroThreshold,
                zeroCount,
                count,
                sum,
                positive.indexes,
                positive.counts,
                negative.indexes,
                negative.counts,
                customValues);
    }

    /**
     * Whether a counter was reset between {@code previous} and this. The sender's hint decides where it is clear;
     * otherwise any count that fell, or a layout that could not have grown out of the previous one, is a reset.
     */
    public boolean detectReset(FloatHistogram previous) {
        if (hint == ResetHint.YES) {
            return true;
        }
        if (hint == ResetHint.NO) {
            return false;
        }
        if (count < previous.count || usesCustomBuckets() != previous.usesCustomBuckets()) {
            return true;
        }
        if (usesCustomBuckets()) {
            return detectCustomReset(previous);
        }
        if (schema > previous.schema || zeroThreshold < previous.zeroThreshold) {
            return true;
        }
        ZeroBucket widened = previous.zeroBucketOf(zeroThreshold);
        if (widened.threshold() != zeroThreshold || zeroCount < widened.count()) {
            return true;
        }
        FloatHistogram before = previous.reduceResolution(schema);
        return before.anyAbove(
                        positiveIndexes, positiveCounts, before.positiveIndexes, before.positiveCounts, zeroThreshold)
                || before.anyAbove(
                        negativeIndexes, negativeCounts, before.negativeIndexes, before.negativeCounts, zeroThreshold);
    }

    private boolean detectCustomReset(FloatHistogram previous) {
        if (Arrays.equals(customValues, previous.customValues)) {
            return anyAbove(positiveIndexes, positiveCounts, previous.positiveIndexes, previous.positiveCounts, -1);
        }
        double[] common = CustomBounds.intersection(customValues, previous.customValues);
        Sparse now = CustomBounds.mapped(positiveIndexes, positiveCounts, customValues, common);
        Sparse before =
                CustomBounds.mapped(previous.positiveIndexes, previous.positiveCounts, previous.customValues, common);
        return anyAbove(now.indexes, now.counts, before.indexes, before.counts, -1);
    }

    /** Whether any bucket of {@code before} outside the zero bucket holds more than the same bucket now. */
    private boolean anyAbove(int[] indexes, double[] counts, int[] before, double[] beforeCounts, double zero) {
        int at = 0;
        for (int i = 0; i < before.length; i++) {
            if (zero >= 0 && upperBound(before[i]) <= zero) {
                continue;
            }
            while (at < indexes.length && indexes[at] < before[i]) {
                at++;
            }
            double now = at < indexes.length && indexes[at] == before[i] ? counts[at] : 0;
            if (now < beforeCounts[i]) {
                return true;
            }
        }
        return false;
    }

    /** The zero bucket a histogram has at a wider threshold; the threshold moves out of populated buckets. */
    record ZeroBucket(double threshold, double count) {}

    ZeroBucket zeroBucketOf(double wantedThreshold) {
        double threshold = wantedThreshold;
        if (threshold < zeroThreshold) {
            return new ZeroBucket(zeroThreshold, zeroCount);
        }
        if (threshold == zeroThreshold) {
            return new ZeroBucket(threshold, zeroCount);
        }
        while (true) {
            double total = zeroCount;
            double widened = threshold;
            for (int i = 0; i < positiveIndexes.length && lowerBound(positiveIndexes[i]) < threshold; i++) {
                total += positiveCounts[i];
                widened = Math.max(widened, upperBound(positiveIndexes[i]));
            }
            for (int i = 0; i < negativeIndexes.length && lowerBound(negativeIndexes[i]) < threshold; i++) {
                total += negativeCounts[i];
                widened = Math.max(widened, upperBound(negativeIndexes[i]));
            }
            if (widened == threshold) {
                return new ZeroBucket(threshold, total);
            }
            threshold = widened;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FloatHistogram that
                && schema == that.schema
                && same(count, that.count)
                && same(sum, that.sum)
                && zeroThreshold == that.zeroThreshold
                && same(zeroCount, that.zeroCount)
                && Arrays.equals(positiveIndexes, that.positiveIndexes)
                && Arrays.equals(positiveCounts, that.positiveCounts)
                && Arrays.equals(negativeIndexes, that.negativeIndexes)
                && Arrays.equals(negativeCounts, that.negativeCounts)
                && Arrays.equals(customValues, that.customValues);
    }

    private static boolean same(double left, double right) {
        return left == right || Double.doubleToRawLongBits(left) == Double.doubleToRawLongBits(right);
    }

    @Override
    public int hashCode() {
        return (Arrays.hashCode(positiveIndexes) * 31 + Double.hashCode(count)) * 31 + Double.hashCode(sum);
    }

    /** As {@code count_values} shows it: {@code {count:3, sum:2.5, [-0.001,0.001]:1, (0.5,1]:2}}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{count:" + GoFloat.formatG(count) + ", sum:" + GoFloat.formatG(sum));
        for (Bucket bucket : buckets()) {
            text.append(", ")
                    .append(bucket.lowerInclusive() ? '[' : '(')
                    .append(GoFloat.formatG(bucket.lower()))
                    .append(',')
                    .append(GoFloat.formatG(bucket.upper()))
                    .append(bucket.upperInclusive() ? ']' : ')')
                    .append(':')
                    .append(GoFloat.formatG(bucket.count()));
        }
        return text.append('}').toString();
    }

    /** Populated buckets as rising indexes with their counts. */
    record Sparse(int[] indexes, double[] counts) {
        static Sparse of(int[] spans, double[] spanCounts) {
            int populated = 0;
            for (double bucket : spanCounts) {
                populated += bucket != 0 ? 1 : 0;
            }
            int[] indexes = new int[populated];
            double[] counts = new double[populated];
            int index = 0;
            int bucket = 0;
            int used = 0;
            for (int s = 0; s < spans.length; s += 2) {
                index += spans[s];
                for (int i = 0; i < spans[s + 1] && bucket < spanCounts.length; i++, index++, bucket++) {
                    if (spanCounts[bucket] != 0) {
                        indexes[used] = index;
                        counts[used++] = spanCounts[bucket];
                    }
                }
            }
            return new Sparse(indexes, counts);
        }

        static Sparse reduced(int[] indexes, double[] counts, int schema, int targetSchema) {
            int[] newIndexes = new int[indexes.length];
            double[] newCounts = new double[indexes.length];
            int used = 0;
            for (int i = 0; i < indexes.length; i++) {
                int target = targetIndex(indexes[i], schema, targetSchema);
                if (used > 0 && newIndexes[used - 1] == target) {
                    newCounts[used - 1] += counts[i];
                } else {
                    newIndexes[used] = target;
                    newCounts[used++] = counts[i];
                }
            }
            return new Sparse(Arrays.copyOf(newIndexes, used), Arrays.copyOf(newCounts, used));
        }
    }
}
