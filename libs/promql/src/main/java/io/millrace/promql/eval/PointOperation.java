package io.millrace.promql.eval;

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

    /**
     * Puts the result of {@code left operator right} at a step, or nothing where there is none.
     *
     * @param keepRight whether a comparison that filters keeps the right point (the left one being a scalar)
     * @return whether there is a result
     */
    boolean apply(
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
            context.annotations().info(incompatibleTypes(leftHistogram != null, rightHistogram != null));
            return false;
        }
        result.set(step, value);
        return true;
    }

    private boolean floats(double left, double right, boolean keepRight, StepValues result, int step) {
        if (operator.isComparison()) {
            boolean holds = BinaryOperation.compare(operator, left, right);
            if (expr.returnBool()) {
                result.set(step, holds ? 1 : 0);
                return true;
            }
            if (holds) {
                result.set(step, keepRight ? right : left);
            }
            return holds;
        }
        if (operator.isTrim()) {
            context.annotations().info(incompatibleTypes(false, false));
            return false;
        }
        result.set(step, BinaryOperation.arithmetic(operator, left, right));
        return true;
    }

    private boolean histograms(FloatHistogram left, FloatHistogram right, StepValues result, int step) {
        switch (operator) {
            case ADD, SUB -> {
                HistogramSum sum = new HistogramSum(left);
                if (!sum.isCompatible(right)) {
                    context.annotations()
                            .warn("vector contains a mix of histograms with exponential and custom buckets schemas"
                                    + position());
                    return false;
                }
                boolean add = operator == BinaryOperator.ADD;
                if (add) {
                    sum.add(right);
                } else {
                    sum.subtract(right);
                }
                annotate(sum, add ? "addition" : "subtraction");
                FloatHistogram value = sum.value();
                result.set(step, add ? value : value.withHint(io.millrace.model.NativeHistogram.ResetHint.GAUGE));
                return true;
            }
            case EQL, NEQ -> {
                boolean holds = left.equals(right) == (operator == BinaryOperator.EQL);
                if (expr.returnBool()) {
                    result.set(step, holds ? 1 : 0);
                    return true;
                }
                if (holds) {
                    result.set(step, left);
                }
                return holds;
            }
            case MUL, DIV, MOD, POW, ATAN2, LSS, GTR, LTE, GTE, TRIM_UPPER, TRIM_LOWER, AND, OR, UNLESS -> {
                context.annotations().info(incompatibleTypes(true, true));
                return false;
            }
        }
        return false;
    }

    private void annotate(HistogramSum sum, String operation) {
        if (sum.hintCollision()) {
            context.annotations().warn("conflicting counter resets during histogram " + operation + position());
        }
        if (sum.boundsReconciled()) {
            context.annotations()
                    .info("mismatched custom buckets were reconciled during histogram " + operation + position());
        }
    }

    private String incompatibleTypes(boolean leftHistogram, boolean rightHistogram) {
        return "incompatible sample types encountered for binary operator \"" + operator.symbol() + "\": "
                + (leftHistogram ? "histogram" : "float") + " " + operator.symbol() + " "
                + (rightHistogram ? "histogram" : "float") + position();
    }

    private String position() {
        return Positions.suffix(context, expr.position());
    }
}
