package io.millrace.promql.eval;

import io.millrace.promql.histogram.FloatHistogram;

/**
 * What a range function sees at one step: the samples with {@code rangeStartMs < time <= rangeEndMs}. Moves forward over
 * the samples of one series, so that all windows of a series together cost one pass. Reused; not thread-safe.
 */
final class Window {
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

    long time(int index) {
        return samples.floatTimes[floatFrom + index];
    }

    /** The start timestamp of a float in ms, 0 where the sender did not say. */
    long start(int index) {
        return samples.floatStarts[floatFrom + index];
    }

    int histograms() {
        return histogramTo - histogramFrom;
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
