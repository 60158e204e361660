package io.millrace.promql.eval;

import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.MatrixSelector;
import io.millrace.promql.ast.ValueType;
import io.millrace.promql.ast.VectorSelector.Extension;
import io.millrace.promql.engine.QueryValue;
import io.millrace.promql.histogram.FloatHistogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Evaluates one planned query and shapes its value as the API gives it. */
public final class QueryRun {
    private final QueryContext context;
    private final Evaluator evaluator;

    public QueryRun(QueryContext context) {
        this.context = context;
        this.evaluator = new Evaluator(context);
    }

    /** At one time. */
    public QueryValue instant(Expr query) {
        long time = context.startMs();
        Grid grid = Grid.at(time);
        Expr expr = Planner.plan(query, time, time);
        context.statisticsOnly(HistogramStatistics.selectors(expr));
        context.share(expr);
        return switch (expr.type()) {
            case SCALAR -> new QueryValue.Scalar(time, evaluator.scalar(expr, grid)[0]);
            case STRING -> new QueryValue.StringValue(time, Evaluator.string(expr));
            case MATRIX -> raw(expr, grid);
            case VECTOR, NONE -> vector(expr, grid);
        };
    }

    private QueryValue vector(Expr expr, Grid grid) {
        List<QueryValue.VectorSample> samples = new ArrayList<>();
        for (StepSeries series : evaluator.series(expr, grid)) {
            if (series.values().has(0)) {
                samples.add(new QueryValue.VectorSample(
                        series.labels(),
                        grid.startMs(),
                        series.values().value(0),
                        series.values().histogram(0)));
            }
        }
        boolean ordered = Ordering.isOrdered(expr);
        if (!ordered) {
            samples.sort(Comparator.comparing(QueryValue.VectorSample::labels));
        }
        return new QueryValue.Vector(samples, ordered);
    }

    /** The samples of a range vector as they are, stale markers left out. */
    private QueryValue raw(Expr expr, Grid grid) {
        Extension extension = expr.unwrapped() instanceof MatrixSelector matrix
                ? matrix.selector().extension()
                : Extension.NONE;
        List<QueryValue.Series> result = new ArrayList<>();
        try (RangeStream ranges = evaluator.range(expr, grid, "")) {
            long end = ranges.windowEndMs(0);
            long start = end - ranges.rangeMs();
            for (RangeStream.RangeSeries next = ranges.next(); next != null; next = ranges.next()) {
                QueryValue.Series series = extension == Extension.NONE
                        ? points(next, start, end)
                        : ExtendedPoints.of(next, start, end, extension == Extension.SMOOTHED);
                if (series.size() > 0) {
                    result.add(series);
                }
            }
        }
        result.sort(Comparator.comparing(QueryValue.Series::labels));
        return new QueryValue.Matrix(result);
    }

    private static QueryValue.Series points(RangeStream.RangeSeries series, long fromExclusive, long to) {
        RangeSamples samples = series.samples();
        int f = 0;
        int h = 0;
        long[] times = new long[samples.floatCount + samples.histogramCount];
        double[] values = new double[times.length];
        FloatHistogram[] points = samples.histogramCount > 0 ? new FloatHistogram[times.length] : null;
        int used = 0;
        while (f < samples.floatCount || h < samples.histogramCount) {
            boolean takeFloat = h == samples.histogramCount
                    || (f < samples.floatCount && samples.floatTimes[f] < samples.histogramTimes[h]);
            long time = takeFloat ? samples.floatTimes[f] : samples.histogramTimes[h];
            if (time > fromExclusive && time <= to) {
                times[used] = time;
                if (takeFloat) {
                    values[used] = samples.floats[f];
                } else if (points != null) {
                    points[used] = samples.histograms[h];
                }
                used++;
            }
            if (takeFloat) {
                f++;
            } else {
                h++;
            }
        }
        return new QueryValue.Series(
                series.dropName() ? NameRemoval.nameless(series.labels()) : series.labels(),
                Arrays.copyOf(times, used),
                Arrays.copyOf(values, used),
                points == null ? null : Arrays.copyOf(points, used));
    }

    /** At each step from {@code startMs} to {@code endMs}. */
    public QueryValue range(Expr query) {
        Grid grid = context.grid(context.startMs(), context.endMs(), context.stepMs());
        Expr expr = Planner.plan(query, context.startMs(), context.endMs());
        context.statisticsOnly(HistogramStatistics.selectors(expr));
        context.share(expr);
        if (expr.type() != ValueType.VECTOR && expr.type() != ValueType.SCALAR) {
            throw new IllegalArgumentException("a range query needs a scalar or an instant vector");
        }
        if (grid.steps() == 0) {
            return new QueryValue.Matrix(List.of());
        }
        List<QueryValue.Series> result = new ArrayList<>();
        for (StepSeries series : evaluator.series(expr, grid)) {
            result.add(dense(series, grid));
        }
        result.sort(Comparator.comparing(QueryValue.Series::labels));
        return new QueryValue.Matrix(result);
    }

    private static QueryValue.Series dense(StepSeries series, Grid grid) {
        StepValues values = series.values();
        int count = values.count();
        long[] times = new long[count];
        double[] floats = new double[count];
        FloatHistogram[] histograms = values.hasHistograms() ? new FloatHistogram[count] : null;
        int used = 0;
        for (int step = 0; step < grid.steps(); step++) {
            if (values.has(step)) {
                times[used] = grid.time(step);
                floats[used] = values.value(step);
                if (histograms != null) {
                    histograms[used] = values.histogram(step);
                }
                used++;
            }
        }
        return new QueryValue.Series(series.labels(), times, floats, histograms);
    }
}
