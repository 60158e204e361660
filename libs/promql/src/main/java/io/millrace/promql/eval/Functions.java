package io.millrace.promql.eval;

import static java.util.Map.entry;

import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.MatrixSelector;
import io.millrace.promql.ast.ValueType;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.histogram.FloatHistogram;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
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
            entry("changes", TrendFunctions::changes),
            entry("resets", TrendFunctions::resets),
            entry("deriv", TrendFunctions::derivative),
            entry("predict_linear", TrendFunctions::predict),
            entry("double_exponential_smoothing", TrendFunctions::smooth),
            entry("avg_over_time", OverTimeFunctions::average),
            entry("sum_over_time", OverTimeFunctions::sum),
            entry("count_over_time", OverTimeFunctions::count),
            entry("present_over_time", OverTimeFunctions::present),
            entry("first_over_time", OverTimeFunctions::first),
            entry("last_over_time", OverTimeFunctions::last),
            entry("max_over_time", OverTimeFunctions::max),
            entry("min_over_time", OverTimeFunctions::min),
            entry("mad_over_time", OverTimeFunctions::medianDeviation),
            entry("quantile_over_time", OverTimeFunctions::quantile),
            entry("stddev_over_time", OverTimeFunctions::standardDeviation),
            entry("stdvar_over_time", OverTimeFunctions::standardVariance),
            entry("ts_of_first_over_time", OverTimeFunctions::timeOfFirst),
            entry("ts_of_last_over_time", OverTimeFunctions::timeOfLast),
            entry("ts_of_max_over_time", OverTimeFunctions::timeOfMax),
            entry("ts_of_min_over_time", OverTimeFunctions::timeOfMin));

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
            case "start" -> Arrays.fill(values, evaluator.context().startMs() / 1000.0);
            case "end" -> Arrays.fill(values, evaluator.context().endMs() / 1000.0);
            case "range" ->
                Arrays.fill(
                        values,
                        (evaluator.context().endMs() - evaluator.context().startMs()) / 1000.0);
            case "step" -> Arrays.fill(values, evaluator.context().stepMs() / 1000.0);
            case "min_of" -> combine(evaluator, call, grid, values, MathFunctions::min);
            case "max_of" -> combine(evaluator, call, grid, values, MathFunctions::max);
            case "scalar" -> onlyValue(evaluator, call.arguments().get(0), grid, values);
            default -> throw unknown(call);
        }
        return values;
    }

    private static void combine(
            Evaluator evaluator, Call call, Grid grid, double[] values, DoubleBinaryOperator operator) {
        double[] left = evaluator.scalar(call.arguments().get(0), grid);
        double[] right = evaluator.scalar(call.arguments().get(1), grid);
        for (int step = 0; step < values.length; step++) {
            values[step] = operator.applyAsDouble(left[step], right[step]);
        }
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
        InstantFunctions instant = new InstantFunctions(evaluator, call, grid);
        DoubleUnaryOperator ofValue = MathFunctions.OF_VALUE.get(name);
        if (ofValue != null) {
            return instant.math(ofValue);
        }
        DoubleUnaryOperator ofTime = MathFunctions.OF_TIME.get(name);
        if (ofTime != null) {
            return instant.date(ofTime);
        }
        return switch (name) {
            case "absent" -> instant.absent();
            case "absent_over_time" -> instant.absentOverTime();
            case "clamp" -> instant.clamp();
            case "clamp_max" -> instant.clampMax();
            case "clamp_min" -> instant.clampMin();
            case "histogram_avg" -> instant.ofHistograms(histogram -> histogram.sum() / histogram.count());
            case "histogram_count" -> instant.ofHistograms(FloatHistogram::count);
            case "histogram_sum" -> instant.ofHistograms(FloatHistogram::sum);
            case "histogram_stddev" ->
                instant.ofHistograms(histogram -> Math.sqrt(HistogramFunctions.variance(histogram)));
            case "histogram_stdvar" -> instant.ofHistograms(HistogramFunctions::variance);
            case "histogram_fraction" -> new HistogramQuantiles(evaluator, call, grid).fraction();
            case "histogram_quantiles" -> new HistogramQuantiles(evaluator, call, grid).quantiles();
            case "histogram_quantile" -> new HistogramQuantiles(evaluator, call, grid).quantile();
            case "info" -> new InfoFunction(evaluator, call, grid).result();
            case "label_join" -> new LabelFunctions(evaluator, call, grid).join();
            case "label_replace" -> new LabelFunctions(evaluator, call, grid).replace();
            case "round" -> instant.round();
            case "sort" -> instant.sort(false);
            case "sort_by_label" -> new LabelFunctions(evaluator, call, grid).sort(false);
            case "sort_by_label_desc" -> new LabelFunctions(evaluator, call, grid).sort(true);
            case "sort_desc" -> instant.sort(true);
            case "start_timestamp" -> instant.startTimestamp();
            case "timestamp" -> instant.timestamp();
            case "vector" -> instant.vector();
            default -> throw unknown(call);
        };
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
        if (matrix.unwrapped() instanceof MatrixSelector selector
                && selector.selector().extension() != VectorSelector.Extension.NONE) {
            return ExtendedRanges.of(context, call, selector, grid);
        }
        RangeStream ranges = evaluator.range(matrix, grid, call.function().name());
        SeriesStream results = ranges instanceof RangeSelector selected
                ? selected.evaluated(own -> new RangeEvaluation(own, call, grid, ranges, scalars, function))
                : oneByOne(ranges, new RangeEvaluation(context, call, grid, ranges, scalars, function));
        return RangeEvaluation.keepsName(call) ? results : NameRemoval.distinct(context, results, matrix);
    }

    private static SeriesStream oneByOne(RangeStream ranges, RangeEvaluation evaluation) {
        return new SeriesStream() {
            @Override
            public @Nullable StepSeries next() {
                RangeStream.RangeSeries series = ranges.next();
                return series == null ? null : evaluation.evaluate(series);
            }

            @Override
            public void close() {
                ranges.close();
            }
        };
    }

    private static QueryException unknown(Call call) {
        return new QueryException(
                QueryException.Kind.EXECUTION, "function " + call.function().name() + " is not supported yet");
    }
}
