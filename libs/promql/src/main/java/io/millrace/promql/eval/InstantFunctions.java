package io.millrace.promql.eval;

import io.millrace.model.Labels;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.MatrixSelector;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.promql.storage.Matcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/** Functions of an instant vector that are more than one number in, one number out. */
final class InstantFunctions {
    private final Evaluator evaluator;
    private final QueryContext context;
    private final Call call;
    private final Grid grid;

    InstantFunctions(Evaluator evaluator, Call call, Grid grid) {
        this.evaluator = evaluator;
        this.context = evaluator.context();
        this.call = call;
        this.grid = grid;
    }

    private Expr argument(int index) {
        return call.arguments().get(index);
    }

    private double[] scalar(int index) {
        return evaluator.scalar(argument(index), grid);
    }

    /** What a function makes of a float at a step. */
    @FunctionalInterface
    private interface PointFunction {
        double at(double value, int step);
    }

    /** Applies a function to floats; histograms are left out; the name goes. */
    private SeriesStream floats(Expr vector, PointFunction function) {
        SeriesStream dropped = evaluator.vector(vector, grid).map(series -> {
            StepValues result = new StepValues(grid.steps());
            for (int step = 0; step < grid.steps(); step++) {
                if (series.values().isFloat(step)) {
                    result.set(step, function.at(series.values().value(step), step));
                }
            }
            return NameRemoval.drop(context, series, result);
        });
        return NameRemoval.distinct(context, dropped, vector);
    }

    SeriesStream math(DoubleUnaryOperator function) {
        return floats(argument(0), (value, step) -> function.applyAsDouble(value));
    }

    /** A function of the number of a histogram; floats are left out. */
    SeriesStream ofHistograms(ToDoubleFunction<FloatHistogram> function) {
        SeriesStream dropped = evaluator.vector(argument(0), grid).map(series -> {
            StepValues result = new StepValues(grid.steps());
            for (int step = 0; step < grid.steps(); step++) {
                FloatHistogram histogram = series.values().histogram(step);
                if (histogram != null) {
                    result.set(step, function.applyAsDouble(histogram));
                }
            }
            return NameRemoval.dropNameOnly(context, series, result);
        });
        return NameRemoval.distinct(context, dropped, argument(0));
    }

    /** A part of a date, of the argument or of the step's own time. */
    SeriesStream date(DoubleUnaryOperator part) {
        if (!call.arguments().isEmpty()) {
            return math(part);
        }
        StepValues values = new StepValues(grid.steps());
        for (int step = 0; step < grid.steps(); step++) {
            values.set(step, part.applyAsDouble(grid.time(step) / 1000.0));
        }
        return SeriesStream.of(List.of(new StepSeries(Labels.EMPTY, false, values)));
    }

    SeriesStream clamp() {
        double[] min = scalar(1);
        double[] max = scalar(2);
        SeriesStream clamped = floats(argument(0), (value, step) -> clamp(value, min[step], max[step]));
        return clamped.map(series -> {
            for (int step = 0; step < grid.steps(); step++) {
                if (min[step] > max[step]) {
                    series.values().remove(step);
                }
            }
            return series;
        });
    }

    SeriesStream clampMax() {
        double[] max = scalar(1);
        return floats(argument(0), (value, step) -> MathFunctions.min(max[step], value));
    }

    SeriesStream clampMin() {
        double[] min = scalar(1);
        return floats(argument(0), (value, step) -> MathFunctions.max(min[step], value));
    }

    private static double clamp(double value, double min, double max) {
        return MathFunctions.max(min, MathFunctions.min(max, value));
    }

    SeriesStream round() {
        double[] to = call.arguments().size() > 1 ? scalar(1) : null;
        return floats(argument(0), (value, step) -> MathFunctions.round(value, to == null ? 1 : to[step]));
    }

    SeriesStream vector() {
        double[] scalar = scalar(0);
        StepValues values = new StepValues(grid.steps());
        for (int step = 0; step < grid.steps(); step++) {
            values.set(step, scalar[step]);
        }
        return SeriesStream.of(List.of(new StepSeries(Labels.EMPTY, false, values)));
    }

    /** The time of each sample: its own for a selector, the step's for any other expression. */
    SeriesStream timestamp() {
        Expr bare = argument(0).unwrapped();
        SeriesStream argument = bare instanceof VectorSelector selector
                ? new InstantSelector(context, selector, grid, InstantSelector.Content.TIME, "timestamp")
                : evaluator.vector(argument(0), grid);
        boolean own = bare instanceof VectorSelector;
        SeriesStream dropped = argument.map(series -> {
            StepValues result = new StepValues(grid.steps());
            for (int step = 0; step < grid.steps(); step++) {
                if (series.values().has(step)) {
                    result.set(step, own ? series.values().value(step) : grid.time(step) / 1000.0);
                }
            }
            return NameRemoval.drop(context, series, result);
        });
        return NameRemoval.distinct(context, dropped, argument(0));
    }

    /**
     * The start timestamp of each sample; nothing for an expression, since only samples have one, nor where start
     * timestamps are not to count.
     */
    SeriesStream startTimestamp() {
        if (!context.options().useStartTimestamps() || !(argument(0).unwrapped() instanceof VectorSelector selector)) {
            return SeriesStream.EMPTY;
        }
        SeriesStream starts =
                new InstantSelector(context, selector, grid, InstantSelector.Content.START_TIME, "start_timestamp");
        SeriesStream dropped = starts.map(series -> NameRemoval.drop(context, series, series.values()));
        return NameRemoval.distinct(context, dropped, argument(0));
    }

    /** 1 at the steps where the argument has no series at all. */
    SeriesStream absent() {
        StepValues seen = new StepValues(grid.steps());
        try (SeriesStream series = evaluator.vector(argument(0), grid)) {
            for (StepSeries next = series.next(); next != null; next = series.next()) {
                seen.markPresent(next.values());
            }
        }
        return SeriesStream.of(List.of(new StepSeries(absentLabels(argument(0)), false, inverse(seen))));
    }

    SeriesStream absentOverTime() {
        StepValues seen = new StepValues(grid.steps());
        Window window = new Window();
        ExtendedRanges.check(call, argument(0));
        try (RangeStream ranges = evaluator.range(argument(0), grid, "absent_over_time")) {
            for (RangeStream.RangeSeries next = ranges.next(); next != null; next = ranges.next()) {
                window.reset(next.samples());
                for (int step = 0; step < grid.steps(); step++) {
                    long end = ranges.windowEndMs(step);
                    window.moveTo(end - ranges.rangeMs(), end, grid.time(step));
                    if (!window.isEmpty()) {
                        seen.set(step, 1);
                    }
                }
            }
        }
        return SeriesStream.of(List.of(new StepSeries(absentLabels(argument(0)), false, inverse(seen))));
    }

    private static StepValues inverse(StepValues seen) {
        StepValues result = new StepValues(seen.steps());
        for (int step = 0; step < seen.steps(); step++) {
            if (!seen.has(step)) {
                result.set(step, 1);
            }
        }
        return result;
    }

    /**
     * What a selector says of the series that is absent: the value of the first equality of each label, unless another
     * matcher of that label comes after it.
     */
    private static Labels absentLabels(Expr expr) {
        Expr bare = expr.unwrapped();
        VectorSelector selector = bare instanceof VectorSelector vector
                ? vector
                : bare instanceof MatrixSelector matrix ? matrix.selector() : null;
        if (selector == null) {
            return Labels.EMPTY;
        }
        Labels.Builder labels = Labels.builder();
        Set<String> seen = new HashSet<>();
        for (Matcher matcher : selector.matchers()) {
            if (matcher.name().equals(Labels.METRIC_NAME)) {
                continue;
            }
            if (matcher.type() == Matcher.Type.EQ && seen.add(matcher.name())) {
                labels.set(matcher.name(), matcher.value());
            } else {
                labels.remove(matcher.name());
            }
        }
        return labels.build();
    }

    /** Floats in order of their value, NaN last; histograms are left out. Means something in an instant query only. */
    SeriesStream sort(boolean descending) {
        warnOfSorting(context, call);
        long before = context.held();
        List<StepSeries> series = new ArrayList<>();
        for (StepSeries each : evaluator.vector(argument(0), grid).toList(context)) {
            StepValues floats = new StepValues(grid.steps());
            for (int step = 0; step < grid.steps(); step++) {
                if (each.values().isFloat(step)) {
                    floats.copy(each.values(), step);
                }
            }
            if (!floats.isEmpty()) {
                series.add(each.withValues(floats));
            }
        }
        if (grid.steps() == 1) {
            Comparator<StepSeries> byValue = (left, right) -> {
                double l = left.values().value(0);
                double r = right.values().value(0);
                if (Double.isNaN(l) || Double.isNaN(r)) {
                    return Boolean.compare(Double.isNaN(l), Double.isNaN(r));
                }
                return l == r ? 0 : (l < r) == descending ? 1 : -1;
            };
            series.sort(byValue);
        }
        context.releaseTo(before);
        return SeriesStream.of(series);
    }

    static void warnOfSorting(QueryContext context, Call call) {
        if (!context.isInstant()) {
            context.annotations()
                    .warn(
                            "sort is ineffective for range queries since results are always ordered by labels",
                            context.position(call.position()));
        }
    }
}
