package io.millrace.promql.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operator between two expressions.
 *
 * @param matching how series match when both sides are vectors, otherwise null
 * @param returnBool whether a comparison gives 0 or 1 rather than a selection
 */
public record BinaryExpr(
        BinaryOperator operator,
        Expr left,
        Expr right,
        @Nullable VectorMatching matching,
        boolean returnBool) implements Expr {

    @Override
    public PositionRange position() {
        return PositionRange.between(left.position(), right.position());
    }

    @Override
    public ValueType type() {
        return left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR
                ? ValueType.SCALAR
                : ValueType.VECTOR;
    }

    @Override
    public List<Expr> children() {
        return List.of(left, right);
    }

    @Override
    public BinaryExpr withChildren(List<Expr> children) {
        return new BinaryExpr(operator, children.get(0), children.get(1), matching, returnBool);
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
        return visitor.visitBinary(this);
    }
}
