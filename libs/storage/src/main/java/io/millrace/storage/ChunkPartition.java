package io.millrace.storage;

import io.millrace.model.TenantId;
import java.nio.charset.StandardCharsets;

/**
 * The chunks of one metric, one shard of its series, on one day: what a query reads in one go.
 *
 * @param day days since 1970-01-01 UTC of the first sample of each chunk in it
 * @param metric the metric name
 * @param shard {@code SeriesId.shard(}{@link #SHARD_BITS}{@code )} of each series in it
 */
public record ChunkPartition(TenantId tenant, int day, String metric, int shard) {
    /** 16 shards: a metric with 1,000,000 series has 62,500 of them in a shard, 72 chunks each a day. */
    public static final int SHARD_BITS = 4;

    /** The bucket these chunks are stored in, together with other metrics of the same shard. */
    public ChunkBucket bucket() {
        return new ChunkBucket(tenant, day, bucketNumber(metric, shard));
    }

    /** {@link ChunkBucket#number} for a metric and shard. Part of the stored layout: it never changes. */
    public static int bucketNumber(String metric, int shard) {
        int hash = 0x811c9dc5;
        for (byte b : metric.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x01000193;
        }
        hash ^= hash >>> 16;
        return (shard << ChunkBucket.METRIC_BITS) | hash & ((1 << ChunkBucket.METRIC_BITS) - 1);
    }
}
