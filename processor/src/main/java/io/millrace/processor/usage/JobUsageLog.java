package io.millrace.processor.usage;

import io.millrace.model.TenantId;
import io.millrace.wire.record.JobUsageRecord;
import java.util.List;

/** Where the counts by job of a partition are made durable, together with the output they count. For the task's thread. */
public interface JobUsageLog {
    /** What was there when the task began. */
    List<JobUsageRecord> load();

    void put(JobUsageRecord record);

    void remove(TenantId tenant, int partition, String job);

    /** Of one who keeps nothing. */
    static JobUsageLog none() {
        return new JobUsageLog() {
            @Override
            public List<JobUsageRecord> load() {
                return List.of();
            }

            @Override
            public void put(JobUsageRecord record) {}

            @Override
            public void remove(TenantId tenant, int partition, String job) {}
        };
    }
}
