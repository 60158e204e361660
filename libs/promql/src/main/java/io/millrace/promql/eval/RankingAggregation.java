package io.millrace.promql.eval;

import io.millrace.model.Labels;
import io.millrace.promql.ast.AggregateExpr;
import io.millrace.promql.ast.Aggregator;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.format.GoFloat;
import io.millrace.promql.format.GoString;
import io.millrace.promql.format.RawBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Aggregations that must see all series of a group: topk, bottomk, quantile, count_values. */
final class RankingAggregation {
    private final QueryContext context;
    private final AggregateExpr expr;
    private final Grid grid;
    private final Map<Labels, List<StepSeries>> groups = new LinkedHashMap<>();

    private RankingAggregation(Evaluator evaluator, AggregateExpr expr, Grid grid) {
        this.context = evaluator.context();
        this.expr = expr;
        this.grid = grid;
        for (StepSeries series : evaluator.vector(expr.operand(), grid).toList(context)) {
            groups.computeIfAbsent(Aggregation.groupLabels(expr, series.labels()), labels -> new ArrayList<>())
                    .add(series);
        }
    }

    static SeriesStream of(Evaluator evaluator, AggregateExpr expr, Grid grid) {
        Expr parameter = expr.parameter();
        if (parameter == null) {
            throw new IllegalStateException(expr.aggregator() + " without a parameter");
        }
        if (expr.aggregator() == Aggregator.COUNT_VALUES) {
            long held = evaluator.context().held();
            SeriesStream counts =
                    new RankingAggregation(evaluator, expr, grid).countValues(Evaluator.string(parameter));
            evaluator.context().releaseTo(held);
            return counts;
        }
        double[] parameters = evaluator.scalar(parameter, grid);
        long before = evaluator.context().held();
        RankingAggregation aggregation = new RankingAggregation(evaluator, expr, grid);
        SeriesStream result = switch (expr.aggregator()) {
            case TOPK -> aggregation.ranked(limits(parameters), true);
            case BOTTOMK -> aggregation.ranked(limits(parameters), false);
            case QUANTILE -> aggregation.quantiles(parameters, parameter);
            case LIMITK -> aggregation.limited(limits(parameters));
            case LIMIT_RATIO -> aggregation.sampled(parameters, parameter);
            case SUM, AVG, COUNT, MIN, MAX, GROUP, STDDEV, STDVAR, COUNT_VALUES ->
                throw new IllegalStateException(expr.aggregator() + " needs no series in full");
        };
        evaluator.context().releaseTo(before);
        return result;
    }

    /** How many series to keep at each step; the texts are Prometheus' own. */
    private static long[] limits(double[] parameters) {
        long[] limits = new long[parameters.length];
        double greatest = greatest(parameters);
        if (greatest < 1) {
            return limits;
        }
        if (Double.isNaN(greatest)) {
            throw failure("Parameter value is NaN");
        }
        double least = least(parameters);
        if (least <= Long.MIN_VALUE) {
            throw failure("Scalar value " + GoFloat.formatG(least) + " underflows int64");
        }
        if (greatest >= Long.MAX_VALUE) {
            throw failure("Scalar value " + GoFloat.formatG(greatest) + " overflows int64");
        }
        for (int step = 0; step < limits.length; step++) {
            limits[step] = (long) parameters[step];
        }
        return limits;
    }

    /** NaN when there is any. */
    private static double greatest(double[] values) {
        return Arrays.stream(values).reduce(Double.NEGATIVE_INFINITY, Math::max);
    }

    private static double least(double[] values) {
        return Arrays.stream(values).reduce(Double.POSITIVE_INFINITY, Math::min);
    }

    private static QueryException failure(String message) {
        return new QueryException(QueryException.Kind.EXECUTION, message);
    }

    private SeriesStream ranked(long[] limits, boolean top) {
        List<StepSeries> result = new ArrayList<>();
        for (List<StepSeries> group : groups.values()) {
            @Nullable StepValues[] kept = new StepValues[group.size()];
            int mostKept =
                    (int) Math.min(group.size(), Arrays.stream(limits).max().orElse(0));
            BestValues best = new BestValues(Math.max(0, mostKept), top);
            int[] order = new int[0];
            for (int step = 0; step < limits.length; step++) {
                order = limits[step] < 1
                        ? new int[0]
                        : rankedAt(group, step, (int) Math.min(mostKept, limits[step]), best);
                for (int index : order) {
                    StepValues values = kept[index];
                    if (values == null) {
                        values = new StepValues(grid.steps());
                        context.hold(values);
                        kept[index] = values;
                    }
                    values.copy(group.get(index).values(), step);
                }
            }
            if (grid.steps() > 1) {
                order = IntStream.range(0, kept.length).toArray();
            }
            for (int index : order) {
                StepValues values = kept[index];
                if (values != null) {
                    result.add(group.get(index).withValues(values));
                }
            }
        }
        return SeriesStream.of(result);
    }

    /** The first k series of a group that have a value at a step. */
    private SeriesStream limited(long[] limits) {
        List<StepSeries> result = new ArrayList<>();
        for (List<StepSeries> group : groups.values()) {
            long[] left = limits.clone();
            for (StepSeries series : group) {
                StepValues values = new StepValues(grid.steps());
                for (int step = 0; step < left.length; step++) {
                    if (series.values().has(step) && left[step] > 0) {
                        left[step]--;
                        values.copy(series.values(), step);
                    }
                }
                addNonEmpty(result, series, values);
            }
        }
        return SeriesStream.of(result);
    }

    /** The series whose hash falls below a ratio, or above it when the ratio is negative: complements of each other. */
    private SeriesStream sampled(double[] parameters, Expr parameter) {
        double[] ratios = ratios(parameters, parameter);
        List<StepSeries> result = new ArrayList<>();
        for (List<StepSeries> group : groups.values()) {
            for (StepSeries series : group) {
                double hash = LabelHash.fraction(series.labels());
                StepValues values = new StepValues(grid.steps());
                for (int step = 0; step < ratios.length; step++) {
                    boolean picked = ratios[step] >= 0 ? hash < ratios[step] : hash >= 1 + ratios[step];
                    if (picked && series.values().has(step)) {
                        values.copy(series.values(), step);
                    }
                }
                addNonEmpty(result, series, values);
            }
        }
        return SeriesStream.of(result);
    }

    private double[] ratios(double[] parameters, Expr parameter) {
        double greatest = greatest(parameters);
        if (Double.isNaN(greatest)) {
            throw failure("Ratio value is NaN");
        }
        if (greatest > 1) {
            warnOfRatio(greatest, "1", parameter);
        }
        if (least(parameters) < -1) {
            warnOfRatio(least(parameters), "-1", parameter);
        }
        return Arrays.stream(parameters)
                .map(ratio -> Math.max(-1, Math.min(1, ratio)))
                .toArray();
    }

    private void warnOfRatio(double ratio, String capped, Expr parameter) {
        context.annotations()
                .warn(
                        "ratio value should be between -1 and 1, got " + GoFloat.formatG(ratio) + ", capping to "
                                + capped,
                        context.position(parameter.position()));
    }

    private void addNonEmpty(List<StepSeries> result, StepSeries series, StepValues values) {
        if (!values.isEmpty()) {
            context.hold(values);
            result.add(series.withValues(values));
        }
    }

    /** Positions in the group of the best floats at a step, best first. */
    private int[] rankedAt(List<StepSeries> group, int step, int limit, BestValues best) {
        best.clear(limit);
        for (int i = 0; i < group.size(); i++) {
            StepValues values = group.get(i).values();
            if (values.isFloat(step)) {
                best.offer(i, values.value(step));
            } else if (values.has(step)) {
                ignoreHistogram();
            }
        }
        return best.take();
    }

    private void ignoreHistogram() {
        context.annotations()
                .info(
                        "ignored histogram in " + expr.aggregator().keyword() + " aggregation",
                        context.position(expr.operand().position()));
    }

    private SeriesStream quantiles(double[] parameters, Expr parameter) {
        warnOfQuantiles(parameters, parameter);
        List<StepSeries> result = new ArrayList<>();
        groups.forEach((labels, group) -> {
            StepValues values = new StepValues(grid.steps());
            double[] present = new double[group.size()];
            boolean dropName = false;
            for (int step = 0; step < grid.steps(); step++) {
                int count = 0;
                for (StepSeries series : group) {
                    dropName |= series.dropName();
                    if (series.values().isFloat(step)) {
                        present[count++] = series.values().value(step);
                    } else if (series.values().has(step)) {
                        ignoreHistogram();
                    }
                }
                if (count > 0) {
                    values.set(step, Quantiles.of(parameters[step], Arrays.copyOf(present, count)));
                }
            }
            context.hold(values);
            result.add(new StepSeries(labels, dropName, values));
        });
        return SeriesStream.of(result);
    }

    /** Of all values that are not quantiles the extreme ones are told. */
    private void warnOfQuantiles(double[] quantiles, Expr parameter) {
        double greatest = greatest(quantiles);
        if (Double.isNaN(greatest)) {
            warnOfQuantile(Double.NaN, parameter);
        }
        if (greatest > 1) {
            warnOfQuantile(greatest, parameter);
        }
        if (least(quantiles) < 0) {
            warnOfQuantile(least(quantiles), parameter);
        }
    }

    private void warnOfQuantile(double quantile, Expr parameter) {
        context.annotations()
                .warn(
                        "quantile value should be between 0 and 1, got " + GoFloat.formatG(quantile),
                        context.position(parameter.position()));
    }

    private SeriesStream countValues(String label) {
        if (label.isEmpty() || !RawBytes.isUtf8(label)) {
            throw new QueryException(QueryException.Kind.EXECUTION, "invalid label name " + GoString.quote(label));
        }
        Map<Labels, StepSeries> results = new LinkedHashMap<>();
        for (List<StepSeries> group : groups.values()) {
            for (StepSeries series : group) {
                for (int step = 0; step < grid.steps(); step++) {
                    if (!series.values().has(step)) {
                        continue;
                    }
                    String text = series.values().isFloat(step)
                            ? GoFloat.formatF(series.values().value(step))
                            : String.valueOf(series.values().histogram(step));
                    StepSeries result =
                            results.computeIfAbsent(countedLabels(series.labels(), label, text), this::counter);
                    result.values().set(step, result.values().value(step) + 1);
                }
            }
        }
        return SeriesStream.of(List.copyOf(results.values()));
    }

    private StepSeries counter(Labels labels) {
        context.hold(grid.steps());
        return new StepSeries(labels, false, new StepValues(grid.steps()));
    }

    /** The label counts as one of the series, which {@code without} can take away again. */
    private Labels countedLabels(Labels series, String label, String value) {
        return expr.without()
                ? Aggregation.groupLabels(
                        expr, series.toBuilder().set(label, value).build())
                : Aggregation.groupLabels(expr, series).toBuilder()
                        .set(label, value)
                        .build();
    }
}
