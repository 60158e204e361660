package io.millrace.promql.eval;

import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.promql.ast.BinaryExpr;
import io.millrace.promql.ast.BinaryOperator;
import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.promql.histogram.HistogramSum;
import io.millrace.promql.histogram.HistogramTrim;
import org.jspecify.annotations.Nullable;

/** One operator applied to one pair of points, floats or histograms, with the annotations that calls for. */
final class PointOperation {
    private final QueryContext context;
    private final BinaryExpr expr;
    private final BinaryOperator operator;

    PointOperation(QueryContext context, BinaryExpr expr) {
        this.context = context;
        this.expr = expr;
        this.operator = expr.operator();
    }

    /** What became of a pair of points. */
    enum Outcome {
        /** There is a result. */
        KEPT,
        /** A comparison did not hold. */
        FILTERED,
        /** The operator has no meaning for the pair; an annotation says so. */
        REFUSED
    }

    /**
     * Puts the result of {@code left operator right} at a step, or nothing where there is none.
     *
     * @param keepRight whether a comparison that filters keeps the right point (the left one being a scalar)
     */
    Outcome apply(
            double left,
            @Nullable FloatHistogram leftHistogram,
            double right,
            @Nullable FloatHistogram rightHistogram,
            boolean keepRight,
            StepValues result,
            int step) {
        if (leftHistogram == null && rightHistogram == null) {
            return floats(left, right, keepRight, result, step);
        }
        if (leftHistogram != null && rightHistogram != null) {
            return histograms(leftHistogram, rightHistogram, result, step);
        }
        FloatHistogram value = null;
        if (leftHistogram != null) {
            value = switch (operator) {
                case MUL -> leftHistogram.multiply(right);
                case DIV -> leftHistogram.divide(right);
                case TRIM_UPPER -> HistogramTrim.below(leftHistogram, right);
                case TRIM_LOWER -> HistogramTrim.above(leftHistogram, right);
                case ADD, SUB, MOD, POW, ATAN2, EQL, NEQ, LSS, GTR, LTE, GTE, AND, OR, UNLESS -> null;
            };
        } else if (rightHistogram != null && operator == BinaryOperator.MUL) {
            value = rightHistogram.multiply(left);
        }
        if (value == null) {
            return refuse(leftHistogram != null, rightHistogram != null);
        }
        result.set(step, value);
        return Outcome.KEPT;
    }

    private Outcome floats(double left, double right, boolean keepRight, StepValues result, int step) {
        if (operator.isComparison()) {
            boolean holds = BinaryOperation.compare(operator, left, right);
            if (expr.returnBool()) {
                result.set(step, holds ? 1 : 0);
                return Outcome.KEPT;
            }
            if (holds) {
                result.set(step, keepRight ? right : left);
            }
            return holds ? Outcome.KEPT : Outcome.FILTERED;
        }
        if (operator.isTrim()) {
            return refuse(false, false);
        }
        result.set(step, BinaryOperation.arithmetic(operator, left, right));
        return Outcome.KEPT;
    }

    private Outcome histograms(FloatHistogram left, FloatHistogram right, StepValues result, int step) {
        switch (operator) {
            case ADD, SUB -> {
                HistogramSum sum = new HistogramSum(left);
                if (!sum.isCompatible(right)) {
                    context.annotations()
                            .warn(
                                    "incompatible bucket layout encountered for binary operator " + operator.symbol(),
                                    position());
                    return Outcome.REFUSED;
                }
                boolean add = operator == BinaryOperator.ADD;
                if (add) {
                    sum.add(right);
                } else {
                    sum.subtract(right);
                }
                annotate(sum, add ? "addition" : "subtraction");
                FloatHistogram value = sum.value();
                result.set(step, add ? value : value.withHint(ResetHint.GAUGE));
                return Outcome.KEPT;
            }
            case EQL, NEQ -> {
                boolean holds = left.equals(right) == (operator == BinaryOperator.EQL);
                if (expr.returnBool()) {
                    result.set(step, holds ? 1 : 0);
                    return Outcome.KEPT;
                }
                if (holds) {
                    result.set(step, left);
                }
                return holds ? Outcome.KEPT : Outcome.FILTERED;
            }
            case MUL, DIV, MOD, POW, ATAN2, LSS, GTR, LTE, GTE, TRIM_UPPER, TRIM_LOWER, AND, OR, UNLESS -> {
                return refuse(true, true);
            }
        }
        throw new IllegalStateException("not an operator: " + operator);
    }

    private void annotate(HistogramSum sum, String operation) {
        if (sum.hintCollision()) {
            context.annotations().warn("conflicting counter resets during histogram " + operation, position());
        }
        if (sum.boundsReconciled()) {
            context.annotations().info("mismatched custom buckets were reconciled during " + operation, position());
        }
    }

    private Outcome refuse(boolean leftHistogram, boolean rightHistogram) {
        String text = "incompatible sample types encountered for binary operator \"" + operator.symbol() + "\": "
                + (leftHistogram ? "histogram" : "float") + " " + operator.symbol() + " "
                + (rightHistogram ? "histogram" : "float");
        context.annotations().info(text, position());
        return Outcome.REFUSED;
    }

    private String position() {
        return context.position(expr.position());
    }
}
