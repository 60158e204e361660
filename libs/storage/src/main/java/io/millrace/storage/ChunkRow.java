package io.millrace.storage;

import io.millrace.model.SeriesId;

/**
 * A sealed chunk. Its key within the partition is (series, startMs, offset); writing it twice is writing it once.
 *
 * @param startMs timestamp of the first sample
 * @param offset offset in the topic {@code samples} of the record that held the first sample: tells overlapping chunks
 *     apart, and of two samples with the same timestamp the one in the chunk with the higher offset counts
 * @param endMs timestamp of the last sample
 * @param samples number of samples
 * @param encoding number of the chunk encoding
 */
public record ChunkRow(
        SeriesId series, long startMs, long offset, long endMs, int samples, byte encoding, byte[] data) {}
