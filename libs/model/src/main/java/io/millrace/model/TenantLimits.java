package io.millrace.model;

import java.time.Duration;

/**
 * What a tenant may send. Zero or negative is never "unlimited": every limit is a positive number.
 *
 * @param maxLabelsPerSeries labels in one series, the metric name included
 * @param maxLabelNameBytes UTF-8 bytes of one label name
 * @param maxLabelValueBytes UTF-8 bytes of one label value
 * @param maxLabelsBytes UTF-8 bytes of all names and values of a series together
 * @param futureWindow how far ahead of the gateway's clock a sample may be
 * @param pastWindow how old a sample may be
 * @param maxActiveSeries series with a sample in the last 20 minutes
 * @param maxSamplesPerSecond samples per second, over all gateways
 * @param maxSeriesPerMetric active series with the same metric name
 * @param maxNewSeriesPerMinute series that become active within a minute
 * @param maxHaClusters clusters with high-availability replicas, see the instance's settings
 */
public record TenantLimits(
        int maxLabelsPerSeries,
        int maxLabelNameBytes,
        int maxLabelValueBytes,
        int maxLabelsBytes,
        Duration futureWindow,
        Duration pastWindow,
        long maxActiveSeries,
        long maxSamplesPerSecond,
        long maxSeriesPerMetric,
        long maxNewSeriesPerMinute,
        int maxHaClusters) {

    /** What an instance gets that nobody configured. */
    public static final TenantLimits DEFAULT =
            new TenantLimits(64, 1024, 4096, 16384, Duration.ofMinutes(10), Duration.ofDays(14), 1_000_000, 200_000);

    /** These limits, the defaults for all others. */
    public TenantLimits(
            int maxLabelsPerSeries,
            int maxLabelNameBytes,
            int maxLabelValueBytes,
            int maxLabelsBytes,
            Duration futureWindow,
            Duration pastWindow,
            long maxActiveSeries,
            long maxSamplesPerSecond) {
        this(
                maxLabelsPerSeries,
                maxLabelNameBytes,
                maxLabelValueBytes,
                maxLabelsBytes,
                futureWindow,
                pastWindow,
                maxActiveSeries,
                maxSamplesPerSecond,
                200_000,
                1_000_000,
                100);
    }

    /** These limits with others on the number of series. */
    public TenantLimits withSeries(long newMaxActiveSeries, long newMaxSeriesPerMetric, long newMaxNewSeriesPerMinute) {
        return new TenantLimits(
                maxLabelsPerSeries,
                maxLabelNameBytes,
                maxLabelValueBytes,
                maxLabelsBytes,
                futureWindow,
                pastWindow,
                newMaxActiveSeries,
                maxSamplesPerSecond,
                newMaxSeriesPerMetric,
                newMaxNewSeriesPerMinute,
                maxHaClusters);
    }
}
