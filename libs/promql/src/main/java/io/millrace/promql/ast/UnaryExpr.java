package io.millrace.promql.ast;

import java.util.List;

/**
 * A sign before an expression.
 *
 * @param negative {@code -} rather than {@code +}
 */
public record UnaryExpr(boolean negative, Expr operand, PositionRange position) implements Expr {
    @Override
    public ValueType type() {
        return operand.type();
    }

    @Override
    public List<Expr> children() {
        return List.of(operand);
    }

    @Override
    public UnaryExpr withChildren(List<Expr> children) {
        return new UnaryExpr(negative, children.get(0), position);
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
        return visitor.visitUnary(this);
    }
}
