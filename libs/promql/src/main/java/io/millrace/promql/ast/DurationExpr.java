package io.millrace.promql.ast;

/**
 * A duration that must be reckoned once the range and step of the query are known, such as {@code [step() * 2]}. In
 * seconds.
 */
public sealed interface DurationExpr {
    PositionRange position();

    /** A number or a duration, in seconds. */
    record Literal(NumberLiteral number) implements DurationExpr {
        @Override
        public PositionRange position() {
            return number.position();
        }
    }

    /** {@code step()}. */
    record Step(PositionRange position) implements DurationExpr {}

    /** {@code range()}: from the start to the end of the query. */
    record Range(PositionRange position) implements DurationExpr {}

    /** {@code min_of(a, b)} or {@code max_of(a, b)}. */
    record Extreme(boolean max, DurationExpr left, DurationExpr right, PositionRange position)
            implements DurationExpr {}

    /** {@code +a} or {@code -a}. */
    record Sign(boolean negative, DurationExpr operand, PositionRange position) implements DurationExpr {}

    /** An arithmetic operator: {@code + - * / % ^}. */
    record Binary(BinaryOperator operator, DurationExpr left, DurationExpr right) implements DurationExpr {
        @Override
        public PositionRange position() {
            return PositionRange.between(left.position(), right.position());
        }
    }

    /** In parentheses. */
    record Paren(DurationExpr inner, PositionRange position) implements DurationExpr {}
}
