package io.millrace.promql.ast;

import io.millrace.promql.storage.Matcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A selection of series.
 *
 * @param name the metric name before or inside the braces, "" when there is none or when it is a matcher on
 *     {@code __name__}
 * @param matchers all conditions, that of {@code name} among them
 * @param offsetMs how far back to look, ms; negative for the future. 0 until {@code offset} is resolved
 * @param offset the offset as an expression where it is not a plain duration, otherwise null
 * @param at null for none
 * @param extension {@code anchored} or {@code smoothed}
 * @param dataLabels whether it is the second argument of {@code info()}: conditions on data labels, not a selection
 */
public record VectorSelector(
        String name,
        List<Matcher> matchers,
        long offsetMs,
        @Nullable DurationExpr offset,
        @Nullable AtModifier at,
        Extension extension,
        boolean dataLabels,
        PositionRange position)
        implements Expr {

    /** How samples at the edges of the range are treated. */
    public enum Extension {
        NONE,
        /** The last sample before the range counts as one at its start. */
        ANCHORED,
        /** Values at the edges are interpolated. */
        SMOOTHED
    }

    public VectorSelector {
        matchers = List.copyOf(matchers);
    }

    /** This selector with a resolved offset. */
    public VectorSelector withOffset(long resolvedMs) {
        return new VectorSelector(name, matchers, resolvedMs, null, at, extension, dataLabels, position);
    }

    @Override
    public ValueType type() {
        return ValueType.VECTOR;
    }

    @Override
    public List<Expr> children() {
        return List.of();
    }

    @Override
    public VectorSelector withChildren(List<Expr> children) {
        return this;
    }

    @Override
    public <R> R accept(ExprVisitor<R> visitor) {
        return visitor.visitVectorSelector(this);
    }
}
