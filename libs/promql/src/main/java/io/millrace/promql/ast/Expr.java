package io.millrace.promql.ast;

import java.util.List;

/** An expression of PromQL. All implementations are immutable. */
public sealed interface Expr
        permits AggregateExpr,
                BinaryExpr,
                Call,
                MatrixSelector,
                NumberLiteral,
                ParenExpr,
                StepInvariantExpr,
                StringLiteral,
                SubqueryExpr,
                UnaryExpr,
                VectorSelector {

    /** Where the expression stands in the query. */
    PositionRange position();

    /** The type of its value. */
    ValueType type();

    /** The expressions directly below this one, in evaluation order: the aggregated expression before the parameter. */
    List<Expr> children();

    /**
     * This expression over other children.
     *
     * @param children as many and of the same types as {@link #children} gives
     */
    Expr withChildren(List<Expr> children);

    <R> R accept(ExprVisitor<R> visitor);

    /** The expression inside any parentheses and step-invariant wrappers. */
    default Expr unwrapped() {
        Expr expr = this;
        while (true) {
            if (expr instanceof ParenExpr paren) {
                expr = paren.inner();
            } else if (expr instanceof StepInvariantExpr invariant) {
                expr = invariant.inner();
            } else {
                return expr;
            }
        }
    }
}
