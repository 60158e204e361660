package io.millrace.promql.eval;

import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.promql.ast.AtModifier;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.format.GoString;
import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.promql.histogram.HistogramSum;
import io.millrace.promql.storage.Selection;
import io.millrace.promql.storage.SeriesSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Streams an instant vector selector with {@code smoothed}: at each step the value between the samples before and after it,
 * both within the lookback. Without a sample after it the one before counts, without one before there is nothing.
 */
final class SmoothedSelector implements SeriesStream {
    private final QueryContext context;
    private final VectorSelector selector;
    private final Grid grid;
    private final long lookbackMs;
    private final SeriesSet series;
    private final RangeSamples samples = new RangeSamples();
    private final Window window = new Window();

    SmoothedSelector(QueryContext context, VectorSelector selector, Grid grid) {
        this.context = context;
        this.selector = selector;
        this.grid = grid;
        this.lookbackMs = context.lookbackMs();
        this.series = context.select(
                selector,
                new Selection(
                        selector.matchers(),
                        lookTime(0) - lookbackMs + 1,
                        lookTime(grid.steps() - 1) + lookbackMs,
                        new Selection.Hints("", context.stepMs(), 0, List.of(), false)));
    }

    private long lookTime(int step) {
        AtModifier at = selector.at();
        return (at == null ? grid.time(step) : at.timestampMs()) - selector.offsetMs();
    }

    @Override
    public @Nullable StepSeries next() {
        if (!series.next()) {
            return null;
        }
        context.countRead(series.samples().size());
        samples.fill(
                context, series.samples(), context.options().useStartTimestamps(), context.isStatisticsOnly(selector));
        window.reset(samples);
        StepValues values = new StepValues(grid.steps());
        for (int step = 0; step < grid.steps(); step++) {
            long time = lookTime(step);
            window.moveTo(time - lookbackMs, time + lookbackMs, time);
            if (window.floats() > 0 && window.histograms() > 0) {
                warn("encountered a mix of histograms and floats", series.labels());
            } else if (window.floats() > 0) {
                smoothFloats(time, values, step);
            } else if (window.histograms() > 0) {
                smoothHistograms(time, values, step);
            }
        }
        return new StepSeries(series.labels(), false, values);
    }

    private void warn(String text, Labels labels) {
        context.annotations()
                .warn(
                        text + " for metric name " + GoString.quote(labels.metricName()),
                        context.position(selector.position()));
    }

    private void smoothFloats(long time, StepValues values, int step) {
        int after = 0;
        while (after < window.floats() && window.time(after) < time) {
            after++;
        }
        if (after < window.floats() && window.time(after) == time) {
            values.set(step, window.value(after));
        } else if (after > 0 && after < window.floats()) {
            values.set(
                    step,
                    ExtendedFunctions.interpolate(
                            window.time(after - 1),
                            window.value(after - 1),
                            window.time(after),
                            window.value(after),
                            time,
                            false));
        } else if (after > 0) {
            values.set(step, window.value(after - 1));
        }
    }

    private void smoothHistograms(long time, StepValues values, int step) {
        int after = 0;
        while (after < window.histograms() && window.histogramTime(after) < time) {
            after++;
        }
        boolean any = after < window.histograms();
        if (any && window.histogramTime(after) == time) {
            values.set(step, window.histogram(after));
        } else if (after > 0 && any) {
            FloatHistogram between = between(after, time);
            if (between != null) {
                values.set(step, between);
            }
        } else if (after > 0) {
            values.set(step, window.histogram(after - 1));
        }
    }

    private @Nullable FloatHistogram between(int index, long time) {
        FloatHistogram before = window.histogram(index - 1);
        FloatHistogram after = window.histogram(index);
        if (!before.isCompatible(after)) {
            warn("vector contains a mix of histograms with exponential and custom buckets schemas", series.labels());
            return null;
        }
        double fraction =
                ExtendedFunctions.fraction(window.histogramTime(index - 1), window.histogramTime(index), time);
        boolean counter = before.hint() != ResetHint.GAUGE && after.hint() != ResetHint.GAUGE;
        if (counter && after.detectReset(before)) {
            return after.multiply(fraction);
        }
        HistogramSum sum = ExtendedFunctions.between(before, after, fraction);
        if (sum.boundsReconciled()) {
            String position = context.position(selector.position());
            context.annotations().info("mismatched custom buckets were reconciled during subtraction", position);
            context.annotations().info("mismatched custom buckets were reconciled during addition", position);
        }
        return sum.value();
    }

    @Override
    public void close() {
        series.warnings().forEach(context.annotations()::warnPlain);
        series.close();
    }
}
