package io.millrace.processor.usage;

import io.millrace.model.TenantId;
import io.millrace.wire.record.JobUsageRecord;
import io.millrace.wire.record.UsageRecord.Hour;

/** The counts of one job of a tenant in one partition. Not thread-safe: the task of the partition owns it. */
final class JobCounter {
    private static final long HOUR_MS = 3_600_000;

    private final String job;
    private long samples;
    private long bytes;
    private long activeSeries;
    private int hour;
    private long hourSamples;
    private long hourBytes;
    private long hourMaxActive;
    private Hour previous = Hour.NONE;

    // Of the batch being read.
    private long batchSamples;
    private long batchBytes;

    private boolean unpublished = true;

    JobCounter(String job) {
        this.job = job;
    }

    static JobCounter of(JobUsageRecord record) {
        JobCounter counter = new JobCounter(record.job());
        counter.samples = record.samples();
        counter.bytes = record.bytes();
        counter.activeSeries = record.activeSeries();
        counter.hour = record.current().hour();
        counter.hourSamples = record.current().samples();
        counter.hourBytes = record.current().bytes();
        counter.hourMaxActive = record.current().maxActiveSeries();
        counter.previous = record.previous();
        return counter;
    }

    String job() {
        return job;
    }

    long samples() {
        return samples;
    }

    long bytes() {
        return bytes;
    }

    long activeSeries() {
        return activeSeries;
    }

    /** Notes what a batch brings. Returns whether it is the first of the batch. */
    boolean add(int moreSamples, int moreBytes) {
        boolean first = batchBytes == 0;
        batchSamples += moreSamples;
        batchBytes += moreBytes;
        return first;
    }

    /** The batch is passed on: it counts. */
    void accept(long nowMs, long active) {
        int now = (int) (nowMs / HOUR_MS);
        if (now > hour) {
            if (hour != 0) {
                previous = new Hour(hour, hourSamples, 0, hourBytes, hourMaxActive);
            }
            hour = now;
            hourSamples = 0;
            hourBytes = 0;
            hourMaxActive = 0;
        }
        samples += batchSamples;
        bytes += batchBytes;
        hourSamples += batchSamples;
        hourBytes += batchBytes;
        setActive(active);
        unpublished = true;
        discard();
    }

    /** The batch is not passed on. */
    void discard() {
        batchSamples = 0;
        batchBytes = 0;
    }

    void setActive(long active) {
        unpublished |= active != activeSeries;
        activeSeries = active;
        hourMaxActive = Math.max(hourMaxActive, active);
    }

    boolean takeUnpublished() {
        boolean was = unpublished;
        unpublished = false;
        return was;
    }

    /** Whether there has been nothing for two hours. */
    boolean isOver(long nowMs) {
        return activeSeries == 0 && nowMs / HOUR_MS - hour >= 2;
    }

    JobUsageRecord record(TenantId tenant, int partition, long publishedMs) {
        return new JobUsageRecord(
                tenant,
                partition,
                job,
                publishedMs,
                activeSeries,
                samples,
                bytes,
                new Hour(hour, hourSamples, 0, hourBytes, hourMaxActive),
                previous);
    }
}
