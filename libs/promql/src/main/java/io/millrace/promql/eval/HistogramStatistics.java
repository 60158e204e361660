package io.millrace.promql.eval;

import io.millrace.promql.ast.BinaryExpr;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.VectorSelector;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds the selectors of which only count and sum are asked. Prometheus reads such histograms by an iterator that works
 * out a counter-reset hint for each, from the one before; users see that in warnings of conflicting resets.
 */
final class HistogramStatistics {
    private static final Set<String> STATISTICS = Set.of("histogram_avg", "histogram_count", "histogram_sum");
    private static final Set<String> BUCKETS =
            Set.of("histogram_fraction", "histogram_quantile", "histogram_quantiles");

    private HistogramStatistics() {}

    static Set<VectorSelector> selectors(Expr query) {
        Set<VectorSelector> found = new HashSet<>();
        collect(query, false, found);
        return found;
    }

    private static void collect(Expr expr, boolean statistics, Set<VectorSelector> found) {
        boolean below = statistics;
        if (expr instanceof Call call) {
            String name = call.function().name();
            below = STATISTICS.contains(name) || (statistics && !BUCKETS.contains(name));
        } else if (expr instanceof BinaryExpr) {
            below = false;
        } else if (expr instanceof VectorSelector selector && statistics) {
            found.add(selector);
        }
        for (Expr child : expr.children()) {
            collect(child, below, found);
        }
    }
}
