package io.millrace.promql.ast;

import java.util.List;

/** An expression with the same value at each step of a range query. The parser makes none; the evaluator's planner does. */
public record StepInvariantExpr(Expr inner) implements Expr {
    @Override
    public PositionRange position() {
        return inner.position();
    }

    @Override
    public ValueType type() {
        return inner.type();
    }

    @Override
    public List<Expr> children() {
        return List.of(inner);
    }

    @Override
    public StepInvariantExpr withChildren(List<Expr> children) {
        return new StepInvariantExpr(children.get(0));
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
        return visitor.visitStepInvariant(this);
    }
}
