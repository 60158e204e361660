package io.millrace.query.read;

import io.millrace.storage.ChunkRow;
import io.millrace.wire.chunk.PlacedChunk;
import io.millrace.wire.openchunks.OpenChunk;

/**
 * A chunk of a series, from the store or from a writer.
 *
 * @param startMs timestamp of the first sample
 * @param endMs timestamp of the last sample
 * @param offset position of the first sample in the topic {@code samples}: the higher one wins a timestamp
 * @param encoding of a row, see {@link io.millrace.wire.chunk.Chunks}
 */
public record StoredChunk(long startMs, long endMs, long offset, int samples, byte encoding, byte[] data)
        implements PlacedChunk {
    static StoredChunk of(ChunkRow row) {
        return new StoredChunk(row.startMs(), row.endMs(), row.offset(), row.samples(), row.encoding(), row.data());
    }

    static StoredChunk of(OpenChunk chunk) {
        return new StoredChunk(
                chunk.startMs(), chunk.endMs(), chunk.offset(), chunk.samples(), chunk.encoding(), chunk.data());
    }
}
