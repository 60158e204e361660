package io.millrace.storage;

import io.millrace.model.TenantId;

/**
 * A storage partition of chunks.
 *
 * @param day days since 1970-01-01 UTC of the first sample of each chunk in it
 * @param metric the metric name
 * @param shard {@code SeriesId.shard(}{@link #SHARD_BITS}{@code )} of each series in it
 */
public record ChunkPartition(TenantId tenant, int day, String metric, int shard) {
    /** 16 shards: a metric of 1,000,000 series has 62,500 series × 72 chunks × 250 B = 1.1 GB a shard and day at worst. */
    public static final int SHARD_BITS = 4;
}
