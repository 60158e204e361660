package io.millrace.model;

import java.util.Arrays;
import java.util.List;

/**
 * What the floats of one series come to in windows of one length: enough for {@code count}, {@code sum}, {@code avg},
 * {@code min}, {@code max}, {@code first}, {@code last}, {@code rate}, {@code increase} and {@code delta} over any range
 * that begins and ends where windows do, to the same result as of the samples themselves.
 *
 * <p>A window is {@code end - length < timestamp <= end}, as the ranges of PromQL are; its end is a multiple of its length
 * since 1970-01-01 UTC. Windows without a sample are not there. Stale markers are not samples. Two aggregates of
 * neighbouring times join to that of both ({@link #add(WindowAggregates, int)}), also within a window.
 *
 * <p>A sum is kept with what rounding has lost (Neumaier). Of minimum and maximum NaN is less than any number, and of equal
 * values the first counts, as in Prometheus. Parallel arrays that grow; reused by {@link #clear}. Not thread-safe.
 */
public final class WindowAggregates {
    /** The lengths that are stored, ms: 5 minutes and 1 hour. Each is a multiple of the one before. */
    public static final List<Integer> LENGTHS_MS = List.of(300_000, 3_600_000);

    private static final int CAPACITY = 16;
    private static final long ALL = Long.MAX_VALUE;
    private static final double GREATEST = 1e290;

    private final long lengthMs;
    private int size;
    private long[] ends = new long[CAPACITY];
    private long[] counts = new long[CAPACITY];
    private double[] sums = new double[CAPACITY];
    private double[] lost = new double[CAPACITY];
    private double[] minima = new double[CAPACITY];
    private double[] maxima = new double[CAPACITY];
    private double[] firsts = new double[CAPACITY];
    private double[] lasts = new double[CAPACITY];
    private double[] resets = new double[CAPACITY];
    private long[] firstTimes = new long[CAPACITY];
    private long[] lastTimes = new long[CAPACITY];

    /** @param lengthMs of a window, above 0 */
    public WindowAggregates(long lengthMs) {
        if (lengthMs <= 0) {
            throw new IllegalArgumentException("a window of " + lengthMs + " ms");
        }
        this.lengthMs = lengthMs;
    }

    /** One window without end, for all that is added. */
    public static WindowAggregates ofAll() {
        return new WindowAggregates(ALL);
    }

    /** Length of a window in ms. */
    public long lengthMs() {
        return lengthMs;
    }

    /** Windows with samples. */
    public int size() {
        return size;
    }

    /** The inclusive end of a window, ms since 1970-01-01 UTC; rises strictly. */
    public long end(int window) {
        return ends[window];
    }

    /** Number of samples, at least 1. */
    public long count(int window) {
        return counts[window];
    }

    public double sum(int window) {
        return Double.isInfinite(sums[window]) ? sums[window] : sums[window] + lost[window];
    }

    /** The arithmetic mean. */
    public double mean(int window) {
        double count = counts[window];
        return Double.isInfinite(sums[window]) ? sums[window] : sums[window] / count + lost[window] / count;
    }

    public double min(int window) {
        return minima[window];
    }

    public double max(int window) {
        return maxima[window];
    }

    public double first(int window) {
        return firsts[window];
    }

    public double last(int window) {
        return lasts[window];
    }

    /** Timestamp of the first sample, ms. */
    public long firstTime(int window) {
        return firstTimes[window];
    }

    /** Timestamp of the last sample, ms. */
    public long lastTime(int window) {
        return lastTimes[window];
    }

    /** The sum of the values that stand right before a lower one: what a counter has lost by being reset. */
    public double resets(int window) {
        return resets[window];
    }

    /** The end of the window that a timestamp is in. */
    public static long endOf(long timestampMs, long lengthMs) {
        return lengthMs == ALL ? ALL : -Math.floorDiv(-timestampMs, lengthMs) * lengthMs;
    }

    /**
     * Whether aggregates say all there is to say of samples: they are floats, have no start timestamps, and are not so great
     * that a sum of years of them overflows where a mean does not.
     */
    public static boolean describes(SampleColumns samples) {
        for (int i = 0; i < samples.size(); i++) {
            double value = samples.value(i);
            boolean great = Math.abs(value) > GREATEST && !Double.isInfinite(value);
            if (great || samples.histogram(i) != null || samples.startTimestamp(i) != 0) {
                return false;
            }
        }
        return true;
    }

    public void clear() {
        size = 0;
    }

    /** Adds samples {@code from} to {@code to - 1}, floats that are later than all before; stale markers are left out. */
    public void add(SampleColumns samples, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!samples.isStale(i)) {
                add(samples.timestamp(i), samples.value(i));
            }
        }
    }

    /** Adds a sample that is later than all before. */
    public void add(long timestampMs, double value) {
        long end = endOf(timestampMs, lengthMs);
        if (size > 0 && ends[size - 1] == end) {
            join(size - 1, 1, value, 0, value, value, value, timestampMs, value, 0);
        } else {
            append(end, 1, value, 0, value, value, timestampMs, value, timestampMs, value, 0);
        }
    }

    /** Adds a window of another series of aggregates, whose samples are later than all before; of any length. */
    public void add(WindowAggregates other, int window) {
        long end = endOf(other.ends[window], lengthMs);
        add(
                end,
                other.counts[window],
                other.sums[window],
                other.lost[window],
                other.minima[window],
                other.maxima[window],
                other.firstTimes[window],
                other.firsts[window],
                other.lastTimes[window],
                other.lasts[window],
                other.resets[window]);
    }

    /** Adds what is known of a window, see the accessors. */
    public void add(
            long end,
            long count,
            double sum,
            double sumLost,
            double min,
            double max,
            long firstTime,
            double first,
            long lastTime,
            double last,
            double reset) {
        if (size > 0 && ends[size - 1] == end) {
            join(size - 1, count, sum, sumLost, min, max, first, lastTime, last, reset);
        } else {
            append(end, count, sum, sumLost, min, max, firstTime, first, lastTime, last, reset);
        }
    }

    private void join(
            int window,
            long count,
            double sum,
            double sumLost,
            double min,
            double max,
            double first,
            long lastTime,
            double last,
            double reset) {
        counts[window] += count;
        addToSum(window, sum);
        lost[window] += sumLost;
        if (min < minima[window] || Double.isNaN(minima[window])) {
            minima[window] = min;
        }
        if (max > maxima[window] || Double.isNaN(maxima[window])) {
            maxima[window] = max;
        }
        resets[window] += reset + (first < lasts[window] ? lasts[window] : 0);
        lasts[window] = last;
        lastTimes[window] = lastTime;
    }

    private void addToSum(int window, double value) {
        double before = sums[window];
        double next = before + value;
        if (Double.isInfinite(next)) {
            lost[window] = 0;
        } else if (Math.abs(before) >= Math.abs(value)) {
            lost[window] += (before - next) + value;
        } else {
            lost[window] += (value - next) + before;
        }
        sums[window] = next;
    }

    private void append(
            long end,
            long count,
            double sum,
            double sumLost,
            double min,
            double max,
            long firstTime,
            double first,
            long lastTime,
            double last,
            double reset) {
        if (size > 0 && end <= ends[size - 1]) {
            throw new IllegalArgumentException("a window that ends at " + end + " after one at " + ends[size - 1]);
        }
        if (size == ends.length) {
            grow();
        }
        ends[size] = end;
        counts[size] = count;
        sums[size] = sum;
        lost[size] = sumLost;
        minima[size] = min;
        maxima[size] = max;
        firstTimes[size] = firstTime;
        firsts[size] = first;
        lastTimes[size] = lastTime;
        lasts[size] = last;
        resets[size] = reset;
        size++;
    }

    private void grow() {
        int capacity = size * 2;
        ends = Arrays.copyOf(ends, capacity);
        counts = Arrays.copyOf(counts, capacity);
        sums = Arrays.copyOf(sums, capacity);
        lost = Arrays.copyOf(lost, capacity);
        minima = Arrays.copyOf(minima, capacity);
        maxima = Arrays.copyOf(maxima, capacity);
        firsts = Arrays.copyOf(firsts, capacity);
        lasts = Arrays.copyOf(lasts, capacity);
        resets = Arrays.copyOf(resets, capacity);
        firstTimes = Arrays.copyOf(firstTimes, capacity);
        lastTimes = Arrays.copyOf(lastTimes, capacity);
    }
}
