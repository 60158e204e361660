package io.millrace.storage;

/**
 * Metering of a tenant in one hour, as one partition of the processor counted it. The sum over the partitions is the
 * tenant's.
 *
 * @param hour hours since 1970-01-01 UTC
 * @param partition the partition that counted
 * @param samples samples accepted in the hour
 * @param rejected samples refused in the hour
 * @param bytes bytes of what the gateways took in, before compression between the services
 * @param activeSeries greatest number of active series in the hour
 */
public record UsageRow(int hour, int partition, long samples, long rejected, long bytes, long activeSeries) {}
