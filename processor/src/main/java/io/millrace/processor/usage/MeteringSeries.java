package io.millrace.processor.usage;

import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.wire.Partitions;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.JobUsageRecord;
import io.millrace.wire.record.SampleBatchWriter;
import io.millrace.wire.record.SeriesRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The counts by job of one partition as series of an instance, which anybody who may read that instance can query:
 *
 * <pre>
 * millrace_tenant_samples_total{tenant, job, partition}    samples accepted
 * millrace_tenant_bytes_total{tenant, job, partition}      bytes received
 * millrace_tenant_active_series{tenant, job, partition}    active series
 * </pre>
 *
 * Each partition counts by itself, so a job is the sum over {@code partition}. The first {@link #MAX_JOBS} jobs of all
 * tenants together have series, so that tenants cannot flood the instance. Not thread-safe: the task owns it.
 */
public final class MeteringSeries {
    /** Of one partition: 30,000 series. */
    static final int MAX_JOBS = 10_000;

    private static final long DAY_MS = 86_400_000L;

    /** Takes what is made. */
    public interface Sink {
        /** The announcement of a series. */
        void series(int partition, SeriesRecord announcement);

        /** A batch of samples by series id. */
        void samples(int partition, byte[] batch);
    }

    private final TenantId target;
    private final int partitions;
    private final Map<Integer, SampleBatchWriter> batches = new TreeMap<>();
    private final Map<JobUsageRecord.Job, byte[][]> labels = new HashMap<>();
    private final Set<SeriesId> announced = new HashSet<>();
    private int announcedDay;
    private long nowMs;

    /** @param target the instance that gets the series */
    public MeteringSeries(TenantId target, int partitions) {
        this.target = target;
        this.partitions = partitions;
    }

    /** The instance that gets the series. */
    public TenantId target() {
        return target;
    }

    /** What is added from now on is as of {@code newNowMs}. */
    public void begin(long newNowMs) {
        nowMs = newNowMs;
        batches.clear();
        int day = (int) Math.floorDiv(newNowMs, DAY_MS);
        if (day != announcedDay) {
            announcedDay = day;
            announced.clear();
            labels.clear();
        }
    }

    /** Adds the counts of a job. */
    public void add(JobUsageRecord usage, Sink sink) {
        byte[][] names = labels.get(usage.of());
        if (names == null) {
            if (labels.size() >= MAX_JOBS) {
                return;
            }
            names = new byte[][] {
                labels("millrace_tenant_samples_total", usage),
                labels("millrace_tenant_bytes_total", usage),
                labels("millrace_tenant_active_series", usage)
            };
            labels.put(usage.of(), names);
        }
        add(names[0], usage.samples(), sink);
        add(names[1], usage.bytes(), sink);
        add(names[2], usage.activeSeries(), sink);
    }

    /** Hands out the batches. */
    public void end(Sink sink) {
        batches.forEach((partition, batch) -> sink.samples(partition, batch.toByteArray()));
        batches.clear();
    }

    private void add(byte[] name, double value, Sink sink) {
        SeriesId id = CanonicalLabels.id(name, 0, name.length);
        int partition = Partitions.partition(id.high(), id.low(), partitions);
        if (announced.add(id)) {
            sink.series(partition, new SeriesRecord(target, announcedDay, id, nowMs, name));
        }
        SampleBatchWriter batch = batches.computeIfAbsent(partition, number -> {
            SampleBatchWriter writer = new SampleBatchWriter();
            writer.begin(nowMs);
            return writer;
        });
        batch.series(id.high(), id.low());
        batch.sample(nowMs, 0, Double.doubleToRawLongBits(value));
    }

    private static byte[] labels(String metric, JobUsageRecord usage) {
        Map<String, String> pairs = new HashMap<>();
        pairs.put(Labels.METRIC_NAME, metric);
        pairs.put("tenant", usage.tenant().value());
        pairs.put("partition", Integer.toString(usage.partition()));
        if (!usage.job().isEmpty()) {
            pairs.put("job", usage.job());
        }
        return CanonicalLabels.encode(Labels.of(pairs));
    }
}
