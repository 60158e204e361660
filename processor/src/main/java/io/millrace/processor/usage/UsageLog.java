package io.millrace.processor.usage;

import io.millrace.model.TenantId;
import io.millrace.wire.record.UsageRecord;
import java.util.List;

/** Where the counts of a partition are made durable, together with the output they count. For the task's thread. */
public interface UsageLog {
    /** What was there when the task began. */
    List<UsageRecord> load();

    void put(UsageRecord record);

    void remove(TenantId tenant, int partition);
}
