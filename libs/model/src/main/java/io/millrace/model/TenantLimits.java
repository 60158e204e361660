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
 */
public record TenantLimits(
        int maxLabelsPerSeries,
        int maxLabelNameBytes,
        int maxLabelValueBytes,
        int maxLabelsBytes,
        Duration futureWindow,
        Duration pastWindow,
        long maxActiveSeries,
        long maxSamplesPerSecond) {

    /** What an instance gets that nobody configured. */
    public static final TenantLimits DEFAULT =
            new TenantLimits(64, 1024, 4096, 16384, Duration.ofMinutes(10), Duration.ofDays(14), 1_000_000, 200_000);
}
