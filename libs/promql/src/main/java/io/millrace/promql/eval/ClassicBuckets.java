package io.millrace.promql.eval;

/**
 * The buckets of a classic histogram at one step: cumulative counts by upper bound. Source: {@code bucketQuantile} and
 * {@code BucketFraction} of Prometheus 3.14.
 */
final class ClassicBuckets {
    /** Differences of counts below this, relative to the greater one, are rounding and not worth a word. */
    private static final double TOLERANCE = 1e-12;

    private final double[] bounds;
    private final double[] counts;
    private int size;
    private boolean repaired;
    private double repairedFrom = Double.NaN;
    private double repairedTo = Double.NaN;
    private double repairedBy;

    /**
     * @param bounds rising; equal ones count as one bucket. The arrays belong to this object from now on
     * @param size how much of the arrays counts
     */
    ClassicBuckets(double[] bounds, double[] counts, int size) {
        this.bounds = bounds;
        this.counts = counts;
        for (int i = 0; i < size; i++) {
            if (this.size > 0 && bounds[this.size - 1] == bounds[i]) {
                counts[this.size - 1] += counts[i];
            } else {
                bounds[this.size] = bounds[i];
                counts[this.size++] = counts[i];
            }
        }
    }

    boolean isComplete() {
        return size > 0 && bounds[size - 1] == Double.POSITIVE_INFINITY;
    }

    /** Makes counts rise: scrapes of buckets that were being updated, or sums of such, can fall. */
    private void makeMonotonic() {
        double highest = size == 0 ? 0 : counts[0];
        for (int i = 1; i < size; i++) {
            double count = counts[i];
            if (count == highest) {
                continue;
            }
            if (almostEqual(highest, count)) {
                counts[i] = highest;
            } else if (!(count < highest)) {
                highest = count;
            } else {
                repaired = true;
                repairedFrom = Double.isNaN(repairedFrom) ? bounds[i] : Math.min(repairedFrom, bounds[i]);
                repairedTo = Double.isNaN(repairedTo) ? bounds[i] : Math.max(repairedTo, bounds[i]);
                repairedBy = Math.max(repairedBy, highest - count);
                counts[i] = highest;
            }
        }
    }

    private static boolean almostEqual(double left, double right) {
        double difference = Math.abs(left - right);
        double size = Math.abs(left) + Math.abs(right);
        return left == right
                || (size < Double.MIN_NORMAL
                        ? difference < TOLERANCE * Double.MIN_NORMAL
                        : difference / Math.min(size, Double.MAX_VALUE) < TOLERANCE);
    }

    /** Whether {@link #quantile} had to raise counts, by more than rounding explains. */
    boolean repaired() {
        return repaired;
    }

    double repairedFrom() {
        return repairedFrom;
    }

    double repairedTo() {
        return repairedTo;
    }

    double repairedBy() {
        return repairedBy;
    }

    double quantile(double q) {
        if (Double.isNaN(q)) {
            return Double.NaN;
        }
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        if (!isComplete()) {
            return Double.NaN;
        }
        makeMonotonic();
        if (size < 2) {
            return Double.NaN;
        }
        double observations = counts[size - 1];
        if (observations == 0) {
            return Double.NaN;
        }
        double rank = q * observations;
        int bucket = 0;
        while (bucket < size - 1 && !(counts[bucket] >= rank)) {
            bucket++;
        }
        if (bucket == size - 1) {
            return bounds[size - 2];
        }
        if (bucket == 0 && bounds[0] <= 0) {
            return bounds[0];
        }
        double begin = 0;
        double count = counts[bucket];
        if (bucket > 0) {
            begin = bounds[bucket - 1];
            count -= counts[bucket - 1];
            rank -= counts[bucket - 1];
        }
        return begin + (bounds[bucket] - begin) * (rank / count);
    }

    double fraction(double lower, double upper) {
        if (!isComplete()) {
            return Double.NaN;
        }
        double observations = counts[size - 1];
        if (observations == 0 || Double.isNaN(lower) || Double.isNaN(upper)) {
            return Double.NaN;
        }
        if (lower >= upper) {
            return 0;
        }
        double from = rankOf(lower);
        double to = rankOf(upper);
        return (Math.min(to, observations) - Math.min(from, observations)) / observations;
    }

    /** Observations below a value, linear inside a bucket. */
    private double rankOf(double value) {
        double begin = bounds[0] > 0 ? 0 : Double.NEGATIVE_INFINITY;
        double below = 0;
        for (int i = 0; i < size; i++) {
            if (begin >= value) {
                return below;
            }
            if (bounds[i] > value) {
                double count = counts[i] - below;
                if (begin == Double.NEGATIVE_INFINITY) {
                    return counts[i];
                }
                return bounds[i] == Double.POSITIVE_INFINITY
                        ? below
                        : below + count * (value - begin) / (bounds[i] - begin);
            }
            below = counts[i];
            begin = bounds[i];
        }
        return below;
    }
}
