package io.millrace.promql.eval;

import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.promql.histogram.HistogramSum;
import org.jspecify.annotations.Nullable;

/**
 * What a range function sees at one step: the samples with {@code rangeStartMs < time <= rangeEndMs}. Moves forward over
 * the samples of one series, so that all windows of a series together cost one pass. Reused; not thread-safe.
 */
final class Window {
    private final CounterIndex counter = new CounterIndex();
    private final SlidingExtreme extreme = new SlidingExtreme();
    private final SlidingSum sum = new SlidingSum();
    private final SlidingLine line = new SlidingLine();
    private final SlidingOrder order = new SlidingOrder();
    private final SlidingHistograms histogramSum = new SlidingHistograms();
    private RangeSamples samples = new RangeSamples();
    private int floatFrom;
    private int floatTo;
    private int histogramFrom;
    private int histogramTo;
    private long rangeStartMs;
    private long rangeEndMs;
    private long stepTimeMs;
    private long beforeMs;
    private long afterMs;

    /**
     * Lets windows reach beyond their ranges, as {@code anchored} and {@code smoothed} selectors need it.
     *
     * @param pastEnd whether into the future of the range, too
     */
    void extendedBy(long lookbackMs, boolean pastEnd) {
        beforeMs = lookbackMs;
        afterMs = pastEnd ? lookbackMs : 0;
    }

    /** Whether windows reach past the ends of their ranges. */
    boolean reachesPastEnd() {
        return afterMs > 0;
    }

    /** Starts on another series. */
    void reset(RangeSamples newSamples) {
        samples = newSamples;
        counter.clear();
        extreme.clear();
        sum.clear();
        line.clear();
        order.clear();
        histogramSum.restart();
        floatFrom = 0;
        floatTo = 0;
        histogramFrom = 0;
        histogramTo = 0;
    }

    /** Moves to a window that begins and ends no earlier than the one before. */
    void moveTo(long newRangeStartMs, long newRangeEndMs, long newStepTimeMs) {
        rangeStartMs = newRangeStartMs;
        rangeEndMs = newRangeEndMs;
        stepTimeMs = newStepTimeMs;
        long windowStart = newRangeStartMs - beforeMs;
        long windowEnd = newRangeEndMs + afterMs;
        while (floatTo < samples.floatCount && samples.floatTimes[floatTo] <= windowEnd) {
            floatTo++;
        }
        while (floatFrom < floatTo && samples.floatTimes[floatFrom] <= windowStart) {
            floatFrom++;
        }
        while (histogramTo < samples.histogramCount && samples.histogramTimes[histogramTo] <= windowEnd) {
            histogramTo++;
        }
        while (histogramFrom < histogramTo && samples.histogramTimes[histogramFrom] <= windowStart) {
            histogramFrom++;
        }
    }

    int floats() {
        return floatTo - floatFrom;
    }

    double value(int index) {
        return samples.floats[floatFrom + index];
    }

    /** Adds all floats to a sum. */
    void sum(KahanSum result) {
        sum.addTo(result, samples, floatFrom, floatTo);
    }

    /** Mean, variance and slope of the floats; valid until the window moves. */
    SlidingLine.Moments moments() {
        return line.moments(samples, floatFrom, floatTo);
    }

    /** The floats in order; valid until the window moves. */
    SlidingOrder ordered() {
        order.moveTo(samples, floatFrom, floatTo);
        return order;
    }

    /** How many seconds a time is after the first float of the series. */
    double seconds(long timeMs) {
        return (timeMs - samples.floatTimes[0]) / 1000.0;
    }

    long time(int index) {
        return samples.floatTimes[floatFrom + index];
    }

    /** The start timestamp of a float in ms, 0 where the sender did not say. */
    long start(int index) {
        return samples.floatStarts[floatFrom + index];
    }

    /**
     * The last float up to one in the window that a counter reset lies right before; 0 or less when none does. That of the
     * first is before the window.
     */
    int lastReset(int index) {
        return counter.lastReset(samples, floatFrom + index) - floatFrom;
    }

    /** How often a counter of floats was reset. */
    int resets() {
        return counter.resets(samples, floatTo - 1) - counter.resets(samples, floatFrom);
    }

    /** Likewise the last float whose start timestamp lies in the time of the float before. */
    int lastOverlap(int index) {
        return counter.lastOverlap(samples, floatFrom + index) - floatFrom;
    }

    /** How often floats differ from the one before. */
    int changes() {
        return counter.changes(samples, floatTo - 1) - counter.changes(samples, floatFrom);
    }

    /** Where the greatest or least float is; see {@link SlidingExtreme#index}. */
    int extreme(boolean max, boolean latest) {
        return extreme.index(samples, floatFrom, floatTo, max, latest) - floatFrom;
    }

    int histograms() {
        return histogramTo - histogramFrom;
    }

    /** The sum of all histograms; null when they should be added one by one. */
    @Nullable
    HistogramSum histogramSum() {
        return histogramSum.sum(samples, histogramFrom, histogramTo);
    }

    FloatHistogram histogram(int index) {
        return samples.histograms[histogramFrom + index];
    }

    long histogramTime(int index) {
        return samples.histogramTimes[histogramFrom + index];
    }

    long histogramStart(int index) {
        return samples.histogramStarts[histogramFrom + index];
    }

    boolean isEmpty() {
        return floatFrom == floatTo && histogramFrom == histogramTo;
    }

    /** The exclusive begin of the window, ms, offset applied. */
    long rangeStartMs() {
        return rangeStartMs;
    }

    /** The inclusive end of the window, ms, offset applied. */
    long rangeEndMs() {
        return rangeEndMs;
    }

    /** The time of the step, ms, without offset. */
    long stepTimeMs() {
        return stepTimeMs;
    }
}
