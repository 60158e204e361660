package io.millrace.promql.eval;

import io.millrace.model.Labels;
import io.millrace.promql.ast.BinaryExpr;
import io.millrace.promql.ast.VectorMatching;
import io.millrace.promql.ast.VectorMatching.Cardinality;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.eval.PointOperation.Outcome;
import io.millrace.promql.histogram.FloatHistogram;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The series of both sides of an operator that share a signature: pairs their points step by step. The "one" side has at
 * most one series at a step, which {@link VectorMatch} has made sure of; the other may have several where the operator says
 * so, as long as their results differ in a label.
 */
final class MatchGroup {
    private final QueryContext context;
    private final BinaryExpr expr;
    private final VectorMatching matching;
    private final PointOperation points;
    private final Grid grid;
    private final Labels signature;
    private final boolean swapped;
    private final Map<Labels, Result> results = new LinkedHashMap<>();
    private final StepValues matched;

    private @Nullable StepSeries lastMany;
    private @Nullable StepSeries lastOne;
    private @Nullable Result last;

    MatchGroup(
            QueryContext context,
            BinaryExpr expr,
            VectorMatching matching,
            PointOperation points,
            Grid grid,
            Labels signature) {
        this.context = context;
        this.expr = expr;
        this.matching = matching;
        this.points = points;
        this.grid = grid;
        this.signature = signature;
        this.swapped = matching.cardinality() == Cardinality.ONE_TO_MANY;
        this.matched = new StepValues(grid.steps());
    }

    /**
     * A result series.
     *
     * @param taken the steps at which a pair belongs to it, even where a comparison left nothing of the pair
     */
    private record Result(StepSeries series, StepValues taken) {}

    List<StepSeries> match(List<StepSeries> many, List<StepSeries> one) {
        @Nullable StepSeries[] oneAt = new StepSeries[grid.steps()];
        for (StepSeries each : one) {
            for (int step = 0; step < oneAt.length; step++) {
                if (each.values().has(step)) {
                    oneAt[step] = each;
                }
            }
        }
        for (StepSeries each : many) {
            for (int step = 0; step < oneAt.length; step++) {
                if (each.values().has(step)) {
                    pair(each, oneAt[step], step);
                }
            }
        }
        if (matching.fillLeft() != null) {
            for (int step = 0; step < oneAt.length; step++) {
                if (oneAt[step] != null && !matched.has(step)) {
                    pair(null, oneAt[step], step);
                }
            }
        }
        List<StepSeries> series = results.values().stream().map(Result::series).toList();
        series.forEach(each -> context.hold(each.values()));
        return series;
    }

    /** Computes one pair of points; a missing side takes its fill value, and without one there is no result. */
    private void pair(@Nullable StepSeries many, @Nullable StepSeries one, int step) {
        // Prometheus exchanges the sides of group_right before it fills, so fill_left is always for the "many" side.
        Double manyFill = matching.fillLeft();
        Double oneFill = matching.fillRight();
        if ((many == null && manyFill == null) || (one == null && oneFill == null)) {
            return;
        }
        double manyValue = many == null ? manyFill : many.values().value(step);
        FloatHistogram manyHistogram = many == null ? null : many.values().histogram(step);
        double oneValue = one == null ? oneFill : one.values().value(step);
        FloatHistogram oneHistogram = one == null ? null : one.values().histogram(step);
        Result result = result(many, one);
        boolean repeated =
                matching.cardinality() == Cardinality.ONE_TO_ONE ? matched.has(step) : result.taken.has(step);
        StepValues target = repeated ? new StepValues(grid.steps()) : result.series.values();
        Outcome outcome = swapped
                ? points.apply(oneValue, oneHistogram, manyValue, manyHistogram, false, target, step)
                : points.apply(manyValue, manyHistogram, oneValue, oneHistogram, false, target, step);
        if (outcome == Outcome.REFUSED) {
            return;
        }
        if (repeated) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    matching.cardinality() == Cardinality.ONE_TO_ONE
                            ? "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
                            : "multiple matches for labels: grouping labels must ensure unique matches");
        }
        matched.set(step, 1);
        result.taken.set(step, 1);
    }

    /** Labels are worked out once for a run of steps with the same pair. */
    private Result result(@Nullable StepSeries many, @Nullable StepSeries one) {
        Result found = last;
        if (found != null && isSame(many, lastMany) && isSame(one, lastOne)) {
            return found;
        }
        boolean dropLater = expr.returnBool() && context.options().delayedNameRemoval();
        found = results.computeIfAbsent(
                labels(many, one),
                labels -> new Result(
                        new StepSeries(labels, dropLater, new StepValues(grid.steps())), new StepValues(grid.steps())));
        lastMany = many;
        lastOne = one;
        last = found;
        return found;
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(@Nullable StepSeries left, @Nullable StepSeries right) {
        return left == right;
    }

    /** A side that is filled has the labels of the match group. Arithmetic drops the name whether or not that is delayed. */
    private Labels labels(@Nullable StepSeries many, @Nullable StepSeries one) {
        Labels manyLabels = many == null ? signature : many.labels();
        boolean arithmetic = !expr.operator().isComparison() && !expr.operator().isTrim();
        if (arithmetic || (expr.returnBool() && !context.options().delayedNameRemoval())) {
            manyLabels = NameRemoval.nameless(manyLabels);
        }
        if (matching.cardinality() == Cardinality.ONE_TO_ONE) {
            return matching.on() ? manyLabels.only(matching.labels()) : manyLabels.without(matching.labels());
        }
        if (matching.include().isEmpty()) {
            return manyLabels;
        }
        Labels.Builder builder = manyLabels.toBuilder();
        Labels oneLabels = one == null ? signature : one.labels();
        matching.include().forEach(name -> builder.set(name, oneLabels.getOrEmpty(name)));
        return builder.build();
    }
}
