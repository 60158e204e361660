package io.millrace.promql.parse;

import io.millrace.promql.ast.BinaryOperator;
import io.millrace.promql.ast.DurationExpr;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.MatrixSelector;
import io.millrace.promql.ast.PositionRange;
import io.millrace.promql.ast.SubqueryExpr;
import io.millrace.promql.ast.VectorSelector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reckons the durations of a query that depend on its range and step, such as {@code [step() * 2]}. */
public final class DurationResolver {
    private final double rangeSeconds;
    private final double stepSeconds;

    private DurationResolver(double rangeSeconds, double stepSeconds) {
        this.rangeSeconds = rangeSeconds;
        this.stepSeconds = stepSeconds;
    }

    /**
     * The tree with all ranges, steps and offsets in milliseconds: none of the {@link DurationExpr} fields is left.
     *
     * @param stepMs 0 for an instant query
     * @throws ParseException when a range or step is not greater than 0, or something is divided by 0
     */
    public static Expr resolve(Expr expr, long startMs, long endMs, long stepMs) {
        return new DurationResolver((endMs - startMs) / 1000.0, stepMs / 1000.0).resolve(expr);
    }

    private Expr resolve(Expr expr) {
        if (expr instanceof VectorSelector selector) {
            return resolve(selector);
        }
        if (expr instanceof MatrixSelector matrix) {
            long rangeMs = milliseconds(matrix.range(), matrix.rangeMs(), true);
            return new MatrixSelector(resolve(matrix.selector()), rangeMs, null, matrix.position());
        }
        List<Expr> children = new ArrayList<>();
        expr.children().forEach(child -> children.add(resolve(child)));
        Expr result = expr.withChildren(children);
        return result instanceof SubqueryExpr subquery ? resolve(subquery) : result;
    }

    private VectorSelector resolve(VectorSelector selector) {
        return selector.offset() == null ? selector : selector.withOffset(milliseconds(selector.offset(), 0, false));
    }

    private SubqueryExpr resolve(SubqueryExpr subquery) {
        if (subquery.range() == null && subquery.step() == null && subquery.offset() == null) {
            return subquery;
        }
        return new SubqueryExpr(
                subquery.inner(),
                milliseconds(subquery.range(), subquery.rangeMs(), true),
                null,
                milliseconds(subquery.step(), subquery.stepMs(), true),
                null,
                milliseconds(subquery.offset(), subquery.offsetMs(), false),
                null,
                subquery.at(),
                subquery.position());
    }

    private long milliseconds(@Nullable DurationExpr duration, long known, boolean positive) {
        if (duration == null) {
            return known;
        }
        double seconds = seconds(duration);
        PositionRange position = duration.position();
        if (seconds <= 0 && positive) {
            throw ParseException.ofDuration(position, "duration must be greater than 0");
        }
        if (!(Math.abs(seconds) <= 0x1p63 / 1e9)) {
            throw ParseException.ofDuration(position, "duration is out of range");
        }
        return (long) (seconds * 1000);
    }

    private double seconds(DurationExpr duration) {
        if (duration instanceof DurationExpr.Literal literal) {
            return literal.number().value();
        }
        if (duration instanceof DurationExpr.Step) {
            return stepSeconds;
        }
        if (duration instanceof DurationExpr.Range) {
            return rangeSeconds;
        }
        if (duration instanceof DurationExpr.Paren paren) {
            return seconds(paren.inner());
        }
        if (duration instanceof DurationExpr.Sign sign) {
            double operand = seconds(sign.operand());
            return sign.negative() ? -operand : operand;
        }
        if (duration instanceof DurationExpr.Extreme extreme) {
            double left = seconds(extreme.left());
            double right = seconds(extreme.right());
            return extreme.max() ? Math.max(left, right) : Math.min(left, right);
        }
        return seconds((DurationExpr.Binary) duration);
    }

    private double seconds(DurationExpr.Binary binary) {
        double left = seconds(binary.left());
        double right = seconds(binary.right());
        return switch (binary.operator()) {
            case ADD -> left + right;
            case SUB -> left - right;
            case MUL -> left * right;
            case POW -> Math.pow(left, right);
            case DIV, MOD -> {
                boolean division = binary.operator() == BinaryOperator.DIV;
                if (right == 0) {
                    throw ParseException.ofDuration(
                            binary.right().position(), division ? "division by zero" : "modulo by zero");
                }
                yield division ? left / right : left % right;
            }
            default -> throw new IllegalStateException("no duration operator: " + binary.operator());
        };
    }
}
