package io.millrace.storage;

import io.millrace.model.SeriesId;
import io.millrace.wire.chunk.AggregateChunk;

/**
 * What the floats of a series come to in windows of one length on one day. Its key within the bucket is (windowMs, metric,
 * series).
 *
 * @param windowMs length of a window
 * @param chunk {@link AggregateChunk} as data, first and last timestamp and number of the samples it was made of, and the
 *     offset of the merged rows beside it; without data where the day has none, such as of histograms
 */
public record AggregateRow(String metric, int windowMs, ChunkRow chunk) {
    /** That a series has none, in place of those of an earlier merge. */
    public static AggregateRow none(String metric, int windowMs, SeriesId series, long dayStartMs, long offset) {
        return new AggregateRow(
                metric,
                windowMs,
                new ChunkRow(series, dayStartMs, offset, dayStartMs, 0, AggregateChunk.ENCODING, new byte[0]));
    }
}
