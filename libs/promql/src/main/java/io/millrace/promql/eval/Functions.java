package io.millrace.promql.eval;

import static java.util.Map.entry;

import io.millrace.model.Labels;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.ValueType;
import io.millrace.promql.engine.QueryException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Finds the code of a function by its name. The functions themselves stand by kind in the classes named after it. */
final class Functions {
    private static final Map<String, RangeFunction> RANGE = Map.ofEntries(
            entry("rate", RateFunctions::rate),
            entry("increase", RateFunctions::increase),
            entry("delta", RateFunctions::delta),
            entry("irate", RateFunctions::irate),
            entry("idelta", RateFunctions::idelta),
            entry("changes", OverTimeFunctions::changes),
            entry("resets", OverTimeFunctions::resets),
            entry("count_over_time", OverTimeFunctions::count),
            entry("present_over_time", OverTimeFunctions::present),
            entry("last_over_time", OverTimeFunctions::last),
            entry("max_over_time", OverTimeFunctions::max),
            entry("min_over_time", OverTimeFunctions::min));

    private static final Set<String> KEEP_NAME = Set.of("last_over_time", "first_over_time");

    private static final Map<String, DoubleUnaryOperator> MATH = Map.ofEntries(
            entry("abs", Math::abs),
            entry("ceil", Math::ceil),
            entry("floor", Math::floor),
            entry("exp", Math::exp),
            entry("sqrt", Math::sqrt),
            entry("ln", Math::log),
            entry("log10", Math::log10));

    private Functions() {}

    static double[] scalar(Evaluator evaluator, Call call, Grid grid) {
        double[] values = new double[grid.steps()];
        switch (call.function().name()) {
            case "time" -> {
                for (int step = 0; step < values.length; step++) {
                    values[step] = grid.time(step) / 1000.0;
                }
            }
            case "pi" -> Arrays.fill(values, Math.PI);
            case "scalar" -> onlyValue(evaluator, call.arguments().get(0), grid, values);
            default -> throw unknown(call);
        }
        return values;
    }

    /** The value of the only series at each step, NaN where there is none or more than one. */
    private static void onlyValue(Evaluator evaluator, Expr argument, Grid grid, double[] values) {
        int[] seen = new int[values.length];
        try (SeriesStream series = evaluator.vector(argument, grid)) {
            for (StepSeries next = series.next(); next != null; next = series.next()) {
                for (int step = 0; step < values.length; step++) {
                    if (next.values().isFloat(step)) {
                        values[step] = next.values().value(step);
                        seen[step]++;
                    }
                }
            }
        }
        for (int step = 0; step < values.length; step++) {
            if (seen[step] != 1) {
                values[step] = Double.NaN;
            }
        }
    }

    static SeriesStream vector(Evaluator evaluator, Call call, Grid grid) {
        String name = call.function().name();
        RangeFunction range = RANGE.get(name);
        if (range != null) {
            return overRanges(evaluator, call, grid, range);
        }
        DoubleUnaryOperator math = MATH.get(name);
        if (math != null) {
            return mapped(evaluator, call, grid, math);
        }
        return switch (name) {
            case "vector" ->
                SeriesStream.of(constant(evaluator.scalar(call.arguments().get(0), grid)));
            default -> throw unknown(call);
        };
    }

    private static List<StepSeries> constant(double[] scalar) {
        StepValues values = new StepValues(scalar.length);
        for (int step = 0; step < scalar.length; step++) {
            values.set(step, scalar[step]);
        }
        return List.of(new StepSeries(Labels.EMPTY, false, values));
    }

    private static SeriesStream mapped(Evaluator evaluator, Call call, Grid grid, DoubleUnaryOperator math) {
        QueryContext context = evaluator.context();
        SeriesStream argument = evaluator.vector(call.arguments().get(0), grid);
        return NameRemoval.distinct(context, argument.map(series -> {
            StepValues result = new StepValues(grid.steps());
            for (int step = 0; step < grid.steps(); step++) {
                if (series.values().isFloat(step)) {
                    result.set(step, math.applyAsDouble(series.values().value(step)));
                }
            }
            return NameRemoval.drop(context, series, result);
        }));
    }

    private static SeriesStream overRanges(Evaluator evaluator, Call call, Grid grid, RangeFunction function) {
        QueryContext context = evaluator.context();
        List<Expr> arguments = call.arguments();
        double[][] scalars = new double[arguments.size()][0];
        Expr matrix = null;
        for (int i = 0; i < scalars.length; i++) {
            if (arguments.get(i).type() == ValueType.MATRIX) {
                matrix = arguments.get(i);
            } else {
                scalars[i] = evaluator.scalar(arguments.get(i), grid);
            }
        }
        if (matrix == null) {
            throw new IllegalStateException("no range vector in " + call);
        }
        RangeStream ranges = evaluator.range(matrix, grid, call.function().name());
        RangeCall rangeCall = new RangeCall(context, call, ranges.rangeMs(), scalars);
        boolean keepsName = KEEP_NAME.contains(call.function().name());
        SeriesStream results = new SeriesStream() {
            private final Window window = new Window();

            @Override
            public @Nullable StepSeries next() {
                RangeStream.RangeSeries series = ranges.next();
                if (series == null) {
                    return null;
                }
                StepValues values = new StepValues(grid.steps());
                window.reset(series.samples());
                rangeCall.onSeries(series.labels().metricName());
                for (int step = 0; step < grid.steps(); step++) {
                    long end = ranges.windowEndMs(step);
                    window.moveTo(end - ranges.rangeMs(), end, grid.time(step));
                    if (!window.isEmpty()) {
                        function.apply(window, rangeCall, values, step);
                    }
                }
                StepSeries result = new StepSeries(series.labels(), series.dropName(), values);
                return keepsName ? result : NameRemoval.drop(context, result, values);
            }

            @Override
            public void close() {
                ranges.close();
            }
        };
        return keepsName ? results : NameRemoval.distinct(context, results);
    }

    private static QueryException unknown(Call call) {
        return new QueryException(
                QueryException.Kind.EXECUTION, "function " + call.function().name() + " is not supported yet");
    }
}
