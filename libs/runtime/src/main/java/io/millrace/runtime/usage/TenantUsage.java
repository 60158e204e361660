package io.millrace.runtime.usage;

/**
 * What a tenant uses, over all partitions, as last published.
 *
 * @param activeSeries series with a sample in the last 20 minutes
 * @param knownSeries series remembered, active or not
 * @param samplesPerSecond samples accepted, float and histogram
 * @param bytesPerSecond of records of {@code received}
 * @param newSeriesPerMinute how often a series was new
 * @param refusedPerSecond samples, histograms and exemplars refused by the processor
 * @param samples accepted in all, float and histogram
 * @param refused in all, by the processor
 */
public record TenantUsage(
        long activeSeries,
        long knownSeries,
        double samplesPerSecond,
        double bytesPerSecond,
        double newSeriesPerMinute,
        double refusedPerSecond,
        long samples,
        long refused) {
    public static final TenantUsage NONE = new TenantUsage(0, 0, 0, 0, 0, 0, 0, 0);
}
