package io.millrace.promql.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An expression evaluated at several times of a range.
 *
 * @param rangeMs ms, &gt; 0 once {@code range} is resolved
 * @param range the range as an expression where it is not a plain duration, otherwise null
 * @param stepMs ms; 0 for the engine's default
 * @param step the step as an expression where it is not a plain duration, otherwise null
 * @param offsetMs how far back to look, ms; negative for the future
 * @param offset the offset as an expression where it is not a plain duration, otherwise null
 * @param at null for none
 */
public record SubqueryExpr(
        Expr inner,
        long rangeMs,
        @Nullable DurationExpr range,
        long stepMs,
        @Nullable DurationExpr step,
        long offsetMs,
        @Nullable DurationExpr offset,
        @Nullable AtModifier at,
        PositionRange position)
        implements Expr {

    @Override
    public ValueType type() {
        return ValueType.MATRIX;
    }

    @Override
    public List<Expr> children() {
        return List.of(inner);
    }

    @Override
    public SubqueryExpr withChildren(List<Expr> children) {
        return new SubqueryExpr(children.get(0), rangeMs, range, stepMs, step, offsetMs, offset, at, position);
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
        return visitor.visitSubquery(this);
    }
}
