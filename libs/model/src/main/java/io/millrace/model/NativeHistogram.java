package io.millrace.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A native histogram as data, as a sender wrote it: integer or float counts, exponential (schema -4 to 8) or custom
 * buckets (schema {@link #CUSTOM_BUCKETS}). Bucket counts are absolute, never deltas. No arithmetic here: that is the
 * query engine's. The arrays belong to the histogram and must not be changed.
 *
 * @param integer whether the sender counted in integers; counts are exact up to 2^53 either way
 * @param resetHint what the sender says about counter resets
 * @param schema resolution
 * @param zeroThreshold width of the zero bucket
 * @param zeroCount observations in the zero bucket
 * @param count all observations
 * @param sum sum of observations; a stale marker here marks the histogram stale (raw bits, see {@link StaleMarker})
 * @param positiveSpans alternating offset and length: {offset0, length0, offset1, length1, ...}
 * @param positiveCounts as many as the lengths of {@code positiveSpans} add up to
 * @param negativeSpans likewise
 * @param negativeCounts likewise
 * @param customValues upper bounds of custom buckets, empty otherwise
 */
public record NativeHistogram(
        boolean integer,
        ResetHint resetHint,
        int schema,
        double zeroThreshold,
        double zeroCount,
        double count,
        double sum,
        int[] positiveSpans,
        double[] positiveCounts,
        int[] negativeSpans,
        double[] negativeCounts,
        double[] customValues) {

    /** The schema whose bucket bounds are listed in {@code customValues}. */
    public static final int CUSTOM_BUCKETS = -53;

    /** As numbered in remote write. */
    public enum ResetHint {
        UNKNOWN,
        YES,
        NO,
        GAUGE
    }

    public boolean isStale() {
        return StaleMarker.is(sum);
    }

    /** Equal bit for bit, NaN payloads included. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NativeHistogram that
                && integer == that.integer
                && resetHint == that.resetHint
                && schema == that.schema
                && sameBits(zeroThreshold, that.zeroThreshold)
                && sameBits(zeroCount, that.zeroCount)
                && sameBits(count, that.count)
                && sameBits(sum, that.sum)
                && Arrays.equals(positiveSpans, that.positiveSpans)
                && sameBits(positiveCounts, that.positiveCounts)
                && Arrays.equals(negativeSpans, that.negativeSpans)
                && sameBits(negativeCounts, that.negativeCounts)
                && sameBits(customValues, that.customValues);
    }

    @Override
    public int hashCode() {
        return (31 * Arrays.hashCode(positiveSpans) + Long.hashCode(Double.doubleToRawLongBits(count))) * 31
                + Long.hashCode(Double.doubleToRawLongBits(sum));
    }

    private static boolean sameBits(double left, double right) {
        return Double.doubleToRawLongBits(left) == Double.doubleToRawLongBits(right);
    }

    private static boolean sameBits(double[] left, double[] right) {
        if (left.length != right.length) {
            return false;
        }
        for (int i = 0; i < left.length; i++) {
            if (!sameBits(left[i], right[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "{schema:" + schema + " count:" + count + " sum:" + sum + " z_bucket:" + zeroCount + " z_bucket_w:"
                + zeroThreshold + " spans:" + Arrays.toString(positiveSpans) + " buckets:"
                + Arrays.toString(positiveCounts) + " n_spans:" + Arrays.toString(negativeSpans) + " n_buckets:"
                + Arrays.toString(negativeCounts) + " custom_values:" + Arrays.toString(customValues) + "}";
    }
}
