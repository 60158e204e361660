package io.millrace.promql.histogram;

import io.millrace.model.NativeHistogram.ResetHint;
import java.util.Arrays;

/**
 * A running sum of histograms, each count with Kahan compensation (Neumaier's variant). Layouts are brought together as
 * they come: the coarser schema, the wider zero bucket, the common custom bounds. Not thread-safe.
 */
public final class HistogramSum {
    private ResetHint hint;
    private int schema;
    private double zeroThreshold;
    private final double[] zero = new double[2];
    private final double[] count = new double[2];
    private final double[] sum = new double[2];
    private Side positive;
    private Side negative;
    private double[] customValues;
    private boolean sawReset;
    private boolean sawNoReset;
    private boolean boundsReconciled;

    public HistogramSum(FloatHistogram first) {
        hint = first.hint;
        noteHint(hint);
        schema = first.schema;
        zeroThreshold = first.zeroThreshold;
        zero[0] = first.zeroCount;
        count[0] = first.count;
        sum[0] = first.sum;
        positive =
                new Side(first.positiveIndexes, first.positiveCounts.clone(), new double[first.positiveCounts.length]);
        negative =
                new Side(first.negativeIndexes, first.negativeCounts.clone(), new double[first.negativeCounts.length]);
        customValues = first.customValues;
    }

    /** Whether histograms said YES and NO of counter resets. */
    public boolean hintCollision() {
        return sawReset && sawNoReset;
    }

    /** Whether custom bounds differed. */
    public boolean boundsReconciled() {
        return boundsReconciled;
    }

    /** Whether {@link #add} can take it: exponential with exponential, custom with custom. */
    public boolean isCompatible(FloatHistogram other) {
        return (schema == io.millrace.model.NativeHistogram.CUSTOM_BUCKETS) == other.usesCustomBuckets();
    }

    public void add(FloatHistogram other) {
        combine(other, 1);
    }

    /**
     * Adds what another sum has come to, with what it has lost to rounding.
     *
     * @param other of histograms that are laid out as ours, see {@link FloatHistogram#hasLayoutOf}
     */
    public void add(HistogramSum other) {
        joinHints(other.hint);
        sawReset |= other.sawReset;
        sawNoReset |= other.sawNoReset;
        boundsReconciled |= other.boundsReconciled;
        add(zero, other.zero);
        add(count, other.count);
        add(sum, other.sum);
        positive = positive.plus(other.positive);
        negative = negative.plus(other.negative);
        if (schema != io.millrace.model.NativeHistogram.CUSTOM_BUCKETS) {
            positive = positive.trimmed(schema, zeroThreshold);
            negative = negative.trimmed(schema, zeroThreshold);
        }
    }

    private static void add(double[] pair, double[] other) {
        kahan(pair, other[0]);
        pair[1] += other[1];
    }

    /** Subtracts; the result is a gauge only if the caller says so, see {@link FloatHistogram#withHint}. */
    public void subtract(FloatHistogram other) {
        combine(other, -1);
    }

    private void combine(FloatHistogram addend, int sign) {
        if (!isCompatible(addend)) {
            throw new IllegalArgumentException("histograms with custom and with exponential buckets");
        }
        joinHints(addend.hint);
        FloatHistogram other = addend;
        if (other.usesCustomBuckets()) {
            int[] indexes = other.positiveIndexes;
            double[] counts = other.positiveCounts;
            if (!Arrays.equals(customValues, other.customValues)) {
                boundsReconciled = true;
                double[] common = CustomBounds.intersection(customValues, other.customValues);
                positive = positive.mapped(customValues, common);
                var mapped = CustomBounds.mapped(indexes, counts, other.customValues, common);
                indexes = mapped.indexes();
                counts = mapped.counts();
                customValues = common;
            }
            kahan(zero, sign * other.zeroCount);
            kahan(count, sign * other.count);
            kahan(sum, sign * other.sum);
            positive = positive.plus(indexes, counts, sign);
            return;
        }
        double otherZero = reconcileZeroBuckets(other);
        kahan(zero, sign * otherZero);
        kahan(count, sign * other.count);
        kahan(sum, sign * other.sum);
        if (other.schema < schema) {
            positive = positive.reduced(schema, other.schema);
            negative = negative.reduced(schema, other.schema);
            schema = other.schema;
        } else {
            other = other.reduceResolution(schema);
        }
        positive =
                positive.plus(other.positiveIndexes, other.positiveCounts, sign).trimmed(schema, zeroThreshold);
        negative =
                negative.plus(other.negativeIndexes, other.negativeCounts, sign).trimmed(schema, zeroThreshold);
    }

    private void noteHint(ResetHint seen) {
        sawReset |= seen == ResetHint.YES;
        sawNoReset |= seen == ResetHint.NO;
    }

    private void joinHints(ResetHint other) {
        noteHint(other);
        if (other == hint || hint == ResetHint.GAUGE) {
            return;
        }
        if (other == ResetHint.GAUGE) {
            hint = ResetHint.GAUGE;
        } else {
            hint = ResetHint.UNKNOWN;
        }
    }

    /** Widens our zero bucket, or reckons the other's, until both have one threshold; gives the other's zero count. */
    private double reconcileZeroBuckets(FloatHistogram other) {
        double otherThreshold = other.zeroThreshold;
        double otherCount = other.zeroCount;
        while (otherThreshold != zeroThreshold) {
            if (zeroThreshold > otherThreshold) {
                FloatHistogram.ZeroBucket widened = other.zeroBucketOf(zeroThreshold);
                otherThreshold = widened.threshold();
                otherCount = widened.count();
            }
            if (otherThreshold > zeroThreshold) {
                FloatHistogram.ZeroBucket widened = value().zeroBucketOf(otherThreshold);
                zeroThreshold = widened.threshold();
                zero[0] = widened.count();
                zero[1] = 0;
                positive = positive.trimmed(schema, zeroThreshold);
                negative = negative.trimmed(schema, zeroThreshold);
            }
        }
        return otherCount;
    }

    /** An independent sum that stands where this one does. */
    public HistogramSum copy() {
        HistogramSum copy = new HistogramSum(value());
        copy.zero[0] = zero[0];
        copy.zero[1] = zero[1];
        copy.count[0] = count[0];
        copy.count[1] = count[1];
        copy.sum[0] = sum[0];
        copy.sum[1] = sum[1];
        copy.positive = positive.copy();
        copy.negative = negative.copy();
        copy.sawReset = sawReset;
        copy.sawNoReset = sawNoReset;
        copy.boundsReconciled = boundsReconciled;
        return copy;
    }

    /** Whether any count or the sum is infinite. */
    public boolean overflows() {
        return Double.isInfinite(zero[0])
                || Double.isInfinite(count[0])
                || Double.isInfinite(sum[0])
                || positive.overflows()
                || negative.overflows();
    }

    /** Multiplies all counts and the sum. */
    public void scale(double factor) {
        for (double[] pair : new double[][] {zero, count, sum}) {
            pair[0] *= factor;
            pair[1] *= factor;
        }
        positive.scale(factor);
        negative.scale(factor);
        if (factor < 0) {
            hint = ResetHint.GAUGE;
        }
    }

    /** The sum as it stands. */
    public FloatHistogram value() {
        FloatHistogram.Sparse above = positive.toSparse();
        FloatHistogram.Sparse below = negative.toSparse();
        return new FloatHistogram(
                hint,
                schema,
                zeroThreshold,
                zero[0] + zero[1],
                count[0] + count[1],
                total(sum),
                above.indexes(),
                above.counts(),
                below.indexes(),
                below.counts(),
                customValues);
    }

    private static double total(double[] pair) {
        return Double.isInfinite(pair[0]) || Double.isNaN(pair[1]) ? pair[0] : pair[0] + pair[1];
    }

    private static void kahan(double[] pair, double value) {
        double previous = pair[0];
        double next = previous + value;
        if (Double.isInfinite(next)) {
            pair[1] = 0;
        } else if (Math.abs(previous) >= Math.abs(value)) {
            pair[1] += (previous - next) + value;
        } else {
            pair[1] += (value - next) + previous;
        }
        pair[0] = next;
    }

    /** Buckets of one sign with their compensations. */
    private record Side(int[] indexes, double[] counts, double[] compensations) {
        Side plus(int[] otherIndexes, double[] otherCounts, int sign) {
            if (Arrays.equals(indexes, otherIndexes)) {
                double[] pair = new double[2];
                for (int i = 0; i < counts.length; i++) {
                    add(pair, i, i, sign * otherCounts[i], counts, compensations);
                }
                return this;
            }
            int[] merged = new int[indexes.length + otherIndexes.length];
            double[] newCounts = new double[merged.length];
            double[] newCompensations = new double[merged.length];
            double[] pair = new double[2];
            int left = 0;
            int right = 0;
            int used = 0;
            while (left < indexes.length || right < otherIndexes.length) {
                boolean takeLeft =
                        right == otherIndexes.length || (left < indexes.length && indexes[left] <= otherIndexes[right]);
                boolean takeRight =
                        left == indexes.length || (right < otherIndexes.length && otherIndexes[right] <= indexes[left]);
                if (takeLeft) {
                    merged[used] = indexes[left];
                    newCounts[used] = counts[left];
                    newCompensations[used] = compensations[left++];
                }
                if (takeRight) {
                    merged[used] = otherIndexes[right];
                    add(pair, used, used, sign * otherCounts[right++], newCounts, newCompensations);
                }
                used++;
            }
            return new Side(
                    Arrays.copyOf(merged, used), Arrays.copyOf(newCounts, used), Arrays.copyOf(newCompensations, used));
        }

        /** The sum of both; the other side stays as it is. */
        Side plus(Side other) {
            Side result = plus(other.indexes, other.counts, 1);
            int at = 0;
            for (int i = 0; i < other.indexes.length; i++) {
                while (result.indexes[at] != other.indexes[i]) {
                    at++;
                }
                result.compensations[at] += other.compensations[i];
            }
            return result;
        }

        private static void add(
                double[] pair, int from, int to, double value, double[] counts, double[] compensations) {
            pair[0] = counts[from];
            pair[1] = compensations[from];
            kahan(pair, value);
            counts[to] = pair[0];
            compensations[to] = pair[1];
        }

        Side reduced(int schema, int targetSchema) {
            return new Side(
                    FloatHistogram.Sparse.reduced(indexes, counts, schema, targetSchema)
                            .indexes(),
                    FloatHistogram.Sparse.reduced(indexes, counts, schema, targetSchema)
                            .counts(),
                    FloatHistogram.Sparse.reduced(indexes, compensations, schema, targetSchema)
                            .counts());
        }

        Side mapped(double[] bounds, double[] target) {
            return new Side(
                    CustomBounds.mapped(indexes, counts, bounds, target).indexes(),
                    CustomBounds.mapped(indexes, counts, bounds, target).counts(),
                    CustomBounds.mapped(indexes, compensations, bounds, target).counts());
        }

        /** Without the buckets that lie inside the zero bucket. */
        Side trimmed(int schema, double zeroThreshold) {
            int inside = 0;
            while (inside < indexes.length
                    && FloatHistogram.exponentialBound(indexes[inside], schema) <= zeroThreshold) {
                inside++;
            }
            return inside == 0
                    ? this
                    : new Side(
                            Arrays.copyOfRange(indexes, inside, indexes.length),
                            Arrays.copyOfRange(counts, inside, counts.length),
                            Arrays.copyOfRange(compensations, inside, compensations.length));
        }

        Side copy() {
            return new Side(indexes, counts.clone(), compensations.clone());
        }

        boolean overflows() {
            for (double value : counts) {
                if (Double.isInfinite(value)) {
                    return true;
                }
            }
            return false;
        }

        void scale(double factor) {
            for (int i = 0; i < counts.length; i++) {
                counts[i] *= factor;
                compensations[i] *= factor;
            }
        }

        FloatHistogram.Sparse toSparse() {
            int[] populated = new int[indexes.length];
            double[] totals = new double[indexes.length];
            int used = 0;
            for (int i = 0; i < indexes.length; i++) {
                double value = counts[i] + compensations[i];
                if (value != 0) {
                    populated[used] = indexes[i];
                    totals[used++] = value;
                }
            }
            return new FloatHistogram.Sparse(Arrays.copyOf(populated, used), Arrays.copyOf(totals, used));
        }
    }
}
