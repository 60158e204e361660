package io.millrace.testkit.prometheus;

import io.millrace.model.Labels;
import java.util.List;

/**
 * All samples of one series in a range of time, stale markers included, in the order of their timestamps.
 *
 * @param labels with the metric name
 */
public record RawSeries(Labels labels, List<RawSample> samples) {

    public RawSeries {
        samples = List.copyOf(samples);
    }

    /**
     * One sample.
     *
     * @param bits the value bit for bit, since NaNs differ
     */
    public record RawSample(long timestampMs, long bits) {
        @Override
        public String toString() {
            return timestampMs + "=" + Double.longBitsToDouble(bits) + "/" + Long.toHexString(bits);
        }
    }
}
