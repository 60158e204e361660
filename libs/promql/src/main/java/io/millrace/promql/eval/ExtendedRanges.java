package io.millrace.promql.eval;

import io.millrace.promql.ast.AtModifier;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.MatrixSelector;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.ast.VectorSelector.Extension;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.storage.Selection;
import io.millrace.promql.storage.SeriesSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Calls of range functions over {@code anchored} and {@code smoothed} selectors. The window reaches beyond the range by the
 * lookback: to the past for both, to the future for {@code smoothed}. The functions, which know the range, are in
 * {@link ExtendedFunctions}.
 */
final class ExtendedRanges implements SeriesStream {
    private static final Map<String, RangeFunction> FUNCTIONS = Map.of(
            "rate", ExtendedFunctions::rate,
            "increase", ExtendedFunctions::increase,
            "delta", ExtendedFunctions::delta,
            "changes", ExtendedFunctions::changes,
            "resets", ExtendedFunctions::resets);
    private static final Set<String> SMOOTHED = Set.of("rate", "increase", "delta");

    private final QueryContext context;
    private final VectorSelector selector;
    private final long rangeMs;
    private final Grid grid;
    private final RangeFunction function;
    private final RangeCall call;
    private final SeriesSet series;
    private final RangeSamples samples = new RangeSamples();
    private final Window window = new Window();

    private ExtendedRanges(QueryContext context, Call expr, MatrixSelector matrix, Grid grid, RangeFunction function) {
        this.context = context;
        this.selector = matrix.selector();
        this.rangeMs = matrix.rangeMs();
        this.grid = grid;
        this.function = function;
        this.call = new RangeCall(
                context, expr, rangeMs, new double[expr.arguments().size()][0]);
        this.series = context.select(
                selector,
                new Selection(
                        selector.matchers(),
                        windowStartMs(0) + 1,
                        windowEndMs(grid.steps() - 1),
                        new Selection.Hints(call.function(), context.stepMs(), rangeMs, List.of(), false)));
    }

    /** @param matrix the argument of {@code expr}, with an extension */
    static SeriesStream of(QueryContext context, Call expr, MatrixSelector matrix, Grid grid) {
        check(expr, matrix);
        RangeFunction function =
                Objects.requireNonNull(FUNCTIONS.get(expr.function().name()));
        return NameRemoval.distinct(context, new ExtendedRanges(context, expr, matrix, grid, function), matrix);
    }

    /** Fails the query when the argument of a call has an extension that the function knows nothing of. */
    static void check(Call expr, Expr argument) {
        Extension extension = argument.unwrapped() instanceof MatrixSelector matrix
                ? matrix.selector().extension()
                : Extension.NONE;
        if (extension == Extension.NONE) {
            return;
        }
        boolean smoothed = extension == Extension.SMOOTHED;
        Set<String> allowed = smoothed ? SMOOTHED : FUNCTIONS.keySet();
        String name = expr.function().name();
        if (!allowed.contains(name)) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    (smoothed ? "smoothed" : "anchored") + " modifier can only be used with: "
                            + String.join(", ", new TreeSet<>(allowed)) + " - not with " + name);
        }
    }

    private long rangeEndMs(int step) {
        AtModifier at = selector.at();
        return (at == null ? grid.time(step) : at.timestampMs()) - selector.offsetMs();
    }

    private long windowStartMs(int step) {
        return rangeEndMs(step) - rangeMs - context.lookbackMs();
    }

    private long windowEndMs(int step) {
        long end = rangeEndMs(step);
        return selector.extension() == Extension.SMOOTHED ? end + context.lookbackMs() : end;
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
        window.extendedBy(context.lookbackMs(), selector.extension() == Extension.SMOOTHED);
        call.onSeries(series.labels().metricName());
        StepValues values = new StepValues(grid.steps());
        for (int step = 0; step < grid.steps(); step++) {
            long end = rangeEndMs(step);
            window.moveTo(end - rangeMs, end, grid.time(step));
            if (!window.isEmpty()) {
                function.apply(window, call, values, step);
            }
        }
        call.infoOfNonCounter(values.hasFloats());
        return NameRemoval.drop(context, new StepSeries(series.labels(), false, values), values);
    }

    @Override
    public void close() {
        series.warnings().forEach(context.annotations()::warnPlain);
        series.close();
    }
}
