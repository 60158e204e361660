package io.millrace.query.read;

import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.ChunkPartition;

/** A metric and a shard of its series: what the partitions of different days have in common. */
public record MetricShard(String metric, int shard) {
    public static MetricShard of(Labels labels, SeriesId id) {
        return new MetricShard(labels.metricName(), id.shard(ChunkPartition.SHARD_BITS));
    }

    /** The partition of one day. */
    public ChunkPartition on(TenantId tenant, int day) {
        return new ChunkPartition(tenant, day, metric, shard);
    }
}
