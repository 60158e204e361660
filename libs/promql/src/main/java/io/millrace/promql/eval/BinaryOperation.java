package io.millrace.promql.eval;

import io.millrace.promql.ast.BinaryExpr;
import io.millrace.promql.ast.BinaryOperator;
import io.millrace.promql.ast.ValueType;
import io.millrace.promql.engine.QueryException;

/** Operators between two expressions, by the types of the sides. Vector matching is in {@link VectorMatch}. */
final class BinaryOperation {
    private BinaryOperation() {}

    static double[] scalars(BinaryOperator operator, double[] left, double[] right) {
        if (operator.isTrim()) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "operator \"" + operator.symbol() + "\" not allowed for Scalar operations");
        }
        double[] result = new double[left.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = operator.isComparison()
                    ? compare(operator, left[i], right[i]) ? 1 : 0
                    : arithmetic(operator, left[i], right[i]);
        }
        return result;
    }

    static SeriesStream vector(Evaluator evaluator, BinaryExpr expr, Grid grid) {
        if (expr.left().type() == ValueType.VECTOR && expr.right().type() == ValueType.VECTOR) {
            return new VectorMatch(evaluator, expr, grid).result();
        }
        boolean scalarLeft = expr.left().type() == ValueType.SCALAR;
        double[] scalars = evaluator.scalar(scalarLeft ? expr.left() : expr.right(), grid);
        SeriesStream vector = evaluator.vector(scalarLeft ? expr.right() : expr.left(), grid);
        QueryContext context = evaluator.context();
        boolean keepsName = expr.operator().isTrim() || (expr.operator().isComparison() && !expr.returnBool());
        PointOperation points = new PointOperation(context, expr);
        SeriesStream mapped = vector.map(series -> {
            StepValues result = new StepValues(grid.steps());
            StepValues values = series.values();
            for (int step = 0; step < grid.steps(); step++) {
                if (!values.has(step)) {
                    continue;
                }
                if (scalarLeft) {
                    points.apply(scalars[step], null, values.value(step), values.histogram(step), true, result, step);
                } else {
                    points.apply(values.value(step), values.histogram(step), scalars[step], null, false, result, step);
                }
            }
            return keepsName ? series.withValues(result) : NameRemoval.drop(context, series, result);
        });
        return keepsName ? mapped : NameRemoval.distinct(context, mapped, scalarLeft ? expr.right() : expr.left());
    }

    static boolean compare(BinaryOperator operator, double left, double right) {
        return switch (operator) {
            case EQL -> left == right;
            case NEQ -> left != right;
            case LSS -> left < right;
            case GTR -> left > right;
            case LTE -> left <= right;
            case GTE -> left >= right;
            case ADD, SUB, MUL, DIV, MOD, POW, ATAN2, TRIM_UPPER, TRIM_LOWER, AND, OR, UNLESS ->
                throw new IllegalStateException("not a comparison: " + operator);
        };
    }

    static double arithmetic(BinaryOperator operator, double left, double right) {
        return switch (operator) {
            case ADD -> left + right;
            case SUB -> left - right;
            case MUL -> left * right;
            case DIV -> left / right;
            case MOD -> left % right;
            case POW -> power(left, right);
            case ATAN2 -> Math.atan2(left, right);
            case EQL, NEQ, LSS, GTR, LTE, GTE, TRIM_UPPER, TRIM_LOWER, AND, OR, UNLESS ->
                throw new IllegalStateException("not arithmetic: " + operator);
        };
    }

    /** IEEE 754-2008 pow, as Go has it: 1 to any power is 1, and -1 to an infinite one too. Java says NaN there. */
    static double power(double base, double exponent) {
        if (base == 1 || (base == -1 && Double.isInfinite(exponent))) {
            return 1;
        }
        return Math.pow(base, exponent);
    }
}
