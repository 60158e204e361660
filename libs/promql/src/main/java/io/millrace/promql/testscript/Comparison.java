package io.millrace.promql.testscript;

import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.promql.engine.QueryValue;
import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.promql.testscript.Command.Expectation;
import io.millrace.promql.testscript.Command.ExpectedSeries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares the value of a query with what a script expects. */
final class Comparison {
    private final Expectation expected;
    private final Map<Labels, ExpectedSeries> series = new HashMap<>();
    private final long startMs;
    private final long endMs;
    private final long stepMs;

    /** Times are those of the points of expected series. */
    Comparison(Expectation expected, long startMs, long endMs, long stepMs) {
        this.expected = expected;
        this.startMs = startMs;
        this.endMs = endMs;
        this.stepMs = stepMs;
        expected.series().forEach(one -> series.put(one.labels(), one));
    }

    /** What is different, or null when nothing is. */
    @Nullable
    String difference(QueryValue actual) {
        if (actual instanceof QueryValue.Scalar scalar) {
            return scalar(scalar.value());
        }
        if (actual instanceof QueryValue.StringValue string) {
            return string.value().equals(expected.string())
                    ? null
                    : "expected " + (expected.string() == null ? "no string" : '"' + expected.string() + '"')
                            + ", got string \"" + string.value() + '"';
        }
        if (expected.scalar() != null) {
            return "expected scalar " + Shown.number(expected.scalar()) + ", got " + actual.typeName();
        }
        if (actual instanceof QueryValue.Vector vector) {
            return vector(vector.samples());
        }
        return matrix(((QueryValue.Matrix) actual).series());
    }

    @Nullable
    String scalar(double actual) {
        if (expected.scalar() == null) {
            return "expected vector or matrix, got scalar " + Shown.number(actual);
        }
        return Almost.equal(expected.scalar(), actual)
                ? null
                : "expected scalar " + Shown.number(expected.scalar()) + ", got " + Shown.number(actual);
    }

    private @Nullable String vector(List<QueryValue.VectorSample> samples) {
        Set<Labels> seen = new HashSet<>();
        for (int position = 0; position < samples.size(); position++) {
            QueryValue.VectorSample sample = samples.get(position);
            ExpectedSeries wanted = series.get(sample.labels());
            if (wanted == null || wanted.points().isEmpty()) {
                return "unexpected " + shown(sample);
            }
            if (expected.ordered() && expected.series().indexOf(wanted) != position) {
                return "expected " + sample.labels() + " at position "
                        + (expected.series().indexOf(wanted) + 1) + ", got it at " + (position + 1);
            }
            if (!seen.add(sample.labels())) {
                return "got " + sample.labels() + " twice";
            }
            Point point = wanted.points().get(0);
            if (!equal(point, sample.value(), sample.histogram())) {
                return "expected " + wanted.labels() + " " + point + ", got " + shown(sample);
            }
        }
        return missing(seen);
    }

    private static String shown(QueryValue.VectorSample sample) {
        FloatHistogram histogram = sample.histogram();
        return sample.labels() + " "
                + (histogram == null ? Shown.number(sample.value()) : Shown.histogram(histogram.toNative()));
    }

    private @Nullable String missing(Set<Labels> seen) {
        for (ExpectedSeries wanted : expected.series()) {
            if (!seen.contains(wanted.labels())) {
                return "expected " + wanted.labels() + " " + wanted.points() + ", got nothing for it";
            }
        }
        return null;
    }

    private @Nullable String matrix(List<QueryValue.Series> actual) {
        if (expected.ordered()) {
            return "expected an ordered result, got a matrix";
        }
        String unsorted = unsorted(actual);
        if (unsorted != null) {
            return unsorted;
        }
        Set<Labels> seen = new HashSet<>();
        for (QueryValue.Series one : actual) {
            ExpectedSeries wanted = series.get(one.labels());
            if (wanted == null) {
                return "unexpected " + Shown.series(one);
            }
            if (!seen.add(one.labels())) {
                return "got " + one.labels() + " twice";
            }
            String difference = points(wanted, one);
            if (difference != null) {
                return difference + "; expected " + wanted.labels() + " " + wanted.points() + ", got "
                        + Shown.series(one);
            }
        }
        return missing(seen);
    }

    static @Nullable String unsorted(List<QueryValue.Series> series) {
        for (int i = 1; i < series.size(); i++) {
            if (series.get(i - 1).labels().compareTo(series.get(i).labels()) > 0) {
                return "matrix is not sorted: " + series.get(i).labels() + " stands behind "
                        + series.get(i - 1).labels();
            }
        }
        return null;
    }

    private @Nullable String points(ExpectedSeries wanted, QueryValue.Series actual) {
        List<Long> times = new ArrayList<>();
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < wanted.points().size(); i++) {
            long time = startMs + i * stepMs;
            if (time > endMs) {
                return wanted.points().size() + " points do not fit into the time range";
            }
            if (!wanted.points().get(i).omitted()) {
                times.add(time);
                points.add(wanted.points().get(i));
            }
        }
        if (points.size() != actual.size()) {
            return "expected " + points.size() + " points, got " + actual.size();
        }
        for (int i = 0; i < points.size(); i++) {
            long time = actual.timestamps()[i];
            if (times.get(i) != time) {
                return "expected a point at " + times.get(i) + " ms, got one at " + time;
            }
            FloatHistogram histogram = actual.histograms() == null ? null : actual.histograms()[i];
            if (!equal(points.get(i), actual.values()[i], histogram)) {
                return "difference at " + time + " ms";
            }
        }
        return null;
    }

    private static boolean equal(Point point, double value, @Nullable FloatHistogram histogram) {
        NativeHistogram wanted = point.histogram();
        if (wanted == null || histogram == null) {
            return wanted == null && histogram == null && Almost.equal(point.value(), value);
        }
        return (!point.hintWritten() || wanted.resetHint() == histogram.hint())
                && equal(FloatHistogram.of(wanted).toNative(), histogram.toNative());
    }

    /** Both without empty buckets. */
    private static boolean equal(NativeHistogram wanted, NativeHistogram actual) {
        return wanted.schema() == actual.schema()
                && Almost.equal(wanted.count(), actual.count())
                && Almost.equal(wanted.sum(), actual.sum())
                && Arrays.equals(wanted.customValues(), actual.customValues())
                && wanted.zeroThreshold() == actual.zeroThreshold()
                && Almost.equal(wanted.zeroCount(), actual.zeroCount())
                && Arrays.equals(wanted.positiveSpans(), actual.positiveSpans())
                && Arrays.equals(wanted.negativeSpans(), actual.negativeSpans())
                && equal(wanted.positiveCounts(), actual.positiveCounts())
                && equal(wanted.negativeCounts(), actual.negativeCounts());
    }

    private static boolean equal(double[] wanted, double[] actual) {
        for (int i = 0; i < wanted.length; i++) {
            if (!Almost.equal(wanted[i], actual[i])) {
                return false;
            }
        }
        return wanted.length == actual.length;
    }
}
