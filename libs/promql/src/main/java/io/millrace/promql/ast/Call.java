package io.millrace.promql.ast;

import java.util.List;

/** A function call. */
public record Call(FunctionSignature function, List<Expr> arguments, PositionRange position) implements Expr {
    public Call {
        arguments = List.copyOf(arguments);
    }

    @Override
    public ValueType type() {
        return function.returnType();
    }

    @Override
    public List<Expr> children() {
        return arguments;
    }

    @Override
    public Call withChildren(List<Expr> children) {
        return new Call(function, children, position);
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
        return visitor.visitCall(this);
    }
}
