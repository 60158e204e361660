package io.millrace.promql.eval;

import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.promql.ast.SubqueryExpr;
import io.millrace.promql.histogram.FloatHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Streams a subquery: the inner expression on a grid of its own, aligned to multiples of its step, as a range vector.
 */
final class Subquery implements RangeStream {
    private final SubqueryExpr expr;
    private final Grid outer;
    private final Grid inner;
    private final SeriesStream series;
    private final RangeSamples samples = new RangeSamples();

    Subquery(Evaluator evaluator, SubqueryExpr expr, Grid outer) {
        this.expr = expr;
        this.outer = outer;
        this.inner = innerGrid(evaluator.context());
        this.series = inner.steps() == 0 ? SeriesStream.EMPTY : evaluator.vector(expr.inner(), inner);
    }

    private Grid innerGrid(QueryContext context) {
        long step = expr.stepMs() == 0 ? context.options().defaultSubqueryStep().toMillis() : expr.stepMs();
        long begin = windowEndMs(0) - expr.rangeMs();
        long start = step * (begin / step);
        if (start <= begin) {
            start += step;
        }
        long end = windowEndMs(outer.steps() - 1);
        return context.grid(start, end, step);
    }

    @Override
    public long windowEndMs(int step) {
        var at = expr.at();
        return (at == null ? outer.time(step) : at.timestampMs()) - expr.offsetMs();
    }

    @Override
    public long rangeMs() {
        return expr.rangeMs();
    }

    @Override
    public @Nullable RangeSeries next() {
        StepSeries next = series.next();
        if (next == null) {
            return null;
        }
        samples.clear();
        StepValues values = next.values();
        for (int step = 0; step < inner.steps(); step++) {
            if (!values.has(step)) {
                continue;
            }
            FloatHistogram histogram = values.histogram(step);
            if (histogram == null) {
                samples.add(inner.time(step), values.value(step), 0);
            } else {
                // Hints speak of the sample before, which need not be the one a step earlier.
                ResetHint hint = histogram.hint() == ResetHint.GAUGE ? ResetHint.GAUGE : ResetHint.UNKNOWN;
                samples.add(inner.time(step), histogram.withHint(hint), 0);
            }
        }
        return new RangeSeries(next.labels(), next.dropName(), samples);
    }

    @Override
    public void close() {
        series.close();
    }
}
