package io.millrace.promql.eval;

import io.millrace.model.Labels;
import io.millrace.promql.ast.AggregateExpr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An aggregation over the series of a vector. Those that need one number for each group and step fold series as they
 * stream ({@link GroupAccumulator}); those that must see all series of a group are in {@link RankingAggregation}.
 */
final class Aggregation {
    private Aggregation() {}

    static SeriesStream of(Evaluator evaluator, AggregateExpr expr, Grid grid) {
        return switch (expr.aggregator()) {
            case SUM, AVG, COUNT, MIN, MAX, GROUP, STDDEV, STDVAR -> fold(evaluator, expr, grid);
            case TOPK, BOTTOMK, COUNT_VALUES, QUANTILE, LIMITK, LIMIT_RATIO ->
                RankingAggregation.of(evaluator, expr, grid);
        };
    }

    /** The labels by which series are grouped, which are also those of the result. */
    static Labels groupLabels(AggregateExpr expr, Labels labels) {
        if (!expr.without()) {
            return expr.grouping().isEmpty() ? Labels.EMPTY : labels.only(expr.grouping());
        }
        List<String> dropped = new ArrayList<>(expr.grouping());
        dropped.add(Labels.METRIC_NAME);
        return labels.without(dropped);
    }

    /** A group with the mark of delayed name removal: the name goes when it is to go from any series of the group. */
    private static final class Group {
        final GroupAccumulator accumulator;
        boolean dropName;

        Group(GroupAccumulator accumulator) {
            this.accumulator = accumulator;
        }
    }

    private static SeriesStream fold(Evaluator evaluator, AggregateExpr expr, Grid grid) {
        QueryContext context = evaluator.context();
        Map<Labels, Group> groups = new LinkedHashMap<>();
        long before = context.held();
        try (SeriesStream series = evaluator.vector(expr.operand(), grid)) {
            for (StepSeries next = series.next(); next != null; next = series.next()) {
                StepSeries each = next;
                if (each.values().isEmpty()) {
                    continue;
                }
                Labels labels = groupLabels(expr, each.labels());
                Group group = groups.computeIfAbsent(
                        labels, created -> new Group(GroupAccumulator.of(expr, grid.steps(), context)));
                group.dropName |= each.dropName();
                group.accumulator.add(each.values(), each.labels().metricName());
            }
        }
        List<StepSeries> result = new ArrayList<>(groups.size());
        groups.forEach(
                (labels, group) -> result.add(new StepSeries(labels, group.dropName, group.accumulator.finish())));
        context.releaseTo(before);
        return SeriesStream.of(result);
    }
}
