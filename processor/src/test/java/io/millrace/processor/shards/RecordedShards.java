package io.millrace.processor.shards;

import io.millrace.model.TenantId;
import io.millrace.wire.record.ShardRecord;
import java.util.ArrayList;
import java.util.List;

/** What was said about shards, oldest first. */
final class RecordedShards implements ShardOutput {
    final List<ShardRecord> records = new ArrayList<>();
    final List<ShardRecord.Key> over = new ArrayList<>();
    final List<Integer> marks = new ArrayList<>();

    @Override
    public void shard(ShardRecord record) {
        records.add(record);
    }

    @Override
    public void shardOver(ShardRecord.Key key) {
        over.add(key);
    }

    @Override
    public void mark(TenantId tenant, int partition, long epoch) {
        marks.add(partition);
    }
}
