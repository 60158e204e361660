package io.millrace.promql.eval;

import io.millrace.promql.ast.AtModifier;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.NumberLiteral;
import io.millrace.promql.ast.ParenExpr;
import io.millrace.promql.ast.StepInvariantExpr;
import io.millrace.promql.ast.StringLiteral;
import io.millrace.promql.ast.SubqueryExpr;
import io.millrace.promql.ast.VectorSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Prepares a parsed query for evaluation: {@code @ start()} and {@code @ end()} become times, and the largest expressions
 * that have the same value at every step are wrapped in {@link StepInvariantExpr}, to be evaluated once.
 */
final class Planner {
    /** Functions whose value depends on the step even when their arguments do not. */
    private static final Set<String> STEP_DEPENDENT = Set.of(
            "days_in_month",
            "day_of_month",
            "day_of_week",
            "day_of_year",
            "hour",
            "minute",
            "month",
            "year",
            "predict_linear",
            "time");

    private final long startMs;
    private final long endMs;

    private Planner(long startMs, long endMs) {
        this.startMs = startMs;
        this.endMs = endMs;
    }

    /** @param startMs of the whole query; equal to {@code endMs} for an instant query */
    static Expr plan(Expr query, long startMs, long endMs) {
        Planner planner = new Planner(startMs, endMs);
        Expr resolved = planner.resolve(query);
        return planner.isInvariant(resolved) ? wrap(resolved) : planner.wrapInvariants(resolved);
    }

    private Expr resolve(Expr expr) {
        if (expr instanceof VectorSelector selector) {
            return new VectorSelector(
                    selector.name(),
                    selector.matchers(),
                    selector.offsetMs(),
                    selector.offset(),
                    resolve(selector.at()),
                    selector.extension(),
                    selector.dataLabels(),
                    selector.position());
        }
        List<Expr> children = new ArrayList<>();
        for (Expr child : expr.children()) {
            children.add(resolve(child));
        }
        Expr copy = expr.withChildren(children);
        if (copy instanceof SubqueryExpr subquery && subquery.at() != null) {
            return new SubqueryExpr(
                    subquery.inner(),
                    subquery.rangeMs(),
                    subquery.range(),
                    subquery.stepMs(),
                    subquery.step(),
                    subquery.offsetMs(),
                    subquery.offset(),
                    resolve(subquery.at()),
                    subquery.position());
        }
        return copy;
    }

    private @Nullable AtModifier resolve(@Nullable AtModifier at) {
        if (at == null) {
            return null;
        }
        return switch (at.kind()) {
            case TIME -> at;
            case START -> AtModifier.time(startMs);
            case END -> AtModifier.time(endMs);
        };
    }

    private boolean isInvariant(Expr expr) {
        if (expr instanceof VectorSelector selector) {
            return selector.at() != null;
        }
        if (expr instanceof SubqueryExpr subquery) {
            return subquery.at() != null;
        }
        if (expr instanceof Call call && isStepDependent(call)) {
            return false;
        }
        for (Expr child : expr.children()) {
            if (!isInvariant(child)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isStepDependent(Call call) {
        String name = call.function().name();
        if (name.equals("timestamp")) {
            return !(call.arguments().get(0).unwrapped() instanceof VectorSelector);
        }
        return STEP_DEPENDENT.contains(name);
    }

    private Expr wrapInvariants(Expr expr) {
        List<Expr> children = new ArrayList<>();
        for (Expr child : expr.children()) {
            children.add(
                    child instanceof VectorSelector && expr instanceof io.millrace.promql.ast.MatrixSelector
                            ? child
                            : isInvariant(child) ? wrap(child) : wrapInvariants(child));
        }
        return children.isEmpty() ? expr : expr.withChildren(children);
    }

    private static Expr wrap(Expr expr) {
        Expr bare = expr;
        while (bare instanceof ParenExpr paren) {
            bare = paren.inner();
        }
        return bare instanceof NumberLiteral || bare instanceof StringLiteral ? expr : new StepInvariantExpr(expr);
    }
}
