package io.millrace.promql.eval;

import io.millrace.model.Labels;
import io.millrace.promql.ast.AggregateExpr;
import io.millrace.promql.ast.BinaryExpr;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.MatrixSelector;
import io.millrace.promql.ast.NumberLiteral;
import io.millrace.promql.ast.ParenExpr;
import io.millrace.promql.ast.StepInvariantExpr;
import io.millrace.promql.ast.StringLiteral;
import io.millrace.promql.ast.SubqueryExpr;
import io.millrace.promql.ast.UnaryExpr;
import io.millrace.promql.ast.ValueType;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.histogram.FloatHistogram;
import java.util.Arrays;
import java.util.List;

/**
 * Evaluates the expressions of one query, each by its type: {@link #scalar} gives a number for each step, {@link #vector}
 * a stream of series, {@link #range} a stream of range series. One thread.
 */
public final class Evaluator {
    private final QueryContext context;

    public Evaluator(QueryContext context) {
        this.context = context;
    }

    QueryContext context() {
        return context;
    }

    /** A scalar expression at each step. */
    double[] scalar(Expr expr, Grid grid) {
        if (expr instanceof NumberLiteral number) {
            double[] values = new double[grid.steps()];
            Arrays.fill(values, number.value());
            return values;
        }
        if (expr instanceof ParenExpr paren) {
            return scalar(paren.inner(), grid);
        }
        if (expr instanceof StepInvariantExpr invariant) {
            double[] values = new double[grid.steps()];
            Arrays.fill(values, scalar(invariant.inner(), Grid.at(grid.startMs()))[0]);
            return values;
        }
        if (expr instanceof UnaryExpr unary) {
            double[] values = scalar(unary.operand(), grid);
            if (unary.negative()) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = -values[i];
                }
            }
            return values;
        }
        if (expr instanceof BinaryExpr binary) {
            return BinaryOperation.scalars(
                    binary.operator(), scalar(binary.left(), grid), scalar(binary.right(), grid));
        }
        if (expr instanceof Call call) {
            return Functions.scalar(this, call, grid);
        }
        throw new IllegalStateException("not a scalar: " + expr);
    }

    /** An instant vector expression; evaluated once where it stands several times in the query. */
    SeriesStream vector(Expr expr, Grid grid) {
        return context.expressions().vector(this, expr, grid);
    }

    /** For {@link SharedExpressions}. */
    SeriesStream evaluate(Expr expr, Grid grid) {
        if (expr instanceof VectorSelector selector) {
            return selector.extension() == VectorSelector.Extension.SMOOTHED
                    ? new SmoothedSelector(context, selector, grid)
                    : new InstantSelector(context, selector, grid, InstantSelector.Content.SAMPLE, "");
        }
        if (expr instanceof ParenExpr paren) {
            return vector(paren.inner(), grid);
        }
        if (expr instanceof StepInvariantExpr invariant) {
            return vector(invariant.inner(), Grid.at(grid.startMs())).map(series -> repeated(series, grid.steps()));
        }
        if (expr instanceof UnaryExpr unary) {
            SeriesStream operand = vector(unary.operand(), grid);
            return unary.negative()
                    ? NameRemoval.distinct(
                            context,
                            operand.map(series -> NameRemoval.drop(context, series, negated(series.values()))),
                            unary.operand())
                    : operand;
        }
        if (expr instanceof BinaryExpr binary) {
            return BinaryOperation.vector(this, binary, grid);
        }
        if (expr instanceof AggregateExpr aggregate) {
            return Aggregation.of(this, aggregate, grid);
        }
        if (expr instanceof Call call) {
            return Functions.vector(this, call, grid);
        }
        throw new IllegalStateException("not an instant vector: " + expr);
    }

    /** A range vector expression. */
    RangeStream range(Expr expr, Grid grid, String function) {
        Expr bare = expr.unwrapped();
        if (bare instanceof MatrixSelector matrix) {
            return new RangeSelector(context, matrix, grid, function);
        }
        if (bare instanceof SubqueryExpr subquery) {
            return new Subquery(this, subquery, grid);
        }
        throw new IllegalStateException("not a range vector: " + expr);
    }

    /** The value of a string argument. */
    static String string(Expr expr) {
        return ((StringLiteral) expr.unwrapped()).value();
    }

    /** A vector or scalar expression as series: a scalar is one series without labels. */
    List<StepSeries> series(Expr expr, Grid grid) {
        if (expr.type() == ValueType.SCALAR) {
            double[] scalar = scalar(expr, grid);
            StepValues values = new StepValues(grid.steps());
            for (int step = 0; step < scalar.length; step++) {
                values.set(step, scalar[step]);
            }
            return List.of(new StepSeries(Labels.EMPTY, false, values));
        }
        return NameRemoval.finish(vector(expr, grid).toList(context));
    }

    private static StepSeries repeated(StepSeries series, int steps) {
        StepValues values = new StepValues(steps);
        if (series.values().has(0)) {
            for (int step = 0; step < steps; step++) {
                FloatHistogram histogram = series.values().histogram(0);
                if (histogram == null) {
                    values.set(step, series.values().value(0));
                } else {
                    values.set(step, histogram);
                }
            }
        }
        return series.withValues(values);
    }

    private static StepValues negated(StepValues values) {
        StepValues result = new StepValues(values.steps());
        for (int step = 0; step < values.steps(); step++) {
            if (values.has(step)) {
                FloatHistogram histogram = values.histogram(step);
                if (histogram == null) {
                    result.set(step, -values.value(step));
                } else {
                    result.set(step, histogram.multiply(-1));
                }
            }
        }
        return result;
    }
}
