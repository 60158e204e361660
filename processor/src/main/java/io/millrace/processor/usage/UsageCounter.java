package io.millrace.processor.usage;

import io.millrace.model.TenantId;
import io.millrace.wire.record.UsageRecord;
import io.millrace.wire.record.UsageRecord.Hour;

/** The counts of one tenant in one partition. Not thread-safe: the task of the partition owns it. */
public final class UsageCounter {
    private static final long HOUR_MS = 3_600_000;

    private final TenantId tenant;
    private final int partition;

    private long activeSeries;
    private long knownSeries;
    private long createdSeries;
    private long samples;
    private long histograms;
    private long exemplars;
    private long refused;
    private long dropped;
    private long duplicates;
    private long bytes;

    private int hour;
    private long hourSamples;
    private long hourRefused;
    private long hourBytes;
    private long hourMaxActive;
    private Hour previous = Hour.NONE;

    public UsageCounter(TenantId tenant, int partition) {
        this.tenant = tenant;
        this.partition = partition;
    }

    /** A counter that goes on from a record. */
    public static UsageCounter of(UsageRecord record) {
        UsageCounter counter = new UsageCounter(record.tenant(), record.partition());
        counter.activeSeries = record.activeSeries();
        counter.knownSeries = record.knownSeries();
        counter.createdSeries = record.createdSeries();
        counter.samples = record.samples();
        counter.histograms = record.histograms();
        counter.exemplars = record.exemplars();
        counter.refused = record.refused();
        counter.dropped = record.dropped();
        counter.duplicates = record.duplicates();
        counter.bytes = record.bytes();
        counter.hour = record.current().hour();
        counter.hourSamples = record.current().samples();
        counter.hourRefused = record.current().refused();
        counter.hourBytes = record.current().bytes();
        counter.hourMaxActive = record.current().maxActiveSeries();
        counter.previous = record.previous();
        return counter;
    }

    /** Everything added from now on belongs to the hour of {@code nowMs}; the clock may go back, the hour does not. */
    public void at(long nowMs) {
        int now = (int) (nowMs / HOUR_MS);
        if (now > hour) {
            if (hour != 0) {
                previous = new Hour(hour, hourSamples, hourRefused, hourBytes, hourMaxActive);
            }
            hour = now;
            hourSamples = 0;
            hourRefused = 0;
            hourBytes = 0;
            hourMaxActive = activeSeries;
        }
    }

    public void addAccepted(int moreSamples, int moreHistograms, int moreExemplars) {
        samples += moreSamples;
        histograms += moreHistograms;
        exemplars += moreExemplars;
        hourSamples += moreSamples + moreHistograms;
    }

    public void addRefused(int items) {
        refused += items;
        hourRefused += items;
    }

    public void addDropped(int items) {
        dropped += items;
    }

    public void addDuplicates(int items) {
        duplicates += items;
    }

    public void addBytes(long received) {
        bytes += received;
        hourBytes += received;
    }

    public void addCreatedSeries() {
        createdSeries++;
    }

    /** How many series there are now. Returns whether that is another number than before. */
    public boolean setSeries(long active, long known) {
        boolean changed = active != activeSeries || known != knownSeries;
        activeSeries = active;
        knownSeries = known;
        hourMaxActive = Math.max(hourMaxActive, active);
        return changed;
    }

    public UsageRecord record(long publishedMs) {
        return new UsageRecord(
                tenant,
                partition,
                publishedMs,
                activeSeries,
                knownSeries,
                createdSeries,
                samples,
                histograms,
                exemplars,
                refused,
                dropped,
                duplicates,
                bytes,
                new Hour(hour, hourSamples, hourRefused, hourBytes, hourMaxActive),
                previous);
    }
}
