package io.millrace.wire.openchunks;

import io.millrace.model.SeriesId;

/**
 * A chunk that a writer holds in memory: still growing, or sealed and not yet durable. It has the fields of a stored
 * chunk and merges with stored chunks by the same rule: samples with the same timestamp once, and where values differ
 * the one in the chunk with the higher {@code offset}.
 *
 * @param startMs timestamp of the first sample
 * @param offset position of the first sample in the topic {@code samples}
 * @param endMs timestamp of the last sample
 * @param samples number of samples
 * @param encoding see {@link io.millrace.wire.chunk.ChunkWriter#rowEncoding}
 */
public record OpenChunk(
        SeriesId series, long startMs, long offset, long endMs, int samples, byte encoding, byte[] data) {}
