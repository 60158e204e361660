package io.millrace.promql.histogram;

/**
 * A mean of histograms: sum over count while nothing overflows, an incremental mean from the histogram on that would make
 * it overflow. Not thread-safe.
 */
public final class HistogramMean {
    private HistogramSum sum;
    private double count = 1;
    private boolean incremental;

    public HistogramMean(FloatHistogram first) {
        sum = new HistogramSum(first);
    }

    /** See {@link HistogramSum#isCompatible}. */
    public boolean isCompatible(FloatHistogram other) {
        return sum.isCompatible(other);
    }

    public void add(FloatHistogram next) {
        count++;
        if (!incremental) {
            HistogramSum before = sum.copy();
            sum.add(next);
            if (!sum.overflows()) {
                return;
            }
            incremental = true;
            sum = before;
            sum.scale(1 / (count - 1));
        }
        sum.scale((count - 1) / count);
        sum.add(next.divide(count));
    }

    /** The sum behind the mean, for what it noticed on the way. */
    public HistogramSum sum() {
        return sum;
    }

    public FloatHistogram value() {
        return incremental ? sum.value() : sum.value().divide(count);
    }
}
