package io.millrace.promql.eval;

import io.millrace.promql.histogram.FloatHistogram;
import org.jspecify.annotations.Nullable;

/** The operators {@code </} and {@code >/}. */
final class HistogramTrim {
    private HistogramTrim() {}

    /** The part of a histogram below a bound. */
    static @Nullable FloatHistogram upper(FloatHistogram histogram, double bound) {
        return null;
    }

    /** The part of a histogram above a bound. */
    static @Nullable FloatHistogram lower(FloatHistogram histogram, double bound) {
        return null;
    }
}
