package io.millrace.promql.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An aggregation.
 *
 * @param operand the vector
 * @param parameter null where the aggregation has none
 * @param grouping labels of {@code by} or {@code without}
 * @param without whether {@code grouping} are the labels to leave out
 */
public record AggregateExpr(
        Aggregator aggregator,
        Expr operand,
        @Nullable Expr parameter,
        List<String> grouping,
        boolean without,
        PositionRange position)
        implements Expr {

    public AggregateExpr {
        grouping = List.copyOf(grouping);
    }

    @Override
    public ValueType type() {
        return ValueType.VECTOR;
    }

    @Override
    public List<Expr> children() {
        return parameter == null ? List.of(operand) : List.of(operand, parameter);
    }

    @Override
    public AggregateExpr withChildren(List<Expr> children) {
        return new AggregateExpr(
                aggregator, children.get(0), children.size() > 1 ? children.get(1) : null, grouping, without, position);
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
        return visitor.visitAggregate(this);
    }
}
