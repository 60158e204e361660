package io.millrace.promql.eval;

import io.millrace.model.Labels;
import io.millrace.promql.ast.AggregateExpr;
import io.millrace.promql.ast.BinaryExpr;
import io.millrace.promql.ast.BinaryOperator;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.MatrixSelector;
import io.millrace.promql.ast.SubqueryExpr;
import io.millrace.promql.ast.UnaryExpr;
import io.millrace.promql.ast.ValueType;
import io.millrace.promql.ast.VectorMatching;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.storage.Matcher;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Tells by the look of an expression whether two of its series can differ in nothing but the metric name. Where they
 * cannot, dropping names needs no look at all series together. Errs on the careful side.
 */
final class UniqueNames {
    /** Functions that keep the names of what they get. */
    private static final Set<String> NAME_KEEPING =
            Set.of("last_over_time", "first_over_time", "sort", "sort_desc", "sort_by_label", "sort_by_label_desc");

    /** Functions that can give any label a new value. */
    private static final Set<String> LABEL_MAKING =
            Set.of("label_replace", "label_join", "info", "histogram_quantiles");

    private UniqueNames() {}

    /** Whether no two series have the same labels once names are dropped. */
    static boolean in(Expr expr) {
        Expr bare = expr.unwrapped();
        if (bare instanceof VectorSelector selector) {
            return namesOneMetric(selector);
        }
        if (bare instanceof MatrixSelector matrix) {
            return namesOneMetric(matrix.selector());
        }
        if (bare instanceof SubqueryExpr subquery) {
            return in(subquery.inner());
        }
        if (bare instanceof UnaryExpr unary && !unary.negative()) {
            return in(unary.operand());
        }
        if (bare instanceof BinaryExpr binary && keepsNames(binary)) {
            return in(binary.left().type() == ValueType.SCALAR ? binary.right() : binary.left());
        }
        if (bare instanceof Call call && NAME_KEEPING.contains(call.function().name())) {
            return in(call.arguments().get(0));
        }
        return areGone(bare);
    }

    private static boolean namesOneMetric(VectorSelector selector) {
        for (Matcher matcher : selector.matchers()) {
            if (matcher.name().equals(Labels.METRIC_NAME)
                    && matcher.type() == Matcher.Type.EQ
                    && !matcher.value().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Whether the left side, or the side that is a vector, passes with its labels. */
    private static boolean keepsNames(BinaryExpr binary) {
        boolean vectors =
                binary.left().type() == ValueType.VECTOR && binary.right().type() == ValueType.VECTOR;
        return vectors
                ? binary.operator() == BinaryOperator.AND || binary.operator() == BinaryOperator.UNLESS
                : binary.operator().isTrim() || (binary.operator().isComparison() && !binary.returnBool());
    }

    /** Whether series have no names, nor what goes with names. */
    private static boolean areGone(Expr expr) {
        Expr bare = expr.unwrapped();
        if (bare.type() == ValueType.SCALAR) {
            return true;
        }
        if (bare instanceof UnaryExpr unary) {
            return unary.negative() || areGone(unary.operand());
        }
        if (bare instanceof AggregateExpr aggregate) {
            return switch (aggregate.aggregator()) {
                case SUM, AVG, COUNT, MIN, MAX, GROUP, STDDEV, STDVAR, QUANTILE ->
                    !aggregate.without() && Collections.disjoint(aggregate.grouping(), NameRemoval.METADATA);
                case TOPK, BOTTOMK, LIMITK, LIMIT_RATIO -> areGone(aggregate.operand());
                case COUNT_VALUES -> false;
            };
        }
        if (bare instanceof Call call) {
            String name = call.function().name();
            return NAME_KEEPING.contains(name) ? areGone(call.arguments().get(0)) : !LABEL_MAKING.contains(name);
        }
        return bare instanceof BinaryExpr binary && areGone(binary);
    }

    private static boolean areGone(BinaryExpr binary) {
        if (keepsNames(binary)) {
            return areGone(binary.left().type() == ValueType.SCALAR ? binary.right() : binary.left());
        }
        if (binary.operator() == BinaryOperator.OR) {
            return areGone(binary.left()) && areGone(binary.right());
        }
        boolean filters = binary.operator().isComparison() && !binary.returnBool()
                || binary.operator().isTrim();
        VectorMatching matching = binary.matching();
        List<String> included = matching == null ? List.of() : matching.include();
        List<String> kept = matching != null && matching.on() ? matching.labels() : List.of();
        return !filters
                && Collections.disjoint(included, NameRemoval.METADATA)
                && Collections.disjoint(kept, NameRemoval.METADATA);
    }
}
