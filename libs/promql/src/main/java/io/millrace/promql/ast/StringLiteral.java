package io.millrace.promql.ast;

import java.util.List;

/**
 * A string.
 *
 * @param value with escapes resolved; bytes that are not UTF-8 are lone surrogates U+DC80 to U+DCFF
 */
public record StringLiteral(String value, PositionRange position) implements Expr {
    @Override
    public ValueType type() {
        return ValueType.STRING;
    }

    @Override
    public List<Expr> children() {
        return List.of();
    }

    @Override
    public StringLiteral withChildren(List<Expr> children) {
        return this;
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
        return visitor.visitString(this);
    }
}
