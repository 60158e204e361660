package io.millrace.promql.testscript;

import io.millrace.promql.ast.AtModifier;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.MatrixSelector;
import io.millrace.promql.ast.SubqueryExpr;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.print.QueryPrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The same query with its time in {@code @}: it must give the same result at any evaluation time. Selectors and outermost
 * subqueries without a time get one; what is inside a subquery with a time stays as it is.
 */
final class AtVariants {
    /** Functions whose result depends on the evaluation time even where their arguments do not. */
    private static final Set<String> UNSAFE = Set.of(
            "days_in_month",
            "day_of_month",
            "day_of_week",
            "day_of_year",
            "hour",
            "minute",
            "month",
            "year",
            "predict_linear",
            "time",
            "timestamp",
            "start",
            "end",
            "range",
            "step");

    private final AtModifier time;
    private boolean unsafe;

    private AtVariants(long timeMs) {
        this.time = AtModifier.time(timeMs);
    }

    /** The query at a fixed time, or null where the result may differ. */
    static @Nullable String pinned(Expr expr, long timeMs) {
        AtVariants variants = new AtVariants(timeMs);
        Expr pinned = variants.pin(expr);
        return variants.unsafe ? null : QueryPrinter.print(pinned);
    }

    /** Times at which a query that is pinned to {@code timeMs} is evaluated. */
    static List<Long> evaluationTimes(long timeMs) {
        return timeMs == 0 ? List.of(-1000L, 0L, 1000L) : List.of(-10 * timeMs, 0L, timeMs / 5, timeMs, 10 * timeMs);
    }

    private Expr pin(Expr expr) {
        if (expr instanceof VectorSelector selector) {
            return pin(selector);
        }
        if (expr instanceof MatrixSelector matrix) {
            return matrix.withChildren(List.of(pin(matrix.selector())));
        }
        if (expr instanceof SubqueryExpr s) {
            AtModifier at = s.at() != null && s.at().kind() == AtModifier.Kind.TIME ? s.at() : time;
            return new SubqueryExpr(
                    s.inner(),
                    s.rangeMs(),
                    s.range(),
                    s.stepMs(),
                    s.step(),
                    s.offsetMs(),
                    s.offset(),
                    at,
                    s.position());
        }
        if (expr instanceof Call call && UNSAFE.contains(call.function().name())) {
            unsafe = true;
        }
        List<Expr> children = new ArrayList<>();
        expr.children().forEach(child -> children.add(pin(child)));
        return expr.withChildren(children);
    }

    private VectorSelector pin(VectorSelector s) {
        if (s.dataLabels() || s.at() != null && s.at().kind() == AtModifier.Kind.TIME) {
            return s;
        }
        return new VectorSelector(
                s.name(), s.matchers(), s.offsetMs(), s.offset(), time, s.extension(), s.dataLabels(), s.position());
    }
}
