package io.millrace.promql.eval;

import io.millrace.model.Labels;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.engine.QueryException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Drops metric names and settles what that makes equal: series with the same labels become one when they never have a
 * value at the same step, and fail the query when they do.
 */
final class NameRemoval {
    private static final String TYPE = "__type__";
    private static final String UNIT = "__unit__";

    /** The labels that say what a metric is; they go together. */
    static final Set<String> METADATA = Set.of(Labels.METRIC_NAME, TYPE, UNIT);

    private NameRemoval() {}

    /** Labels without the metric name, and without type and unit, which are nothing without it. */
    static Labels nameless(Labels labels) {
        return labels.without(METADATA);
    }

    /** As {@link #drop}, but leaves type and unit: so do the functions that make a number of a histogram. */
    static StepSeries dropNameOnly(QueryContext context, StepSeries series, StepValues values) {
        return context.options().delayedNameRemoval()
                ? new StepSeries(series.labels(), true, values)
                : new StepSeries(series.labels().without(Set.of(Labels.METRIC_NAME)), false, values);
    }

    /** Labels after a function that drops the name, or the mark to do so at the end of the query. */
    static StepSeries drop(QueryContext context, StepSeries series, StepValues values) {
        if (context.options().delayedNameRemoval()) {
            return new StepSeries(series.labels(), true, values);
        }
        if (!context.mergesNames() && hasTypeOrUnit(series.labels())) {
            throw new NamesCollideException();
        }
        return new StepSeries(nameless(series.labels()), false, values);
    }

    private static boolean hasTypeOrUnit(Labels labels) {
        return labels.get(TYPE) != null || labels.get(UNIT) != null;
    }

    /**
     * A stream without two series of the same labels. Reads the whole stream only where dropping names can have made two
     * series equal.
     *
     * @param argument of which names have been dropped
     */
    static SeriesStream distinct(QueryContext context, SeriesStream stream, Expr argument) {
        if (context.options().delayedNameRemoval() || (!context.mergesNames() && UniqueNames.in(argument))) {
            return stream;
        }
        long before = context.held();
        List<StepSeries> merged = merge(stream.toList(context));
        context.releaseTo(before);
        return SeriesStream.of(merged);
    }

    /** Carries out what delayed name removal has put off. */
    static List<StepSeries> finish(List<StepSeries> series) {
        List<StepSeries> named = new ArrayList<>(series.size());
        for (StepSeries each : series) {
            named.add(each.dropName() ? new StepSeries(nameless(each.labels()), false, each.values()) : each);
        }
        return merge(named);
    }

    static List<StepSeries> merge(List<StepSeries> series) {
        Map<Labels, StepSeries> byLabels = new LinkedHashMap<>();
        boolean merged = false;
        for (StepSeries each : series) {
            StepSeries first = byLabels.putIfAbsent(each.labels(), each);
            if (first != null) {
                if (first.values().firstOverlap(each.values()) >= 0) {
                    throw new QueryException(
                            QueryException.Kind.EXECUTION, "vector cannot contain metrics with the same labelset");
                }
                first.values().merge(each.values());
                merged = true;
            }
        }
        return merged ? List.copyOf(byLabels.values()) : series;
    }
}
