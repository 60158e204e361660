package io.millrace.wire.chunk;

/**
 * Samples of a series that somebody deleted: those of the time range in chunks that lie before a place in the topic {@code
 * samples}. No chunk lies on both sides of that place: the writer cuts all chunks there.
 *
 * @param fromMs first deleted timestamp
 * @param toMs last deleted timestamp
 * @param beforeOffset place of the deletion, on the scale of {@link PlacedChunk#offset}
 */
public record DeletedRange(long fromMs, long toMs, long beforeOffset) {
    /** Whether it takes samples from a chunk. */
    public boolean touches(PlacedChunk chunk) {
        return chunk.offset() < beforeOffset && chunk.startMs() <= toMs && chunk.endMs() >= fromMs;
    }
}
