package io.millrace.promql.testscript;

import io.millrace.model.NativeHistogram;
import org.jspecify.annotations.Nullable;

/**
 * One place in a sequence of values: nothing, a float or a histogram.
 *
 * @param omitted {@code _}: no sample
 * @param histogram null for a float
 * @param hintWritten whether the histogram says something of counter resets, so that a result must say the same
 */
record Point(boolean omitted, double value, @Nullable NativeHistogram histogram, boolean hintWritten) {
    static final Point OMITTED = new Point(true, 0, null, false);

    static Point of(double value) {
        return new Point(false, value, null, false);
    }

    static Point of(NativeHistogram histogram, boolean hintWritten) {
        return new Point(false, 0, histogram, hintWritten);
    }

    @Override
    public String toString() {
        return omitted ? "_" : histogram == null ? Shown.number(value) : Shown.histogram(histogram);
    }
}
