package io.millrace.storage;

/**
 * How far the writer of a partition of the topic {@code samples} is.
 *
 * @param offset everything below is stored
 * @param durableUntilMs receive time of the last record of which everything before it is stored, ms since the epoch
 * @param updatedMs when this was noted, ms since the epoch
 */
public record PartitionProgress(int partition, long offset, long durableUntilMs, long updatedMs) {}
