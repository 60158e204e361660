package io.millrace.promql.ast;

import java.util.List;

/** An expression in parentheses. */
public record ParenExpr(Expr inner, PositionRange position) implements Expr {
    @Override
    public ValueType type() {
        return inner.type();
    }

    @Override
    public List<Expr> children() {
        return List.of(inner);
    }

    @Override
    public ParenExpr withChildren(List<Expr> children) {
        return new ParenExpr(children.get(0), position);
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
        return visitor.visitParen(this);
    }
}
