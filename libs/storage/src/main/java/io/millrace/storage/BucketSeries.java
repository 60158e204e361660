package io.millrace.storage;

import java.util.List;

/**
 * What a bucket holds of one series.
 *
 * @param chunks as the writers stored them, received before the time asked for
 * @param merged rows of earlier merges
 */
public record BucketSeries(
        String metric, io.millrace.model.SeriesId series, List<ChunkRow> chunks, List<ChunkRow> merged) {}
