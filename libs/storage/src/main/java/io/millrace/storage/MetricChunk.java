package io.millrace.storage;

/**
 * A chunk to be written, with what its bucket does not say.
 *
 * @param receivedMs when the gateway had received the last of its samples, ms since the epoch. The store keeps of two
 *     versions of a chunk (same series, start and offset) the one that was received later, and of equal ones the one with
 *     more samples: a writer that was cut off and comes back cannot replace a chunk with a shorter version of it
 */
public record MetricChunk(String metric, long receivedMs, ChunkRow row) {}
