package io.millrace.promql.eval;

import io.millrace.promql.engine.QueryException;
import io.millrace.promql.engine.QueryValue;

/**
 * The points of a range vector that is itself the query and is {@code anchored} or {@code smoothed}: one at each edge of the
 * range, and the samples between. Series without a sample inside the range have none.
 */
final class ExtendedPoints {
    private ExtendedPoints() {}

    static QueryValue.Series of(RangeStream.RangeSeries series, long startMs, long endMs, boolean smoothed) {
        RangeSamples samples = series.samples();
        if (samples.histogramCount > 0) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    (smoothed ? "smoothed" : "anchored") + " modifier is not supported with histograms");
        }
        int last = samples.floatCount - 1;
        int first = 0;
        while (first + 1 < last && samples.floatTimes[first + 1] <= startMs) {
            first++;
        }
        if (smoothed) {
            last = 0;
            while (last < samples.floatCount - 1 && samples.floatTimes[last] < endMs) {
                last++;
            }
        }
        if (samples.floatCount == 0 || samples.floatTimes[last] <= startMs) {
            return new QueryValue.Series(series.labels(), new long[0], new double[0], null);
        }
        boolean cutsStart = smoothed && samples.floatTimes[first] < startMs;
        boolean cutsEnd = smoothed && last > 0 && samples.floatTimes[last] > endMs;
        double left = cutsStart ? between(samples, first, startMs) : samples.floats[first];
        double right = cutsEnd ? between(samples, last - 1, endMs) : samples.floats[last];
        int from = samples.floatTimes[first] <= startMs ? first + 1 : first;
        int to = samples.floatTimes[last] >= endMs ? last : last + 1;
        int inside = Math.max(0, to - from);
        long[] times = new long[inside + 2];
        double[] values = new double[inside + 2];
        times[0] = startMs;
        values[0] = left;
        System.arraycopy(samples.floatTimes, from, times, 1, inside);
        System.arraycopy(samples.floats, from, values, 1, inside);
        times[inside + 1] = endMs;
        values[inside + 1] = right;
        return new QueryValue.Series(series.labels(), times, values, null);
    }

    private static double between(RangeSamples samples, int index, long timeMs) {
        return ExtendedFunctions.interpolate(
                samples.floatTimes[index],
                samples.floats[index],
                samples.floatTimes[index + 1],
                samples.floats[index + 1],
                timeMs,
                false);
    }
}
