package io.millrace.promql.eval;

import io.millrace.model.WindowAggregates;
import java.util.Set;

/**
 * Range functions over what the samples come to in windows, where the range of every step begins and ends with one: the same
 * results as over the samples, but for the order in which floats are added.
 *
 * <p>Each window is taken up twice, however many ranges it is in: a boundary parts the range, and of the windows before it
 * there is one result for each, of it and all up to the boundary; see {@link SlidingFold}. Reused; not thread-safe.
 */
final class AggregatedRange {
    /** Below it reading samples costs little. */
    static final long MIN_SPAN_MS = 86_400_000;

    private static final Set<String> FUNCTIONS = Set.of(
            "avg_over_time",
            "count_over_time",
            "delta",
            "first_over_time",
            "increase",
            "last_over_time",
            "max_over_time",
            "min_over_time",
            "present_over_time",
            "rate",
            "sum_over_time");

    private final RangeCall call;
    private final WindowAggregates newer = WindowAggregates.ofAll();
    private final WindowAggregates range = WindowAggregates.ofAll();
    private WindowAggregates[] older = new WindowAggregates[0];
    private int begin;
    private int boundary;
    private int end;

    AggregatedRange(RangeCall call) {
        this.call = call;
    }

    /** Whether a function can do with aggregates. */
    static boolean knows(String function) {
        return FUNCTIONS.contains(function);
    }

    /** Sets the results of one series. */
    void evaluate(WindowAggregates windows, RangeStream ranges, StepValues values) {
        begin = 0;
        boundary = 0;
        end = 0;
        int from = 0;
        int to = 0;
        for (int step = 0; step < values.steps(); step++) {
            long endMs = ranges.windowEndMs(step);
            long startMs = endMs - ranges.rangeMs();
            while (to < windows.size() && windows.end(to) <= endMs) {
                to++;
            }
            while (from < to && windows.end(from) <= startMs) {
                from++;
            }
            if (from < to) {
                fold(windows, from, to);
                set(startMs, endMs, values, step);
            }
        }
        call.context().checkAlive();
    }

    /** Leaves in {@link #range} what windows {@code from} to {@code to - 1} come to. */
    private void fold(WindowAggregates windows, int from, int to) {
        if (from >= boundary) {
            begin = from;
            boundary = to;
            end = to;
            newer.clear();
            foldBackwards(windows, from, to);
        }
        while (end < to) {
            newer.add(windows, end++);
        }
        range.clear();
        range.add(older[from - begin], 0);
        if (newer.size() > 0) {
            range.add(newer, 0);
        }
    }

    private void foldBackwards(WindowAggregates windows, int from, int to) {
        if (older.length < to - from) {
            WindowAggregates[] more = new WindowAggregates[to - from];
            for (int i = 0; i < more.length; i++) {
                more[i] = i < older.length ? older[i] : WindowAggregates.ofAll();
            }
            older = more;
        }
        for (int i = to - 1; i >= from; i--) {
            WindowAggregates each = older[i - from];
            each.clear();
            each.add(windows, i);
            if (i < to - 1) {
                each.add(older[i - from + 1], 0);
            }
        }
    }

    private void set(long startMs, long endMs, StepValues values, int step) {
        switch (call.function()) {
            case "avg_over_time" -> values.set(step, range.mean(0));
            case "count_over_time" -> values.set(step, range.count(0));
            case "first_over_time" -> values.set(step, range.first(0));
            case "last_over_time" -> values.set(step, range.last(0));
            case "max_over_time" -> values.set(step, range.max(0));
            case "min_over_time" -> values.set(step, range.min(0));
            case "present_over_time" -> values.set(step, 1);
            case "sum_over_time" -> values.set(step, range.sum(0));
            case "delta" -> change(startMs, endMs, false, false, values, step);
            case "increase" -> change(startMs, endMs, true, false, values, step);
            case "rate" -> change(startMs, endMs, true, true, values, step);
            default -> throw new IllegalStateException("no aggregates for " + call.function());
        }
    }

    private void change(long startMs, long endMs, boolean counter, boolean perSecond, StepValues values, int step) {
        if (range.count(0) < 2) {
            return;
        }
        double first = range.first(0);
        double change = range.last(0) - first + (counter ? range.resets(0) : 0);
        double toZero = counter ? RateFunctions.toZero(first, change) : Double.POSITIVE_INFINITY;
        double stretch = RateFunctions.stretch(
                call, startMs, endMs, range.firstTime(0), range.lastTime(0), range.count(0), toZero, perSecond);
        values.set(step, change * stretch);
    }
}
