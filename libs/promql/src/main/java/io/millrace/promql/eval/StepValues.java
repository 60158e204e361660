package io.millrace.promql.eval;

import io.millrace.promql.histogram.FloatHistogram;
import org.jspecify.annotations.Nullable;

/** The values of one series at the steps of a grid: a float, a histogram or nothing at each. Not thread-safe. */
final class StepValues {
    private final double[] values;
    private final long[] present;
    private @Nullable FloatHistogram @Nullable [] histograms;

    StepValues(int steps) {
        values = new double[steps];
        present = new long[(steps + 63) >>> 6];
    }

    private StepValues(double[] values, long[] present, @Nullable FloatHistogram @Nullable [] histograms) {
        this.values = values;
        this.present = present;
        this.histograms = histograms;
    }

    int steps() {
        return values.length;
    }

    boolean has(int step) {
        return (present[step >>> 6] & (1L << step)) != 0;
    }

    /** Whether the value at a step is a float. */
    boolean isFloat(int step) {
        return has(step) && (histograms == null || histograms[step] == null);
    }

    double value(int step) {
        return values[step];
    }

    /** The histogram at a step, null where there is a float or nothing. */
    @Nullable
    FloatHistogram histogram(int step) {
        return histograms == null ? null : histograms[step];
    }

    boolean hasHistograms() {
        return histograms != null;
    }

    void set(int step, double value) {
        values[step] = value;
        present[step >>> 6] |= 1L << step;
        if (histograms != null) {
            histograms[step] = null;
        }
    }

    void set(int step, FloatHistogram histogram) {
        if (histograms == null) {
            histograms = new FloatHistogram[values.length];
        }
        histograms[step] = histogram;
        present[step >>> 6] |= 1L << step;
    }

    /** Independent values; histograms do not change and are shared. */
    StepValues copy() {
        return new StepValues(values.clone(), present.clone(), histograms == null ? null : histograms.clone());
    }

    void copy(StepValues source, int step) {
        FloatHistogram histogram = source.histogram(step);
        if (histogram == null) {
            set(step, source.values[step]);
        } else {
            set(step, histogram);
        }
    }

    void remove(int step) {
        present[step >>> 6] &= ~(1L << step);
        if (histograms != null) {
            histograms[step] = null;
        }
    }

    /** How many samples take as much room. A histogram that stays the same over several steps counts once. */
    long weight() {
        long weight = values.length;
        if (histograms != null) {
            FloatHistogram before = null;
            for (FloatHistogram each : histograms) {
                if (each != null && !isSame(each, before)) {
                    weight += each.bytes() / QueryContext.BYTES_PER_SAMPLE;
                }
                before = each;
            }
        }
        return weight;
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(FloatHistogram left, @Nullable FloatHistogram right) {
        return left == right;
    }

    /** Whether any value is a float. */
    boolean hasFloats() {
        if (histograms == null) {
            return !isEmpty();
        }
        for (int step = 0; step < values.length; step++) {
            if (isFloat(step)) {
                return true;
            }
        }
        return false;
    }

    boolean isEmpty() {
        for (long word : present) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }

    /** Steps that have a value. */
    int count() {
        int count = 0;
        for (long word : present) {
            count += Long.bitCount(word);
        }
        return count;
    }

    /** The first step at which this and two others have a value, -1 when there is none. */
    int firstOverlap(StepValues second, StepValues third) {
        for (int word = 0; word < present.length; word++) {
            long all = present[word] & second.present[word] & third.present[word];
            if (all != 0) {
                return (word << 6) + Long.numberOfTrailingZeros(all);
            }
        }
        return -1;
    }

    /** Marks the steps of another as present, whatever the values. */
    void markPresent(StepValues other) {
        for (int word = 0; word < present.length; word++) {
            present[word] |= other.present[word];
        }
    }

    /** The first step at which both have a value, -1 when there is none. */
    int firstOverlap(StepValues other) {
        for (int word = 0; word < present.length; word++) {
            long both = present[word] & other.present[word];
            if (both != 0) {
                return (word << 6) + Long.numberOfTrailingZeros(both);
            }
        }
        return -1;
    }

    /** Takes over all values of a series that has none at our steps. */
    void merge(StepValues other) {
        for (int step = 0; step < values.length; step++) {
            if (other.has(step)) {
                copy(other, step);
            }
        }
    }
}
