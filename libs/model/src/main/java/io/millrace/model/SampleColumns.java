package io.millrace.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Samples of one series as parallel arrays that grow: timestamp in ms, float value or native histogram, start timestamp.
 * Decoders fill it, the query engine reads it. Reused between series by {@link #clear}. Not thread-safe.
 *
 * <p>Values keep NaN payloads (see {@link StaleMarker}). The order is the order of appending; {@link #isSorted} tells
 * whether timestamps rise strictly.
 */
public final class SampleColumns {
    private long[] timestamps;
    private double[] values;
    private @Nullable NativeHistogram @Nullable [] histograms;
    private long @Nullable [] startTimestamps;
    private int size;
    private boolean sorted = true;

    public SampleColumns() {
        this(128);
    }

    public SampleColumns(int capacity) {
        timestamps = new long[Math.max(capacity, 1)];
        values = new double[timestamps.length];
    }

    public int size() {
        return size;
    }

    public long timestamp(int index) {
        return timestamps[index];
    }

    /** The float value; the sum where the sample is a histogram. */
    public double value(int index) {
        return values[index];
    }

    /** The histogram, or null where the sample is a float. */
    public @Nullable NativeHistogram histogram(int index) {
        return histograms == null ? null : histograms[index];
    }

    /** Whether any sample since {@link #clear} is a histogram. */
    public boolean hasHistograms() {
        return histograms != null;
    }

    /** When the counter began, in ms; 0 where the sender did not say. */
    public long startTimestamp(int index) {
        return startTimestamps == null ? 0 : startTimestamps[index];
    }

    /** Whether the value, or the sum of the histogram, is the stale marker. */
    public boolean isStale(int index) {
        return StaleMarker.is(values[index]);
    }

    /** Whether timestamps rise strictly. */
    public boolean isSorted() {
        return sorted;
    }

    /** The array behind {@link #timestamp}; valid up to {@link #size} and until the next append. Do not change. */
    public long[] timestamps() {
        return timestamps;
    }

    /** The array behind {@link #value}; valid up to {@link #size} and until the next append. Do not change. */
    public double[] values() {
        return values;
    }

    public void add(long timestampMs, double value) {
        int index = grow(timestampMs);
        values[index] = value;
        if (histograms != null) {
            histograms[index] = null;
        }
        if (startTimestamps != null) {
            startTimestamps[index] = 0;
        }
    }

    public void add(long timestampMs, NativeHistogram histogram) {
        int index = grow(timestampMs);
        if (histograms == null) {
            histograms = new NativeHistogram[timestamps.length];
        }
        histograms[index] = histogram;
        values[index] = histogram.sum();
        if (startTimestamps != null) {
            startTimestamps[index] = 0;
        }
    }

    /** Copies sample {@code index} of another buffer. */
    public void addFrom(SampleColumns source, int index) {
        NativeHistogram histogram = source.histogram(index);
        if (histogram == null) {
            add(source.timestamps[index], source.values[index]);
        } else {
            add(source.timestamps[index], histogram);
        }
        long start = source.startTimestamp(index);
        if (start != 0) {
            setStartTimestamp(start);
        }
    }

    /** Sets the start timestamp of the sample appended last. */
    public void setStartTimestamp(long startMs) {
        if (startTimestamps == null) {
            startTimestamps = new long[timestamps.length];
        }
        startTimestamps[size - 1] = startMs;
    }

    public void clear() {
        size = 0;
        sorted = true;
        histograms = null;
        startTimestamps = null;
    }

    private int grow(long timestampMs) {
        if (size == timestamps.length) {
            int capacity = size * 2;
            timestamps = Arrays.copyOf(timestamps, capacity);
            values = Arrays.copyOf(values, capacity);
            if (histograms != null) {
                histograms = Arrays.copyOf(histograms, capacity);
            }
            if (startTimestamps != null) {
                startTimestamps = Arrays.copyOf(startTimestamps, capacity);
            }
        }
        if (size > 0 && timestampMs <= timestamps[size - 1]) {
            sorted = false;
        }
        timestamps[size] = timestampMs;
        return size++;
    }
}
