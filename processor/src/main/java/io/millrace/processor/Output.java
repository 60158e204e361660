package io.millrace.processor;

import io.millrace.model.TenantId;
import io.millrace.processor.limits.FullNotice;
import io.millrace.processor.shards.ShardOutput;
import io.millrace.wire.record.JobUsageRecord;
import io.millrace.wire.record.RejectionRecord;
import io.millrace.wire.record.SeriesRecord;
import io.millrace.wire.record.UsageRecord;
import org.jspecify.annotations.Nullable;

/** Where {@link PartitionProcessor} puts what it makes. Everything put during one batch becomes visible together. */
public interface Output extends FullNotice.Sink, ShardOutput {
    /** A batch of samples by series id. */
    void samples(byte[] tenantKey, int partition, byte[] batch);

    /** The announcement of a series. */
    void series(int partition, SeriesRecord announcement);

    /** What was refused of a batch. */
    void rejection(RejectionRecord rejection);

    /** The counts of a tenant in this partition. */
    void usage(UsageRecord usage);

    /** The counts of a job in this partition. */
    void jobUsage(JobUsageRecord usage);

    /** The job is counted no more. */
    void jobForgotten(TenantId tenant, int partition, String job);

    /** The received record cannot be read: sets it aside. */
    void quarantine(byte @Nullable [] key, byte @Nullable [] value, String why);
}
