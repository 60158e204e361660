package io.millrace.promql.eval;

import io.millrace.promql.ast.AggregateExpr;
import io.millrace.promql.ast.Aggregator;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import java.util.Set;

/** Which expressions give an instant vector whose order means something. */
final class Ordering {
    private static final Set<String> SORTS = Set.of("sort", "sort_desc", "sort_by_label", "sort_by_label_desc");

    private Ordering() {}

    static boolean isOrdered(Expr expr) {
        Expr bare = expr.unwrapped();
        if (bare instanceof AggregateExpr aggregate) {
            return aggregate.aggregator() == Aggregator.TOPK || aggregate.aggregator() == Aggregator.BOTTOMK;
        }
        return bare instanceof Call call && SORTS.contains(call.function().name());
    }
}
