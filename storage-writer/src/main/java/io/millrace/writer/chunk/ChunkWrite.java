package io.millrace.writer.chunk;

import io.millrace.storage.ChunkBucket;
import io.millrace.storage.MetricChunk;
import java.util.List;

/**
 * Sealed chunks on their way to the store. They can be read from their bucket until {@link #durable} is called.
 *
 * @param target where they are stored
 * @param bytes of the chunks' data
 */
public record ChunkWrite(Bucket source, ChunkBucket target, List<MetricChunk> chunks, long bytes) {
    /** The store has them: they leave memory, and their offsets need not be held any more. For the owner thread. */
    public void durable() {
        source.durable(this);
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
