package io.millrace.promql.eval;

import io.millrace.promql.ast.AggregateExpr;
import io.millrace.promql.ast.AtModifier;
import io.millrace.promql.ast.BinaryExpr;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.StepInvariantExpr;
import io.millrace.promql.ast.SubqueryExpr;
import io.millrace.promql.ast.ValueType;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.print.QueryPrinter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates what stands several times in a query once, such as both rates of {@code rate(x[5m]) / on () sum(rate(x[5m]))}:
 * the first to be asked for leaves its series for the others. They count as held, up to half of what the query may hold;
 * where there is no room, or somebody else needs it, the others are evaluated as well. All of PromQL gives the same for the
 * same, so nothing is left out. One thread.
 *
 * <p>Of equal expressions it is the last that is evaluated, because what is noticed several times is told of the last place.
 */
final class SharedExpressions {
    /** Looking takes time by the square of the length, which is a few ms here. Hardly anybody writes more by hand. */
    private static final int LONGEST_QUERY = 16_384;

    private final QueryContext context;
    private final Map<Expr, Group> groups = new IdentityHashMap<>();
    private long kept;

    SharedExpressions(QueryContext context) {
        this.context = context;
    }

    /**
     * What makes two expressions the same.
     *
     * @param around what is around them and decides at which times they are evaluated, outermost first
     * @param text of the expression
     * @param statisticsOnly for its selectors, see {@link QueryContext#isStatisticsOnly}
     */
    private record Key(List<Object> around, String text, List<Boolean> statisticsOnly) {}

    /** The steps of a subquery. */
    private record Steps(
            long rangeMs,
            long stepMs,
            long offsetMs,
            @Nullable AtModifier at) {}

    /** Looks for equal expressions; {@code statisticsOnly} of the context must be known. */
    void plan(Expr query, int length) {
        if (length > LONGEST_QUERY) {
            return;
        }
        Map<Key, List<Expr>> byKey = new HashMap<>();
        Map<Expr, Key> keys = new IdentityHashMap<>();
        collect(query, List.of(), byKey, keys);
        if (byKey.values().stream().anyMatch(same -> same.size() > 1)) {
            group(query, byKey, keys, new HashMap<>());
        }
    }

    private void collect(Expr expr, List<Object> around, Map<Key, List<Expr>> byKey, Map<Expr, Key> keys) {
        if (isWorthSharing(expr)) {
            List<Boolean> statistics = new ArrayList<>();
            statisticsOnly(expr, statistics);
            Key key = new Key(around, QueryPrinter.print(expr), statistics);
            keys.put(expr, key);
            byKey.computeIfAbsent(key, created -> new ArrayList<>()).add(expr);
        }
        List<Object> below = around;
        if (expr instanceof SubqueryExpr subquery) {
            below = new ArrayList<>(around);
            below.add(new Steps(subquery.rangeMs(), subquery.stepMs(), subquery.offsetMs(), subquery.at()));
        } else if (expr instanceof StepInvariantExpr) {
            below = new ArrayList<>(around);
            below.add("once");
        }
        for (Expr child : expr.children()) {
            collect(child, below, byKey, keys);
        }
    }

    /** Selectors alone are {@link SharedSelections}' concern; where there is none, there is nothing to save. */
    private static boolean isWorthSharing(Expr expr) {
        boolean computes = expr instanceof AggregateExpr || expr instanceof BinaryExpr || expr instanceof Call;
        return computes && expr.type() == ValueType.VECTOR && hasSelector(expr);
    }

    private static boolean hasSelector(Expr expr) {
        if (expr instanceof VectorSelector) {
            return true;
        }
        for (Expr child : expr.children()) {
            if (hasSelector(child)) {
                return true;
            }
        }
        return false;
    }

    private void statisticsOnly(Expr expr, List<Boolean> into) {
        if (expr instanceof VectorSelector selector) {
            into.add(context.isStatisticsOnly(selector));
        }
        for (Expr child : expr.children()) {
            statisticsOnly(child, into);
        }
    }

    /** Below an expression that another stands in for nothing is evaluated. */
    private void group(Expr expr, Map<Key, List<Expr>> byKey, Map<Expr, Key> keys, Map<Key, Group> made) {
        Key key = keys.get(expr);
        List<Expr> same = key == null ? List.of() : byKey.getOrDefault(key, List.of());
        if (key != null && same.size() > 1) {
            Expr last = same.get(same.size() - 1);
            Group group = made.computeIfAbsent(key, created -> new Group(last));
            group.series.expect();
            groups.put(expr, group);
            if (isReplaced(expr)) {
                return;
            }
        }
        for (Expr child : expr.children()) {
            group(child, byKey, keys, made);
        }
    }

    /** Whether an equal expression is evaluated in the place of this one. */
    @SuppressWarnings("ReferenceEquality") // two places of a query
    boolean isReplaced(Expr expr) {
        Group group = groups.get(expr);
        return group != null && group.expr != expr;
    }

    /** The series of an expression, evaluated by {@code evaluator} unless they are known. */
    SeriesStream vector(Evaluator evaluator, Expr expr, Grid grid) {
        Group group = groups.isEmpty() ? null : groups.get(expr);
        return group == null ? evaluator.evaluate(expr, grid) : group.vector(evaluator, grid);
    }

    /** Samples kept for expressions that have not been asked for yet. */
    long kept() {
        return kept;
    }

    /** Gives up what nobody is reading at the moment. */
    void release() {
        groups.values().forEach(group -> group.series.discard());
    }

    private final class Group {
        private final Expr expr;
        private final KeptSeries<StepSeries, Grid> series =
                new KeptSeries<>(context::hasRoomToShare, more -> kept += more);

        Group(Expr expr) {
            this.expr = expr;
        }

        SeriesStream vector(Evaluator evaluator, Grid grid) {
            series.arrive();
            if (grid.equals(series.complete())) {
                return new Replay(series.replay());
            }
            boolean first = series.isToBeRecorded();
            SeriesStream evaluated = evaluator.evaluate(expr, grid);
            return first ? new Recording(evaluated, series.record(grid)) : evaluated;
        }
    }

    /** Passes on what is evaluated, and keeps it. */
    private record Recording(SeriesStream evaluated, KeptSeries<StepSeries, Grid>.Recording recording)
            implements SeriesStream {
        @Override
        public @Nullable StepSeries next() {
            StepSeries next = evaluated.next();
            if (next == null) {
                recording.end();
            } else if (recording.isKeeping()) {
                recording.add(
                        next.values().weight(),
                        () -> next.withValues(next.values().copy()));
            }
            return next;
        }

        @Override
        public void close() {
            recording.close();
            evaluated.close();
        }
    }

    /** Gives once more what was kept. */
    private final class Replay implements SeriesStream {
        private final KeptSeries<StepSeries, Grid>.Replay source;

        Replay(KeptSeries<StepSeries, Grid>.Replay source) {
            this.source = source;
        }

        @Override
        public @Nullable StepSeries next() {
            StepSeries each = source.next();
            if (each == null) {
                return null;
            }
            context.checkAlive();
            return each.withValues(each.values().copy());
        }

        @Override
        public void close() {
            source.close();
        }
    }
}
