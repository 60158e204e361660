package io.millrace.writer.chunk;

/**
 * When chunks are sealed.
 *
 * @param maxSamples samples in a chunk
 * @param maxBytes encoded bytes in a chunk; a single histogram may be larger
 * @param flushIntervalMs how long a chunk stays in memory at most, by the receive time of the records: the bound of what
 *     is replayed after a crash
 */
public record ChunkRules(int maxSamples, int maxBytes, long flushIntervalMs) {
    /** Milliseconds in a day. A chunk never crosses midnight UTC. */
    static final long DAY_MS = 86_400_000;

    static int day(long timestampMs) {
        return (int) Math.floorDiv(timestampMs, DAY_MS);
    }
}
