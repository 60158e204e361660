package io.millrace.storage;

import io.millrace.model.SeriesId;
import io.millrace.wire.chunk.PlacedChunk;

/**
 * A sealed chunk. Its key within the partition is (series, startMs, offset); writing it twice is writing it once.
 *
 * @param startMs timestamp of the first sample
 * @param offset {@link #position} of the first sample in the topic {@code samples}: tells overlapping chunks apart, and
 *     of two samples with the same timestamp the one in the chunk with the higher offset counts
 * @param endMs timestamp of the last sample
 * @param samples number of samples
 * @param encoding number of the chunk encoding and a flag for start timestamps, see {@code docs/formats/chunks.md}
 */
public record ChunkRow(SeriesId series, long startMs, long offset, long endMs, int samples, byte encoding, byte[] data)
        implements PlacedChunk {
    /** 2^20 samples in a record: the smallest takes 10 bytes, so records up to 10 MB. 2^43 records in a partition. */
    private static final int SAMPLE_BITS = 20;

    /** Where a sample stands in its partition of the topic {@code samples}; rises with every sample. */
    public static long position(long recordOffset, int sampleOfRecord) {
        return recordOffset << SAMPLE_BITS | Math.min(sampleOfRecord, (1 << SAMPLE_BITS) - 1);
    }

    /** The record of a {@link #position}. */
    public static long recordOffset(long position) {
        return position >>> SAMPLE_BITS;
    }
}
