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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
            return new RankingAggregation(evaluator, expr, grid).countValues(Evaluator.string(parameter));
        }
        double[] parameters = evaluator.scalar(parameter, grid);
        if (expr.aggregator() == Aggregator.TOPK
                || expr.aggregator() == Aggregator.BOTTOMK
                || expr.aggregator() == Aggregator.LIMITK) {
            for (double value : parameters) {
                limit(value);
            }
        }
        RankingAggregation aggregation = new RankingAggregation(evaluator, expr, grid);
        return switch (expr.aggregator()) {
            case TOPK, BOTTOMK -> aggregation.ranked(parameters);
            case QUANTILE -> aggregation.quantiles(parameters);
            case LIMITK -> aggregation.limited(parameters);
            case LIMIT_RATIO -> aggregation.sampled(parameters);
            case SUM, AVG, COUNT, MIN, MAX, GROUP, STDDEV, STDVAR, COUNT_VALUES ->
                throw new QueryException(
                        QueryException.Kind.EXECUTION, expr.aggregator().keyword() + " is not supported yet");
        };
    }

    /** How many series to keep at a step; the texts are Prometheus' own. */
    private static long limit(double parameter) {
        if (Double.isNaN(parameter)) {
            throw new QueryException(QueryException.Kind.EXECUTION, "Parameter value is NaN");
        }
        if (parameter >= 9.223372036854775807e18 || parameter <= -9.223372036854775808e18) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION, "Scalar value " + GoFloat.formatF(parameter) + " overflows int64");
        }
        return (long) parameter;
    }

    private SeriesStream ranked(double[] parameters) {
        boolean top = expr.aggregator() == Aggregator.TOPK;
        List<StepSeries> result = new ArrayList<>();
        for (List<StepSeries> group : groups.values()) {
            List<StepValues> kept = new ArrayList<>();
            group.forEach(series -> kept.add(new StepValues(grid.steps())));
            Integer[] firstOrder = null;
            for (int step = 0; step < grid.steps(); step++) {
                Integer[] order = rankedAt(group, step, top);
                long k = Math.min(limit(parameters[step]), order.length);
                for (int i = 0; i < k; i++) {
                    kept.get(order[i]).copy(group.get(order[i]).values(), step);
                }
                firstOrder = firstOrder == null ? order : firstOrder;
            }
            if (grid.steps() == 1 && firstOrder != null) {
                for (int index : firstOrder) {
                    addNonEmpty(result, group.get(index), kept.get(index));
                }
            } else {
                for (int i = 0; i < group.size(); i++) {
                    addNonEmpty(result, group.get(i), kept.get(i));
                }
            }
        }
        return SeriesStream.of(result);
    }

    /** The first k series of a group that have a value at a step. */
    private SeriesStream limited(double[] parameters) {
        List<StepSeries> result = new ArrayList<>();
        for (List<StepSeries> group : groups.values()) {
            long[] left = new long[grid.steps()];
            for (int step = 0; step < left.length; step++) {
                left[step] = limit(parameters[step]);
            }
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
    private SeriesStream sampled(double[] parameters) {
        double[] ratios = new double[parameters.length];
        for (int step = 0; step < ratios.length; step++) {
            ratios[step] = ratio(parameters[step]);
        }
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

    private double ratio(double parameter) {
        if (Double.isNaN(parameter)) {
            throw new QueryException(QueryException.Kind.EXECUTION, "Ratio value is NaN");
        }
        double capped = Math.max(-1, Math.min(1, parameter));
        Expr expression = expr.parameter();
        if (capped != parameter && expression != null) {
            context.annotations()
                    .warn("ratio value should be between -1 and 1, got " + GoFloat.formatF(parameter)
                            + ", capping to " + GoFloat.formatF(capped)
                            + Positions.suffix(context, expression.position()));
        }
        return capped;
    }

    private static void addNonEmpty(List<StepSeries> result, StepSeries series, StepValues values) {
        if (!values.isEmpty()) {
            result.add(series.withValues(values));
        }
    }

    /** Positions in the group of the floats at a step, best first; NaN is the worst of all, ties keep their order. */
    private Integer[] rankedAt(List<StepSeries> group, int step, boolean top) {
        List<Integer> present = new ArrayList<>();
        for (int i = 0; i < group.size(); i++) {
            StepValues values = group.get(i).values();
            if (values.isFloat(step)) {
                present.add(i);
            } else if (values.has(step)) {
                context.annotations()
                        .info("ignored histogram in " + expr.aggregator().keyword() + " aggregation"
                                + Positions.suffix(context, expr.operand().position()));
            }
        }
        Comparator<Integer> byValue = (left, right) -> {
            double l = group.get(left).values().value(step);
            double r = group.get(right).values().value(step);
            if (Double.isNaN(l) || Double.isNaN(r)) {
                return Boolean.compare(Double.isNaN(l), Double.isNaN(r));
            }
            return l == r ? 0 : (l < r) == top ? 1 : -1;
        };
        present.sort(byValue);
        return present.toArray(Integer[]::new);
    }

    private SeriesStream quantiles(double[] parameters) {
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
                        context.annotations()
                                .info("ignored histogram in quantile aggregation"
                                        + Positions.suffix(
                                                context, expr.operand().position()));
                    }
                }
                if (count > 0) {
                    warnOfQuantile(parameters[step]);
                    values.set(step, Quantiles.of(parameters[step], Arrays.copyOf(present, count)));
                }
            }
            result.add(new StepSeries(labels, dropName, values));
        });
        return SeriesStream.of(result);
    }

    private void warnOfQuantile(double quantile) {
        Expr parameter = expr.parameter();
        if (parameter != null && !(quantile >= 0 && quantile <= 1)) {
            context.annotations()
                    .warn("quantile value should be between 0 and 1, got " + GoFloat.formatF(quantile)
                            + Positions.suffix(context, parameter.position()));
        }
    }

    private SeriesStream countValues(String label) {
        if (label.isEmpty() || !RawBytes.isUtf8(label)) {
            throw new QueryException(QueryException.Kind.EXECUTION, "invalid label name " + GoString.quote(label));
        }
        Map<Labels, StepSeries> results = new LinkedHashMap<>();
        groups.forEach((labels, group) -> {
            for (StepSeries series : group) {
                for (int step = 0; step < grid.steps(); step++) {
                    if (!series.values().has(step)) {
                        continue;
                    }
                    String text = series.values().isFloat(step)
                            ? GoFloat.formatF(series.values().value(step))
                            : String.valueOf(series.values().histogram(step));
                    Labels counted = labels.toBuilder().set(label, text).build();
                    StepSeries result = results.computeIfAbsent(
                            counted, key -> new StepSeries(key, false, new StepValues(grid.steps())));
                    result.values().set(step, result.values().value(step) + 1);
                }
            }
        });
        return SeriesStream.of(List.copyOf(results.values()));
    }
}
