package io.millrace.promql.ast;

/** One method for each kind of expression, so that a new kind cannot be forgotten. */
public interface ExprVisitor<R> {
    R visitAggregate(AggregateExpr expr);

    R visitBinary(BinaryExpr expr);

    R visitCall(Call expr);

    R visitMatrixSelector(MatrixSelector expr);

    R visitNumber(NumberLiteral expr);

    R visitParen(ParenExpr expr);

    R visitStepInvariant(StepInvariantExpr expr);

    R visitString(StringLiteral expr);

    R visitSubquery(SubqueryExpr expr);

    R visitUnary(UnaryExpr expr);

    R visitVectorSelector(VectorSelector expr);
}
