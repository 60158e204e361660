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
 * @param maxSamplesPerSecond samples, histograms and exemplars per second, over all gateways
 * @param maxSeriesPerMetric active series with the same metric name
 * @param maxNewSeriesPerMinute series that become active within a minute
 * @param maxHaClusters clusters with high-availability replicas, see the instance's settings
 * @param maxHistogramBuckets buckets of a native histogram; one with more is stored with a lower resolution
 * @param maxExemplarsPerMinute exemplars that are stored
 * @param maxMetadata metric families whose type, help and unit are stored
 * @param maxRequestsPerSecond remote write requests per second, over all gateways
 * @param burstSeconds how many seconds of {@code maxSamplesPerSecond} and {@code maxRequestsPerSecond} may come at once
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
        int maxHaClusters,
        int maxHistogramBuckets,
        long maxExemplarsPerMinute,
        int maxMetadata,
        long maxRequestsPerSecond,
        int burstSeconds) {

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
                100,
                160,
                60_000,
                20_000,
                5_000,
                1);
    }

    /**
     * The most that can be given to an instance, whoever asks. Above it a single tenant could take a process down: a series
     * is 150 bytes of heap in the processor, labels stand in every batch, a histogram must fit its record.
     */
    public static final TenantLimits HARD_CAPS = new TenantLimits(
            1_000,
            16_384,
            65_536,
            131_072,
            Duration.ofDays(1),
            Duration.ofDays(3650),
            100_000_000,
            100_000_000,
            100_000_000,
            100_000_000,
            10_000,
            10_000,
            100_000_000,
            1_000_000,
            1_000_000,
            60);

    /** These limits with another on clusters. */
    public TenantLimits withHaClusters(int newMaxHaClusters) {
        Draft draft = new Draft(this);
        draft.haClusters = newMaxHaClusters;
        return draft.limits();
    }

    /** These limits with others on what is not a sample, and on the size of histograms. */
    public TenantLimits withItems(int newMaxHistogramBuckets, long newMaxExemplarsPerMinute, int newMaxMetadata) {
        Draft draft = new Draft(this);
        draft.histogramBuckets = newMaxHistogramBuckets;
        draft.exemplarsPerMinute = newMaxExemplarsPerMinute;
        draft.metadata = newMaxMetadata;
        return draft.limits();
    }

    /** These limits with others on the number of series. */
    public TenantLimits withSeries(long newMaxActiveSeries, long newMaxSeriesPerMetric, long newMaxNewSeriesPerMinute) {
        Draft draft = new Draft(this);
        draft.activeSeries = newMaxActiveSeries;
        draft.seriesPerMetric = newMaxSeriesPerMetric;
        draft.newSeriesPerMinute = newMaxNewSeriesPerMinute;
        return draft.limits();
    }

    /** These limits with others on how much comes in a second. */
    public TenantLimits withRates(long newMaxSamplesPerSecond, long newMaxRequestsPerSecond, int newBurstSeconds) {
        Draft draft = new Draft(this);
        draft.samplesPerSecond = newMaxSamplesPerSecond;
        draft.requestsPerSecond = newMaxRequestsPerSecond;
        draft.burst = newBurstSeconds;
        return draft.limits();
    }

    /** What of some limits may become other than it was. */
    private static final class Draft {
        private final TenantLimits before;
        private long activeSeries;
        private long samplesPerSecond;
        private long seriesPerMetric;
        private long newSeriesPerMinute;
        private int haClusters;
        private int histogramBuckets;
        private long exemplarsPerMinute;
        private int metadata;
        private long requestsPerSecond;
        private int burst;

        Draft(TenantLimits before) {
            this.before = before;
            activeSeries = before.maxActiveSeries;
            samplesPerSecond = before.maxSamplesPerSecond;
            seriesPerMetric = before.maxSeriesPerMetric;
            newSeriesPerMinute = before.maxNewSeriesPerMinute;
            haClusters = before.maxHaClusters;
            histogramBuckets = before.maxHistogramBuckets;
            exemplarsPerMinute = before.maxExemplarsPerMinute;
            metadata = before.maxMetadata;
            requestsPerSecond = before.maxRequestsPerSecond;
            burst = before.burstSeconds;
        }

        TenantLimits limits() {
            return new TenantLimits(
                    before.maxLabelsPerSeries,
                    before.maxLabelNameBytes,
                    before.maxLabelValueBytes,
                    before.maxLabelsBytes,
                    before.futureWindow,
                    before.pastWindow,
                    activeSeries,
                    samplesPerSecond,
                    seriesPerMetric,
                    newSeriesPerMinute,
                    haClusters,
                    histogramBuckets,
                    exemplarsPerMinute,
                    metadata,
                    requestsPerSecond,
                    burst);
        }
    }
}
