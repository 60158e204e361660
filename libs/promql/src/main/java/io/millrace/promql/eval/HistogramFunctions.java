package io.millrace.promql.eval;

import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.promql.histogram.FloatHistogram.Bucket;
import java.util.List;

/** Functions of native histograms. Sources: {@code promql/quantile.go}, {@code promql/functions.go} of Prometheus 3.14. */
final class HistogramFunctions {
    private HistogramFunctions() {}

    /** Whether a quantile is certain: observations of NaN are in no bucket. */
    enum NanEffect {
        NONE,
        /** NaN observations count as greater than all others. */
        SKEWED,
        /** The quantile lies among the NaN observations. */
        RESULT_NAN
    }

    /** A quantile with what NaN observations did to it. */
    record Quantile(double value, NanEffect effect) {}

    static Quantile quantile(double q, FloatHistogram histogram) {
        if (q < 0) {
            return new Quantile(Double.NEGATIVE_INFINITY, NanEffect.NONE);
        }
        if (q > 1) {
            return new Quantile(Double.POSITIVE_INFINITY, NanEffect.NONE);
        }
        if (histogram.count() == 0 || Double.isNaN(q)) {
            return new Quantile(Double.NaN, NanEffect.NONE);
        }
        boolean nanSum = Double.isNaN(histogram.sum());
        boolean forward = nanSum || q < 0.5;
        List<Bucket> buckets = histogram.buckets();
        double rank = (forward ? q : 1 - q) * histogram.count();
        double seen = 0;
        Bucket bucket = null;
        for (int i = 0; i < buckets.size(); i++) {
            bucket = buckets.get(forward ? i : buckets.size() - 1 - i);
            seen += bucket.count();
            if (seen >= rank) {
                break;
            }
        }
        if (bucket == null) {
            // Nothing says where the observations are; without NaN among them Prometheus takes them for zeros.
            boolean zero = !nanSum && rank > 0;
            return new Quantile(zero ? 0 : Double.NaN, nanSum ? NanEffect.RESULT_NAN : NanEffect.NONE);
        }
        double lower = bucket.lower();
        double upper = bucket.upper();
        if (histogram.usesCustomBuckets()) {
            if (lower == Double.NEGATIVE_INFINITY) {
                if (upper <= 0) {
                    return new Quantile(upper, NanEffect.NONE);
                }
                lower = 0;
            } else if (upper == Double.POSITIVE_INFINITY) {
                return new Quantile(lower, NanEffect.NONE);
            }
        } else if (lower < 0 && upper > 0) {
            if (!histogram.hasNegativeBuckets() && histogram.hasPositiveBuckets()) {
                lower = 0;
            } else if (!histogram.hasPositiveBuckets() && histogram.hasNegativeBuckets()) {
                upper = 0;
            }
        }
        seen = Math.min(seen, histogram.count());
        if (seen < rank) {
            return nanSum ? new Quantile(Double.NaN, NanEffect.RESULT_NAN) : new Quantile(upper, NanEffect.NONE);
        }
        double within = forward ? rank - (seen - bucket.count()) : seen - rank;
        double fraction = within / bucket.count();
        return new Quantile(interpolate(histogram, lower, upper, fraction), nanSum ? NanEffect.SKEWED : NanEffect.NONE);
    }

    private static double interpolate(FloatHistogram histogram, double lower, double upper, double fraction) {
        if (histogram.usesCustomBuckets() || (lower <= 0 && upper >= 0)) {
            return lower + (upper - lower) * fraction;
        }
        double logLower = MathFunctions.log2(Math.abs(lower));
        double logUpper = MathFunctions.log2(Math.abs(upper));
        return lower > 0
                ? Math.pow(2, logLower + (logUpper - logLower) * fraction)
                : -Math.pow(2, logUpper + (logLower - logUpper) * (1 - fraction));
    }

    /** The share of observations between two bounds; NaN observations are outside of any. */
    static double fraction(double lower, double upper, FloatHistogram histogram) {
        if (histogram.count() == 0 || Double.isNaN(lower) || Double.isNaN(upper)) {
            return Double.NaN;
        }
        if (lower >= upper) {
            return 0;
        }
        double rank = 0;
        double lowerRank = Double.NaN;
        double upperRank = Double.NaN;
        double total = histogram.count();
        if (Double.isNaN(histogram.sum())) {
            total = 0;
            for (Bucket bucket : histogram.buckets()) {
                total += bucket.count();
            }
        }
        for (Bucket each : histogram.buckets()) {
            double from = each.lower();
            double to = each.upper();
            if (from < 0 && to > 0 && !histogram.usesCustomBuckets()) {
                if (!histogram.hasNegativeBuckets() && histogram.hasPositiveBuckets()) {
                    from = 0;
                } else if (!histogram.hasPositiveBuckets() && histogram.hasNegativeBuckets()) {
                    to = 0;
                }
            } else if (histogram.usesCustomBuckets() && from == Double.NEGATIVE_INFINITY && to > 0) {
                from = 0;
            }
            if (Double.isNaN(lowerRank) && from >= lower) {
                lowerRank = rank;
            }
            if (Double.isNaN(upperRank) && from >= upper) {
                upperRank = rank;
            }
            if (!Double.isNaN(lowerRank) && !Double.isNaN(upperRank)) {
                break;
            }
            if (Double.isNaN(lowerRank) && from < lower && to > lower) {
                lowerRank = rank + each.count() * share(histogram, from, to, lower);
            }
            if (Double.isNaN(upperRank) && from < upper && to > upper) {
                upperRank = rank + each.count() * share(histogram, from, to, upper);
            }
            if (!Double.isNaN(lowerRank) && !Double.isNaN(upperRank)) {
                break;
            }
            rank += each.count();
        }
        lowerRank = Double.isNaN(lowerRank) || lowerRank > total ? total : lowerRank;
        upperRank = Double.isNaN(upperRank) || upperRank > total ? total : upperRank;
        return (upperRank - lowerRank) / histogram.count();
    }

    /** The share of a bucket below a value inside it. */
    static double share(FloatHistogram histogram, double from, double to, double value) {
        if (histogram.usesCustomBuckets() || (from <= 0 && to >= 0)) {
            if (Double.isInfinite(from)) {
                return Double.isInfinite(value) ? 0 : 1;
            }
            return Double.isInfinite(to) ? 0 : (value - from) / (to - from);
        }
        double logFrom = MathFunctions.log2(Math.abs(from));
        double logTo = MathFunctions.log2(Math.abs(to));
        double logValue = MathFunctions.log2(Math.abs(value));
        return to > 0 ? (logValue - logFrom) / (logTo - logFrom) : 1 - (logValue - logTo) / (logFrom - logTo);
    }

    /**
     * The variance, each observation taken as the middle of its bucket: geometric where buckets grow exponentially. Infinite
     * or NaN when observations are in a custom bucket without an end, as in Prometheus.
     */
    static double variance(FloatHistogram histogram) {
        double mean = histogram.sum() / histogram.count();
        KahanSum variance = new KahanSum();
        for (Bucket bucket : histogram.buckets()) {
            double middle;
            if (histogram.usesCustomBuckets()) {
                middle = (bucket.upper() + bucket.lower()) / 2;
            } else if (bucket.lower() <= 0 && bucket.upper() >= 0) {
                middle = 0;
            } else {
                middle = Math.sqrt(bucket.upper() * bucket.lower());
                middle = bucket.upper() < 0 ? -middle : middle;
            }
            double distance = middle - mean;
            variance.add(bucket.count() * distance * distance);
        }
        return variance.value() / histogram.count();
    }
}
