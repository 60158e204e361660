package io.millrace.processor;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.AdmissionRecord;
import io.millrace.wire.record.JobUsageRecord;
import io.millrace.wire.record.RejectionRecord;
import io.millrace.wire.record.SampleBatchReader;
import io.millrace.wire.record.SeriesRecord;
import io.millrace.wire.record.ShardRecord;
import io.millrace.wire.record.UsageRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what a processor puts out, as text where that reads better. */
final class RecordedOutput implements Output {
    /** {@code partition tenant id timestamp=value ...} of each series of each batch. */
    final List<String> samples = new ArrayList<>();

    final List<Integer> samplePartitions = new ArrayList<>();
    final List<SeriesRecord> series = new ArrayList<>();
    final List<Integer> seriesPartitions = new ArrayList<>();
    final List<RejectionRecord> rejections = new ArrayList<>();
    final List<UsageRecord> usage = new ArrayList<>();
    final List<AdmissionRecord> full = new ArrayList<>();
    final List<AdmissionRecord.Key> open = new ArrayList<>();
    final List<JobUsageRecord> jobs = new ArrayList<>();
    final List<String> forgottenJobs = new ArrayList<>();
    final List<String> quarantined = new ArrayList<>();
    final List<byte[]> batches = new ArrayList<>();

    @Override
    public void samples(byte[] tenantKey, int partition, byte[] batch) {
        batches.add(batch);
        samplePartitions.add(partition);
        samples.addAll(describe(batch));
    }

    @Override
    public void series(int partition, SeriesRecord announcement) {
        seriesPartitions.add(partition);
        series.add(announcement);
    }

    @Override
    public void rejection(RejectionRecord rejection) {
        rejections.add(rejection);
    }

    @Override
    public void usage(UsageRecord record) {
        usage.add(record);
    }

    @Override
    public void full(AdmissionRecord record) {
        full.add(record);
    }

    @Override
    public void open(AdmissionRecord.Key key) {
        open.add(key);
    }

    @Override
    public void jobUsage(JobUsageRecord record) {
        jobs.add(record);
    }

    @Override
    public void jobForgotten(TenantId tenant, int partition, String job) {
        forgottenJobs.add(job);
    }

    @Override
    public void quarantine(byte @Nullable [] key, byte @Nullable [] value, String why) {
        quarantined.add(why);
    }

    // what is said about shards is looked at through the whole topology

    @Override
    public void shard(ShardRecord record) {}

    @Override
    public void shardOver(ShardRecord.Key key) {}

    @Override
    public void mark(TenantId tenant, int partition, long epoch) {}

    /** {@code day labels} of each announcement. */
    List<String> announced() {
        return series.stream()
                .map(record -> record.day() + " " + CanonicalLabels.decode(record.labels(), 0, record.labels().length))
                .toList();
    }

    void clear() {
        samples.clear();
        samplePartitions.clear();
        series.clear();
        seriesPartitions.clear();
        quarantined.clear();
        rejections.clear();
        usage.clear();
        full.clear();
        open.clear();
        batches.clear();
    }

    /** {@code id timestamp=value ...} of each series, {@code metadata family help unit} of each metadata entry. */
    static List<String> describe(byte[] batch) {
        List<String> lines = new ArrayList<>();
        SampleBatchReader reader = new SampleBatchReader();
        reader.wrap(batch);
        for (SampleBatchReader.Entry entry = reader.nextEntry();
                entry != SampleBatchReader.Entry.END;
                entry = reader.nextEntry()) {
            if (entry == SampleBatchReader.Entry.METADATA) {
                lines.add("metadata " + reader.metadataFamily() + " " + reader.metadataHelp() + " "
                        + reader.metadataUnit());
                continue;
            }
            StringBuilder line = new StringBuilder(new SeriesId(reader.idHigh(), reader.idLow()).toString());
            for (SampleBatchReader.Item item = reader.nextItem();
                    item != SampleBatchReader.Item.END;
                    item = reader.nextItem()) {
                line.append(' ').append(reader.timestampMs());
                if (item == SampleBatchReader.Item.SAMPLE) {
                    line.append('=').append(Double.longBitsToDouble(reader.valueBits()));
                } else {
                    line.append('=').append(item);
                }
            }
            lines.add(line.toString());
        }
        return lines;
    }
}
