package io.millrace.processor;

import io.millrace.model.TenantId;
import io.millrace.processor.usage.UsageLog;
import io.millrace.wire.record.UsageRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts kept in memory: the newest record of each tenant and partition. */
final class RecordedUsage implements UsageLog {
    final Map<UsageRecord.Key, UsageRecord> records = new LinkedHashMap<>();

    @Override
    public List<UsageRecord> load() {
        return new ArrayList<>(records.values());
    }

    @Override
    public void put(UsageRecord record) {
        records.put(new UsageRecord.Key(record.tenant(), record.partition()), record);
    }

    @Override
    public void remove(TenantId tenant, int partition) {
        records.remove(new UsageRecord.Key(tenant, partition));
    }
}
