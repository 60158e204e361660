package io.millrace.promql.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A selection of series over a range of time. Offset and {@code @} are those of the selector inside.
 *
 * @param rangeMs ms, &gt; 0 once {@code range} is resolved
 * @param range the range as an expression where it is not a plain duration, otherwise null
 */
public record MatrixSelector(
        VectorSelector selector, long rangeMs, @Nullable DurationExpr range, PositionRange position) implements Expr {
    @Override
    public ValueType type() {
        return ValueType.MATRIX;
    }

    @Override
    public List<Expr> children() {
        return List.of(selector);
    }

    @Override
    public MatrixSelector withChildren(List<Expr> children) {
        return new MatrixSelector((VectorSelector) children.get(0), rangeMs, range, position);
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
        return visitor.visitMatrixSelector(this);
    }
}
