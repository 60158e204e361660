package io.millrace.writer.partition;

/**
 * Where an owner begins.
 *
 * @param samplesOffset first record of {@code samples} that is not durable
 * @param samplesEnd where {@code samples} ended when the partition was assigned: from there on the owner has caught up
 * @param seriesRegistered first record of {@code series} that is not in the registry
 */
public record OwnerStart(int partition, long samplesOffset, long samplesEnd, long seriesRegistered) {}
