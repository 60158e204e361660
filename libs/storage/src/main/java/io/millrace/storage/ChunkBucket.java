package io.millrace.storage;

import io.millrace.model.TenantId;

/**
 * The chunks of a tenant's day that are stored together and can be written in one batch: one shard of the series of
 * 1/{@code 2^METRIC_BITS} of the metrics.
 *
 * <p>Why not one storage partition for each metric and shard: most metrics have few series, so a writer would send
 * batches of one or two rows, and a row alone costs Cassandra five times what it costs in a batch of 100. Size: a tenant
 * with 1,000,000 active series has 1,000,000 / {@link #COUNT} = 7,813 series in a bucket; × 72 chunks × 250 B = 140 MB a
 * day before old chunks are merged, 70 MB after.
 *
 * @param number 0 to {@link #COUNT} - 1; the shard is its upper bits
 */
public record ChunkBucket(TenantId tenant, int day, int number) {
    static final int METRIC_BITS = 3;

    /** Buckets of a tenant and day: 16 shards × 8 groups of metrics. */
    public static final int COUNT = 1 << (ChunkPartition.SHARD_BITS + METRIC_BITS);
}
