package io.millrace.promql.eval;

import io.millrace.model.Labels;
import io.millrace.promql.ast.BinaryExpr;
import io.millrace.promql.ast.VectorMatching;
import io.millrace.promql.ast.VectorMatching.Cardinality;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.histogram.FloatHistogram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An operator between two vectors. Series are grouped by their match labels first; inside a group the rules hold step by
 * step, since two series of one group are a conflict only where both have a value at the same step.
 */
final class VectorMatch {
    private final Evaluator evaluator;
    private final QueryContext context;
    private final BinaryExpr expr;
    private final VectorMatching matching;
    private final Grid grid;
    private final PointOperation points;
    private final boolean filtering;

    VectorMatch(Evaluator evaluator, BinaryExpr expr, Grid grid) {
        this.evaluator = evaluator;
        this.context = evaluator.context();
        this.expr = expr;
        VectorMatching given = expr.matching();
        this.matching = given == null ? VectorMatching.ONE_TO_ONE : given;
        this.grid = grid;
        this.points = new PointOperation(context, expr);
        this.filtering = expr.operator().isComparison() && !expr.returnBool();
    }

    /** The series of both sides that share a signature. */
    private static final class Group {
        final List<StepSeries> left = new ArrayList<>();
        final List<StepSeries> right = new ArrayList<>();
    }

    SeriesStream result() {
        List<StepSeries> left = evaluator.vector(expr.left(), grid).toList(context);
        List<StepSeries> right = evaluator.vector(expr.right(), grid).toList(context);
        Map<Labels, Group> groups = new LinkedHashMap<>();
        for (StepSeries series : left) {
            groups.computeIfAbsent(signature(series), signature -> new Group())
                    .left
                    .add(series);
        }
        for (StepSeries series : right) {
            groups.computeIfAbsent(signature(series), signature -> new Group())
                    .right
                    .add(series);
        }
        return switch (expr.operator()) {
            case AND -> SeriesStream.of(intersect(left, groups, true));
            case UNLESS -> SeriesStream.of(intersect(left, groups, false));
            case OR -> SeriesStream.of(union(left, right, groups));
            case ADD, SUB, MUL, DIV, MOD, POW, ATAN2, EQL, NEQ, LSS, GTR, LTE, GTE, TRIM_UPPER, TRIM_LOWER ->
                SeriesStream.of(match(groups));
        };
    }

    private Labels signature(StepSeries series) {
        Labels labels = series.labels();
        if (matching.on()) {
            return labels.only(matching.labels());
        }
        List<String> ignored = new ArrayList<>(matching.labels());
        ignored.add(Labels.METRIC_NAME);
        return labels.without(ignored);
    }

    private List<StepSeries> intersect(List<StepSeries> left, Map<Labels, Group> groups, boolean whenPresent) {
        List<StepSeries> result = new ArrayList<>();
        for (StepSeries series : left) {
            Group group = groups.getOrDefault(signature(series), new Group());
            StepValues values = new StepValues(grid.steps());
            for (int step = 0; step < grid.steps(); step++) {
                if (series.values().has(step) && anyAt(group.right, step) == whenPresent) {
                    values.copy(series.values(), step);
                }
            }
            result.add(series.withValues(values));
        }
        return result;
    }

    private List<StepSeries> union(List<StepSeries> left, List<StepSeries> right, Map<Labels, Group> groups) {
        List<StepSeries> result = new ArrayList<>(left);
        for (StepSeries series : right) {
            Group group = groups.getOrDefault(signature(series), new Group());
            StepValues values = new StepValues(grid.steps());
            for (int step = 0; step < grid.steps(); step++) {
                if (series.values().has(step) && !anyAt(group.left, step)) {
                    values.copy(series.values(), step);
                }
            }
            if (!values.isEmpty()) {
                result.add(series.withValues(values));
            }
        }
        return NameRemoval.merge(result);
    }

    private static boolean anyAt(List<StepSeries> series, int step) {
        for (StepSeries each : series) {
            if (each.values().has(step)) {
                return true;
            }
        }
        return false;
    }

    private List<StepSeries> match(Map<Labels, Group> groups) {
        boolean swapped = matching.cardinality() == Cardinality.ONE_TO_MANY;
        Map<Labels, StepSeries> results = new LinkedHashMap<>();
        for (Map.Entry<Labels, Group> entry : groups.entrySet()) {
            context.checkAlive();
            Group group = entry.getValue();
            List<StepSeries> many = swapped ? group.right : group.left;
            List<StepSeries> one = swapped ? group.left : group.right;
            if (!matching.hasFill() && (many.isEmpty() || one.isEmpty())) {
                checkUnique(one, entry.getKey(), many);
                continue;
            }
            matchGroup(entry.getKey(), many, one, swapped, results);
        }
        return List.copyOf(results.values());
    }

    private void matchGroup(
            Labels signature,
            List<StepSeries> many,
            List<StepSeries> one,
            boolean swapped,
            Map<Labels, StepSeries> results) {
        checkUnique(one, signature, many);
        StepValues matched = new StepValues(grid.steps());
        for (StepSeries each : many) {
            Target target = new Target();
            for (int step = 0; step < grid.steps(); step++) {
                if (!each.values().has(step)) {
                    continue;
                }
                StepSeries single = at(one, step);
                if (matching.cardinality() == Cardinality.ONE_TO_ONE && single != null && matched.has(step)) {
                    throw new QueryException(
                            QueryException.Kind.EXECUTION,
                            "multiple matches for labels: many-to-one matching must be explicit"
                                    + " (group_left/group_right)");
                }
                matched.set(step, 1);
                combine(each, single, swapped, step, results, signature, target);
            }
        }
        if (matching.hasFill()) {
            Target target = new Target();
            for (int step = 0; step < grid.steps(); step++) {
                StepSeries single = at(one, step);
                if (single != null && !matched.has(step)) {
                    combine(null, single, swapped, step, results, signature, target);
                }
            }
        }
    }

    /** The result series of the pair combined last, so that labels are worked out once for a run of steps. */
    private static final class Target {
        @Nullable
        Labels one;

        @Nullable
        StepSeries result;
    }

    /** Computes one pair of points; a missing side takes its fill value, and without one there is no result. */
    private void combine(
            @Nullable StepSeries many,
            @Nullable StepSeries one,
            boolean swapped,
            int step,
            Map<Labels, StepSeries> results,
            Labels signature,
            Target target) {
        StepSeries left = swapped ? one : many;
        StepSeries right = swapped ? many : one;
        // Prometheus exchanges the sides of group_right before it fills, so fill_left is always for the "many" side.
        Double leftFill = swapped ? matching.fillRight() : matching.fillLeft();
        Double rightFill = swapped ? matching.fillLeft() : matching.fillRight();
        if ((left == null && leftFill == null) || (right == null && rightFill == null)) {
            return;
        }
        double leftValue = left == null ? leftFill : left.values().value(step);
        FloatHistogram leftHistogram = left == null ? null : left.values().histogram(step);
        double rightValue = right == null ? rightFill : right.values().value(step);
        FloatHistogram rightHistogram = right == null ? null : right.values().histogram(step);
        StepSeries result = target.result;
        Labels oneLabels = one == null ? null : one.labels();
        if (result == null || !Objects.equals(target.one, oneLabels)) {
            Labels labels = resultLabels(many, one, signature);
            boolean dropName = shouldDropName() && context.options().delayedNameRemoval();
            result =
                    results.computeIfAbsent(labels, key -> new StepSeries(key, dropName, new StepValues(grid.steps())));
            target.one = oneLabels;
            target.result = result;
        }
        if (result.values().has(step)) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "multiple matches for labels: grouping labels must ensure unique matches");
        }
        points.apply(leftValue, leftHistogram, rightValue, rightHistogram, false, result.values(), step);
    }

    private boolean shouldDropName() {
        return !filtering && !expr.operator().isTrim();
    }

    private Labels resultLabels(@Nullable StepSeries many, @Nullable StepSeries one, Labels signature) {
        Labels labels = many == null ? signature : many.labels();
        Labels.Builder builder = labels.toBuilder();
        if (shouldDropName() && !context.options().delayedNameRemoval()) {
            NameRemoval.METADATA.forEach(builder::remove);
        }
        if (matching.cardinality() == Cardinality.ONE_TO_ONE) {
            if (matching.on()) {
                return builder.build().only(matching.labels());
            }
            return builder.build().without(matching.labels());
        }
        for (String name : matching.include()) {
            builder.set(name, one == null ? "" : one.labels().getOrEmpty(name));
        }
        return builder.build();
    }

    private static @Nullable StepSeries at(List<StepSeries> series, int step) {
        for (StepSeries each : series) {
            if (each.values().has(step)) {
                return each;
            }
        }
        return null;
    }

    /** Two series of the "one" side with a value at the same step fail the query. */
    private void checkUnique(List<StepSeries> one, Labels signature, List<StepSeries> many) {
        for (int i = 1; i < one.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (one.get(i).values().firstOverlap(one.get(j).values()) >= 0 && !many.isEmpty()) {
                    String side = matching.cardinality() == Cardinality.ONE_TO_MANY ? "left" : "right";
                    throw manyToMany(signature, one.get(j), one.get(i), side);
                }
            }
        }
    }

    private static QueryException manyToMany(Labels signature, StepSeries first, StepSeries second, String side) {
        boolean inOrder = first.labels().compareTo(second.labels()) <= 0;
        String pair = inOrder
                ? braced(first.labels()) + ", " + braced(second.labels())
                : braced(second.labels()) + ", " + braced(first.labels());
        return new QueryException(
                QueryException.Kind.EXECUTION,
                "found duplicate series for the match group " + braced(signature) + " on the " + side
                        + " hand-side of the operation: [" + pair
                        + "];many-to-many matching not allowed: matching labels must be unique on one side");
    }

    /** All labels in braces, the metric name as a label among them. */
    private static String braced(Labels labels) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < labels.size(); i++) {
            text.append(i > 0 ? ", " : "")
                    .append(labels.name(i))
                    .append("=\"")
                    .append(labels.value(i).replace("\\", "\\\\").replace("\"", "\\\""))
                    .append('"');
        }
        return text.append('}').toString();
    }
}
