package io.millrace.promql.eval;

import io.millrace.model.WindowAggregates;
import io.millrace.promql.ast.MatrixSelector;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.ast.VectorSelector.Extension;
import io.millrace.promql.storage.Selection;
import io.millrace.promql.storage.SeriesSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Streams a range vector selector: for each series all samples that any window of the grid can see. */
final class RangeSelector implements RangeStream {
    private final QueryContext context;
    private final VectorSelector selector;
    private final long rangeMs;
    private final Grid grid;
    private final SeriesSet series;
    private final RangeSamples samples = new RangeSamples();

    RangeSelector(QueryContext context, MatrixSelector matrix, Grid grid, String function) {
        this.context = context;
        this.selector = matrix.selector();
        this.rangeMs = matrix.rangeMs();
        this.grid = grid;
        this.series = context.select(
                selector,
                new Selection(
                        selector.matchers(),
                        windowEndMs(0) - rangeMs + 1 - beforeMs(),
                        windowEndMs(grid.steps() - 1) + afterMs(),
                        new Selection.Hints(
                                function, context.stepMs(), rangeMs, List.of(), false, windowMs(function))));
    }

    /** The longest windows that say all the function asks of the samples; 0 for none. */
    private int windowMs(String function) {
        long firstEnd = windowEndMs(0);
        long lastEnd = windowEndMs(grid.steps() - 1);
        if (selector.extension() != Extension.NONE
                || lastEnd - firstEnd + rangeMs < AggregatedRange.MIN_SPAN_MS
                || !AggregatedRange.knows(function)) {
            return 0;
        }
        int longest = 0;
        for (int lengthMs : WindowAggregates.LENGTHS_MS) {
            boolean aligned = firstEnd % lengthMs == 0
                    && rangeMs % lengthMs == 0
                    && (lastEnd == firstEnd || grid.stepMs() % lengthMs == 0);
            if (aligned && lengthMs <= context.maxWindowMs()) {
                longest = lengthMs;
            }
        }
        return longest;
    }

    /** How far before their ranges {@code anchored} and {@code smoothed} look. */
    private long beforeMs() {
        return selector.extension() == Extension.NONE ? 0 : context.lookbackMs();
    }

    private long afterMs() {
        return selector.extension() == Extension.SMOOTHED ? context.lookbackMs() : 0;
    }

    @Override
    public long windowEndMs(int step) {
        var at = selector.at();
        return (at == null ? grid.time(step) : at.timestampMs()) - selector.offsetMs();
    }

    @Override
    public long rangeMs() {
        return rangeMs;
    }

    @Override
    public @Nullable RangeSeries next() {
        return series.next() ? read(context, series, samples) : null;
    }

    private RangeSeries read(QueryContext own, SeriesSet from, RangeSamples into) {
        WindowAggregates windows = from.windows();
        if (windows != null) {
            own.countRead(windows.size());
            return new RangeSeries(from.labels(), false, into, windows);
        }
        own.countRead(from.samples().size());
        into.fill(own, from.samples(), own.options().useStartTimestamps(), own.isStatisticsOnly(selector));
        return new RangeSeries(from.labels(), false, into);
    }

    /**
     * The values of a function of each series, worked out on free cores where that is worth it.
     *
     * @param evaluations makes the function for one thread
     */
    SeriesStream evaluated(Function<QueryContext, RangeEvaluation> evaluations) {
        long spanMs = windowEndMs(grid.steps() - 1) - windowEndMs(0) + rangeMs;
        PartedSeries parts = new PartedSeries(context, series, grid.steps(), spanMs, own -> {
            RangeEvaluation evaluation = evaluations.apply(own);
            RangeSamples room = new RangeSamples();
            return current -> evaluation.evaluate(read(own, current, room));
        });
        return new SeriesStream() {
            @Override
            public @Nullable StepSeries next() {
                return parts.next();
            }

            @Override
            public void close() {
                parts.close();
                RangeSelector.this.close();
            }
        };
    }

    @Override
    public void close() {
        series.warnings().forEach(context.annotations()::warnPlain);
        series.close();
    }
}
