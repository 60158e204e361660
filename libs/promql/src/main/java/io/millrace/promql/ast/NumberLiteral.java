package io.millrace.promql.ast;

import java.util.List;

/**
 * A number.
 *
 * @param value seconds where it was written as a duration
 * @param duration whether it was written as a duration, such as {@code 5m}
 */
public record NumberLiteral(double value, boolean duration, PositionRange position) implements Expr {
    @Override
    public ValueType type() {
        return ValueType.SCALAR;
    }

    @Override
    public List<Expr> children() {
        return List.of();
    }

    @Override
    public NumberLiteral withChildren(List<Expr> children) {
        return this;
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
        return visitor.visitNumber(this);
    }
}
