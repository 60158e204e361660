package io.millrace.processor.shards;

import io.millrace.model.TenantId;
import io.millrace.wire.record.ShardRecord;

/** Takes what a partition says about shards; visible to others together with all else of its transaction. */
public interface ShardOutput {
    /** A record for the topic {@code shards}. */
    void shard(ShardRecord record);

    /** The record of this key is of no more use. */
    void shardOver(ShardRecord.Key key);

    /** A mark for a partition of {@code received}. */
    void mark(TenantId tenant, int partition, long epoch);
}
