package io.millrace.promql.eval;

import io.millrace.model.NativeHistogram;
import io.millrace.model.SampleColumns;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.promql.storage.Selection;
import io.millrace.promql.storage.SeriesSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Streams an instant vector selector: at each step the newest sample with {@code t - lookback < time <= t}, nothing when
 * that sample is a stale marker.
 */
final class InstantSelector implements SeriesStream {
    private final QueryContext context;
    private final VectorSelector selector;
    private final Grid grid;
    private final Content content;
    private final SeriesSet series;
    private final PartedSeries parts;
    private final long lookbackMs;

    /** What the values are. */
    enum Content {
        /** The samples. */
        SAMPLE,
        /** The samples' own times in seconds, as {@code timestamp()} wants them. */
        TIME,
        /** Their start timestamps in seconds, 0 where there is none. */
        START_TIME
    }

    InstantSelector(QueryContext context, VectorSelector selector, Grid grid, Content content, String function) {
        this.context = context;
        this.selector = selector;
        this.grid = grid;
        this.content = content;
        this.lookbackMs = context.lookbackMs();
        this.series = context.select(
                selector,
                new Selection(
                        selector.matchers(),
                        lookTime(0) - lookbackMs + 1,
                        lookTime(grid.steps() - 1),
                        new Selection.Hints(function, context.stepMs(), 0, List.of(), false)));
        this.parts = new PartedSeries(
                context,
                series,
                grid.steps(),
                lookTime(grid.steps() - 1) - lookTime(0) + lookbackMs,
                own -> current -> evaluate(own, current));
    }

    private long lookTime(int step) {
        var at = selector.at();
        return (at == null ? grid.time(step) : at.timestampMs()) - selector.offsetMs();
    }

    @Override
    public @Nullable StepSeries next() {
        return parts.next();
    }

    private @Nullable StepSeries evaluate(QueryContext own, SeriesSet current) {
        SampleColumns samples = current.samples();
        own.countRead(samples.size());
        StepValues values = evaluate(samples);
        return values.isEmpty() ? null : new StepSeries(current.labels(), false, values);
    }

    private StepValues evaluate(SampleColumns samples) {
        StepValues values = new StepValues(grid.steps());
        int newest = -1;
        boolean workOutHints = context.isStatisticsOnly(selector);
        FloatHistogram converted = null;
        int convertedAt = -1;
        for (int step = 0; step < grid.steps(); step++) {
            long time = lookTime(step);
            while (newest + 1 < samples.size() && samples.timestamp(newest + 1) <= time) {
                newest++;
            }
            if (newest < 0 || samples.timestamp(newest) <= time - lookbackMs || samples.isStale(newest)) {
                continue;
            }
            NativeHistogram histogram = samples.histogram(newest);
            if (content == Content.TIME) {
                values.set(step, samples.timestamp(newest) / 1000.0);
            } else if (content == Content.START_TIME) {
                values.set(step, samples.startTimestamp(newest) / 1000.0);
            } else if (histogram == null) {
                values.set(step, samples.value(newest));
            } else {
                if (converted == null || convertedAt != newest) {
                    converted = FloatHistogram.of(histogram);
                    NativeHistogram before = newest > 0 ? samples.histogram(newest - 1) : null;
                    if (workOutHints && before != null) {
                        converted = RangeSamples.withHint(converted, FloatHistogram.of(before));
                    }
                    convertedAt = newest;
                }
                values.set(step, converted);
            }
        }
        return values;
    }

    @Override
    public void close() {
        parts.close();
        series.warnings().forEach(context.annotations()::warnPlain);
        series.close();
    }
}
