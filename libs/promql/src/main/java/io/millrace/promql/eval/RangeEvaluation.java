package io.millrace.promql.eval;

import io.millrace.model.WindowAggregates;
import io.millrace.promql.ast.Call;
import java.util.Set;

/** A function of range vectors: the value of one series at each step. Belongs to one thread. */
final class RangeEvaluation {
    private static final Set<String> KEEP_NAME = Set.of("last_over_time", "first_over_time");

    /** After how many windows of one series to look whether the query should end, less one; a power of two less one. */
    private static final int CHECK_EVERY = 255;

    private final QueryContext context;
    private final Grid grid;
    private final RangeStream ranges;
    private final RangeFunction function;
    private final RangeCall rangeCall;
    private final boolean keepsName;
    private final Window window = new Window();
    private final AggregatedRange aggregated;

    /**
     * @param ranges says where windows are; is not read
     * @param scalars see {@link RangeCall}
     */
    RangeEvaluation(
            QueryContext context,
            Call call,
            Grid grid,
            RangeStream ranges,
            double[][] scalars,
            RangeFunction function) {
        this.context = context;
        this.grid = grid;
        this.ranges = ranges;
        this.function = function;
        this.rangeCall = new RangeCall(context, call, ranges.rangeMs(), scalars);
        this.aggregated = new AggregatedRange(rangeCall);
        this.keepsName = keepsName(call);
    }

    /** Whether series keep the names of their metrics. */
    static boolean keepsName(Call call) {
        return KEEP_NAME.contains(call.function().name());
    }

    StepSeries evaluate(RangeStream.RangeSeries series) {
        StepValues values = new StepValues(grid.steps());
        rangeCall.onSeries(series.labels().metricName());
        WindowAggregates windows = series.windows();
        if (windows == null) {
            overSamples(series.samples(), values);
        } else {
            aggregated.evaluate(windows, ranges, values);
        }
        rangeCall.infoOfNonCounter(values.hasFloats());
        StepSeries result = new StepSeries(series.labels(), series.dropName(), values);
        return keepsName ? result : NameRemoval.drop(context, result, values);
    }

    private void overSamples(RangeSamples samples, StepValues values) {
        window.reset(samples);
        for (int step = 0; step < grid.steps(); step++) {
            if ((step & CHECK_EVERY) == CHECK_EVERY) {
                context.checkAlive();
            }
            long end = ranges.windowEndMs(step);
            window.moveTo(end - ranges.rangeMs(), end, grid.time(step));
            if (!window.isEmpty()) {
                function.apply(window, rangeCall, values, step);
            }
        }
    }
}
