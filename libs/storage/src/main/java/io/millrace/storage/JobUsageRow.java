package io.millrace.storage;

/**
 * Metering of a job of a tenant in one hour, as one partition of the processor counted it. The sum over the partitions is
 * the job's, the sum over the jobs the tenant's.
 *
 * @param hour hours since 1970-01-01 UTC
 * @param partition the partition that counted
 * @param job value of the label {@code job}; "" for series without one
 * @param samples samples accepted in the hour, float and histogram
 * @param bytes labels and items of its series, as received in the hour
 * @param activeSeries greatest number of active series in the hour
 */
public record JobUsageRow(int hour, int partition, String job, long samples, long bytes, long activeSeries) {}
