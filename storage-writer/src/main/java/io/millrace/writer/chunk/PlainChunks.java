package io.millrace.writer.chunk;

import io.millrace.model.SeriesId;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.MetricChunk;
import io.millrace.wire.chunk.ChunkEncoding;
import io.millrace.wire.chunk.XorChunkPool;
import io.millrace.wire.openchunks.OpenChunk;

/**
 * The chunks of a partition that take floats in order and nothing else, which is nearly all of them, in flat arrays. A series
 * that needs more becomes an {@link OpenSeries} until its next flush. For the owner thread.
 *
 * <p>Memory of a series with its chunk: 64 bytes of record, a slot of 32 bytes in a {@link SeriesTable} that is 38 to 75 %
 * full, 4 bytes in the list of its bucket, and 64 for every 56 bytes of the stream begun. Measured: 340 bytes, when a chunk
 * has 40 samples on average.
 */
final class PlainChunks {
    /** The words a chunk has for us: {@link GrowingChunk#position}, and received:63 moved:1. */
    private static final int POSITION = 0;

    private static final int RECEIVED = 1;
    private static final long MOVED = 1;

    private final XorChunkPool pool = new XorChunkPool();
    /** What {@link XorChunkPool#touch} gave, so that it is not left out. */
    @SuppressWarnings("UnusedVariable")
    private long touched;

    int begin(int slot, long timestampMs, long valueBits, long position, long receivedMs) {
        int chunk = pool.begin(timestampMs, valueBits);
        pool.setNumber(chunk, slot);
        pool.setWord(chunk, POSITION, position);
        pool.setWord(chunk, RECEIVED, receivedMs << 1);
        return chunk;
    }

    /** Begins a new chunk of the same series in the place of one that was sealed. */
    void again(int chunk, long timestampMs, long valueBits, long position, long receivedMs) {
        pool.again(chunk, timestampMs, valueBits);
        pool.setWord(chunk, POSITION, position);
        pool.setWord(chunk, RECEIVED, receivedMs << 1);
    }

    /** Appends a later sample; false when it does not fit and the chunk must be sealed. */
    boolean append(int chunk, long timestampMs, long valueBits, long receivedMs, ChunkRules rules) {
        if (pool.samples(chunk) >= rules.maxSamples()
                || pool.size(chunk) >= rules.maxBytes()
                || ChunkRules.day(timestampMs) != ChunkRules.day(pool.lastTimestampMs(chunk))) {
            return false;
        }
        pool.append(chunk, timestampMs, valueBits);
        if (receivedMs > receivedMs(chunk)) {
            pool.setWord(chunk, RECEIVED, receivedMs << 1);
        }
        return true;
    }

    /** Whether the last sample is this one. */
    boolean endsWith(int chunk, long timestampMs, long valueBits) {
        return pool.lastTimestampMs(chunk) == timestampMs && pool.lastValueBits(chunk) == valueBits;
    }

    void touch(int chunk) {
        touched ^= pool.touch(chunk);
    }

    void moved(int chunk, int slot) {
        pool.setNumber(chunk, slot);
    }

    int slot(int chunk) {
        return pool.number(chunk);
    }

    long position(int chunk) {
        return pool.word(chunk, POSITION);
    }

    private long receivedMs(int chunk) {
        return pool.word(chunk, RECEIVED) >> 1;
    }

    long lastTimestampMs(int chunk) {
        return pool.lastTimestampMs(chunk);
    }

    int size(int chunk) {
        return pool.size(chunk);
    }

    int samples(int chunk) {
        return pool.samples(chunk);
    }

    int day(int chunk) {
        return ChunkRules.day(pool.lastTimestampMs(chunk));
    }

    MetricChunk seal(int chunk, SeriesId id, String metric) {
        return new MetricChunk(
                metric,
                receivedMs(chunk),
                new ChunkRow(
                        id,
                        pool.firstTimestampMs(chunk),
                        position(chunk),
                        pool.lastTimestampMs(chunk),
                        pool.samples(chunk),
                        ChunkEncoding.XOR.number(),
                        pool.bytes(chunk)));
    }

    boolean overlaps(int chunk, long fromMs, long toMs) {
        return pool.lastTimestampMs(chunk) >= fromMs && pool.firstTimestampMs(chunk) <= toMs;
    }

    /** A copy as it stands. */
    OpenChunk copy(int chunk, SeriesId id) {
        return new OpenChunk(
                id,
                pool.firstTimestampMs(chunk),
                position(chunk),
                pool.lastTimestampMs(chunk),
                pool.samples(chunk),
                ChunkEncoding.XOR.number(),
                pool.bytes(chunk));
    }

    /** The chunk as an object, which goes on with it. What is left here is an empty entry until {@link #free}. */
    GrowingChunk moveOut(int chunk) {
        GrowingChunk growing = GrowingChunk.resume(pool.bytes(chunk), position(chunk), receivedMs(chunk));
        pool.setWord(chunk, RECEIVED, pool.word(chunk, RECEIVED) | MOVED);
        return growing;
    }

    boolean isMovedOut(int chunk) {
        return (pool.word(chunk, RECEIVED) & MOVED) != 0;
    }

    void free(int chunk) {
        pool.free(chunk);
    }
}
