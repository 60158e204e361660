package io.millrace.promql.eval;

import io.millrace.model.Labels;
import io.millrace.promql.ast.BinaryExpr;
import io.millrace.promql.ast.VectorMatching;
import io.millrace.promql.ast.VectorMatching.Cardinality;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.format.GoString;
import io.millrace.promql.format.LabelNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final List<String> ignored;

    VectorMatch(Evaluator evaluator, BinaryExpr expr, Grid grid) {
        this.evaluator = evaluator;
        this.context = evaluator.context();
        this.expr = expr;
        VectorMatching given = expr.matching();
        this.matching = given == null ? VectorMatching.ONE_TO_ONE : given;
        this.grid = grid;
        this.points = new PointOperation(context, expr);
        this.ignored = new ArrayList<>(matching.labels());
        ignored.add(Labels.METRIC_NAME);
    }

    /** The series of both sides that share a signature. */
    private static final class Group {
        final List<StepSeries> left = new ArrayList<>();
        final List<StepSeries> right = new ArrayList<>();
        private @Nullable StepValues present;

        /** The steps at which a side, always the same one, has any value. */
        StepValues present(List<StepSeries> side, int steps) {
            StepValues found = present;
            if (found == null) {
                found = new StepValues(steps);
                for (StepSeries series : side) {
                    found.markPresent(series.values());
                }
                present = found;
            }
            return found;
        }
    }

    SeriesStream result() {
        long before = context.held();
        List<StepSeries> result = evaluate();
        context.releaseTo(before);
        return SeriesStream.of(result);
    }

    private List<StepSeries> evaluate() {
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
            case AND -> intersect(left, groups, true);
            case UNLESS -> intersect(left, groups, false);
            case OR -> union(left, right, groups);
            case ADD, SUB, MUL, DIV, MOD, POW, ATAN2, EQL, NEQ, LSS, GTR, LTE, GTE, TRIM_UPPER, TRIM_LOWER ->
                match(groups);
        };
    }

    private Labels signature(StepSeries series) {
        return matching.on()
                ? series.labels().only(matching.labels())
                : series.labels().without(ignored);
    }

    private List<StepSeries> intersect(List<StepSeries> left, Map<Labels, Group> groups, boolean whenPresent) {
        List<StepSeries> result = new ArrayList<>();
        for (StepSeries series : left) {
            Group group = groups.getOrDefault(signature(series), new Group());
            add(result, series, group.present(group.right, grid.steps()), whenPresent);
        }
        return result;
    }

    private List<StepSeries> union(List<StepSeries> left, List<StepSeries> right, Map<Labels, Group> groups) {
        List<StepSeries> result = new ArrayList<>(left);
        for (StepSeries series : right) {
            Group group = groups.getOrDefault(signature(series), new Group());
            add(result, series, group.present(group.left, grid.steps()), false);
        }
        return NameRemoval.merge(result);
    }

    /** Adds what a series has at the steps at which another side has a value, or has none. */
    private void add(List<StepSeries> result, StepSeries series, StepValues other, boolean whenPresent) {
        context.checkAlive();
        StepValues values = new StepValues(grid.steps());
        for (int step = 0; step < grid.steps(); step++) {
            if (series.values().has(step) && other.has(step) == whenPresent) {
                values.copy(series.values(), step);
            }
        }
        if (!values.isEmpty()) {
            context.hold(values);
            result.add(series.withValues(values));
        }
    }

    private List<StepSeries> match(Map<Labels, Group> groups) {
        boolean swapped = matching.cardinality() == Cardinality.ONE_TO_MANY;
        StepValues manyPresent = new StepValues(grid.steps());
        groups.values()
                .forEach(group -> (swapped ? group.right : group.left)
                        .forEach(series -> manyPresent.markPresent(series.values())));
        List<StepSeries> results = new ArrayList<>();
        groups.forEach((signature, group) -> {
            context.checkAlive();
            List<StepSeries> many = swapped ? group.right : group.left;
            List<StepSeries> one = swapped ? group.left : group.right;
            checkUnique(one, signature, manyPresent);
            if (matching.hasFill() || (!many.isEmpty() && !one.isEmpty())) {
                results.addAll(new MatchGroup(context, expr, matching, points, grid, signature).match(many, one));
            }
        });
        return NameRemoval.merge(results);
    }

    /**
     * Two series of the "one" side with a value at the same step fail the query, once there is anything on the other side
     * at that step that could match, in this group or another.
     */
    private void checkUnique(List<StepSeries> one, Labels signature, StepValues manyPresent) {
        StepValues seen = new StepValues(one.size() > 1 ? grid.steps() : 0);
        for (int i = 0; i < one.size() && one.size() > 1; i++) {
            StepValues values = one.get(i).values();
            int step = matching.hasFill() ? values.firstOverlap(seen) : values.firstOverlap(seen, manyPresent);
            if (step >= 0) {
                StepSeries earlier = one.stream()
                        .filter(series -> series.values().has(step))
                        .findFirst()
                        .orElseThrow();
                String side = matching.cardinality() == Cardinality.ONE_TO_MANY ? "left" : "right";
                throw manyToMany(signature, earlier, one.get(i), side);
            }
            seen.markPresent(values);
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
                    .append(LabelNames.quotedIfNeeded(labels.name(i)))
                    .append('=')
                    .append(GoString.quote(labels.value(i)));
        }
        return text.append('}').toString();
    }
}
