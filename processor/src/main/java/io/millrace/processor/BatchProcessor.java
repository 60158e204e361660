package io.millrace.processor;

import io.millrace.model.RejectReason;
import io.millrace.model.TenantId;
import io.millrace.processor.progress.ReceivedLog;
import io.millrace.processor.progress.RepeatGuard;
import io.millrace.processor.series.SeriesStore;
import io.millrace.processor.series.SeriesSweep;
import io.millrace.processor.usage.JobUsageStore;
import io.millrace.processor.usage.UsageStore;
import io.millrace.wire.MalformedException;
import io.millrace.wire.record.AdmissionRecord;
import io.millrace.wire.record.JobUsageRecord;
import io.millrace.wire.record.RejectionRecord;
import io.millrace.wire.record.SampleBatchWriter;
import io.millrace.wire.record.SeriesRecord;
import io.millrace.wire.record.ShardHeaders;
import io.millrace.wire.record.ShardRecord;
import io.millrace.wire.record.UsageRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * {@link PartitionProcessor} as a node of the topology: gives it the record, and forwards what it puts out to the sink of
 * the right name.
 */
final class BatchProcessor implements Processor<byte[], byte[], byte[], Routed>, Output {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration JOBS_INTERVAL = Duration.ofSeconds(15);
    private static final int MAX_DETAIL_CHARS = 1000;

    private final ProcessorSettings settings;
    private final Shared shared;
    private final ReceivedLog received;

    private @Nullable ProcessorContext<byte[], Routed> context;
    private @Nullable PartitionProcessor work;
    private @Nullable RepeatGuard guard;
    private long timestampMs;

    BatchProcessor(ProcessorSettings settings, Shared shared, ReceivedLog received) {
        this.settings = settings;
        this.shared = shared;
        this.received = received;
    }

    @Override
    public void init(ProcessorContext<byte[], Routed> newContext) {
        context = newContext;
        SeriesStore store = newContext.getStateStore(SeriesStore.NAME);
        UsageStore usage = new UsageStore(newContext.getStateStore(UsageStore.NAME));
        JobUsageStore jobs = new JobUsageStore(newContext.getStateStore(JobUsageStore.NAME));
        int partition = newContext.taskId().partition();
        PartitionProcessor processor =
                new PartitionProcessor(partition, settings.kafka().partitions(), store, usage, jobs, this, shared);
        work = processor;
        guard = new RepeatGuard(partition, settings.processAgain(), usage, received, shared.metrics());
        SeriesSweep sweep = new SeriesSweep(
                store,
                (int) settings.series().idleAfter().toSeconds(),
                (int) settings.series().forgetAfter().toSeconds(),
                settings.series().inactivePerActive(),
                (int) settings.series().sweepRound().toSeconds());
        newContext.schedule(SECOND, PunctuationType.WALL_CLOCK_TIME, now -> {
            timestampMs = now;
            sweep.step((int) (shared.clockMs().getAsLong() / 1000));
            processor.publishUsage();
        });
        newContext.schedule(JOBS_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> {
            timestampMs = now;
            processor.publishJobs();
        });
    }

    @Override
    public void close() {
        if (work != null) {
            work.close();
        }
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        timestampMs = record.timestamp();
        long offset = context().recordMetadata().orElseThrow().offset();
        RepeatGuard repeats = Objects.requireNonNull(guard);
        if (!repeats.wasProcessed(offset, timestampMs)) {
            process(Objects.requireNonNull(work), record);
            repeats.processed(offset, timestampMs, record.value());
        }
    }

    private static void process(PartitionProcessor work, Record<byte[], byte[]> record) {
        long epoch;
        try {
            Header mark = record.headers().lastHeader(ShardHeaders.PASSING);
            Header sent = mark != null ? mark : record.headers().lastHeader(ShardHeaders.EPOCH);
            epoch = ShardHeaders.decode(sent == null ? null : sent.value());
            if (mark != null && record.key() != null) {
                work.pass(record.key(), epoch);
                return;
            }
        } catch (MalformedException e) {
            work.setAside(record.key(), record.value(), String.valueOf(e.getMessage()));
            return;
        }
        work.process(record.key(), record.value(), epoch);
    }

    @Override
    public void shard(ShardRecord record) {
        Routed value = new Routed(Routed.ANY, record.value());
        forward(ProcessorTopology.SHARDS, record.key().encode(), value, new RecordHeaders());
    }

    @Override
    public void shardOver(ShardRecord.Key key) {
        forward(ProcessorTopology.SHARDS, key.encode(), new Routed(Routed.ANY, null), new RecordHeaders());
    }

    /** A batch with nothing in it, so that whoever does not know the header steps over it. */
    @Override
    public void mark(TenantId tenant, int partition, long epoch) {
        SampleBatchWriter empty = new SampleBatchWriter();
        empty.begin(timestampMs);
        Headers headers = new RecordHeaders();
        headers.add(ShardHeaders.PASSING, ShardHeaders.encode(epoch));
        forward(ProcessorTopology.MARKS, utf8(tenant.value()), new Routed(partition, empty.toByteArray()), headers);
    }

    @Override
    public void samples(byte[] tenantKey, int partition, byte[] batch) {
        forward(ProcessorTopology.SAMPLES, tenantKey, new Routed(partition, batch), new RecordHeaders());
    }

    @Override
    public void series(int partition, SeriesRecord announcement) {
        Routed value = new Routed(partition, announcement.value());
        forward(ProcessorTopology.SERIES, announcement.key(), value, new RecordHeaders());
    }

    @Override
    public void rejection(RejectionRecord rejection) {
        Routed value = new Routed(Routed.ANY, rejection.value());
        forward(ProcessorTopology.REJECTIONS, rejection.key(), value, new RecordHeaders());
    }

    @Override
    public void usage(UsageRecord usage) {
        Routed value = new Routed(Routed.ANY, usage.value());
        forward(ProcessorTopology.USAGE, usage.key(), value, new RecordHeaders());
    }

    @Override
    public void full(AdmissionRecord record) {
        Routed value = new Routed(Routed.ANY, record.value());
        forward(ProcessorTopology.ADMISSION, record.key().encode(), value, new RecordHeaders());
    }

    @Override
    public void open(AdmissionRecord.Key key) {
        forward(ProcessorTopology.ADMISSION, key.encode(), new Routed(Routed.ANY, null), new RecordHeaders());
    }

    @Override
    public void jobUsage(JobUsageRecord usage) {
        Routed value = new Routed(Routed.ANY, usage.value());
        forward(ProcessorTopology.USAGE_BY_JOB, usage.key(), value, new RecordHeaders());
    }

    @Override
    public void jobForgotten(TenantId tenant, int partition, String job) {
        Routed tombstone = new Routed(Routed.ANY, null);
        forward(
                ProcessorTopology.USAGE_BY_JOB,
                JobUsageRecord.key(tenant, partition, job),
                tombstone,
                new RecordHeaders());
    }

    @Override
    public void quarantine(byte @Nullable [] key, byte @Nullable [] value, String why) {
        Headers headers = new RecordHeaders();
        headers.add("reason", utf8(RejectReason.UNREADABLE_RECORD.id()));
        headers.add("detail", utf8(why.substring(0, Math.min(why.length(), MAX_DETAIL_CHARS))));
        RecordMetadata from = context().recordMetadata().orElse(null);
        if (from != null) {
            headers.add("topic", utf8(from.topic()));
            headers.add("partition", utf8(Integer.toString(from.partition())));
            headers.add("offset", utf8(Long.toString(from.offset())));
        }
        forward(ProcessorTopology.QUARANTINE, key, new Routed(Routed.ANY, value), headers);
    }

    @SuppressWarnings("NullAway") // Kafka's keys may be null
    private void forward(String sink, byte @Nullable [] key, Routed value, Headers headers) {
        context().forward(new Record<>(key, value, timestampMs, headers), sink);
    }

    private ProcessorContext<byte[], Routed> context() {
        return Objects.requireNonNull(context);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
