package io.millrace.promql.histogram;

import io.millrace.promql.histogram.FloatHistogram.Sparse;
import java.util.Arrays;

/** Brings histograms with different custom bounds onto the bounds that both have. Stateless. */
final class CustomBounds {
    private CustomBounds() {}

    /** The bounds that stand in both lists; both rise strictly. */
    static double[] intersection(double[] left, double[] right) {
        double[] common = new double[Math.min(left.length, right.length)];
        int used = 0;
        int at = 0;
        for (double bound : left) {
            while (at < right.length && right[at] < bound) {
                at++;
            }
            if (at < right.length && right[at] == bound) {
                common[used++] = bound;
            }
        }
        return Arrays.copyOf(common, used);
    }

    /** Buckets of {@code bounds} summed up into those of {@code target}, a subset of it. */
    static Sparse mapped(int[] indexes, double[] counts, double[] bounds, double[] target) {
        int[] newIndexes = new int[indexes.length];
        double[] newCounts = new double[indexes.length];
        int used = 0;
        int at = 0;
        for (int i = 0; i < indexes.length; i++) {
            double upper = indexes[i] < bounds.length ? bounds[indexes[i]] : Double.POSITIVE_INFINITY;
            while (at < target.length && target[at] < upper) {
                at++;
            }
            if (used > 0 && newIndexes[used - 1] == at) {
                newCounts[used - 1] += counts[i];
            } else {
                newIndexes[used] = at;
                newCounts[used++] = counts[i];
            }
        }
        return new Sparse(Arrays.copyOf(newIndexes, used), Arrays.copyOf(newCounts, used));
    }
}
