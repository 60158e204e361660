package io.millrace.processor;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.TenantId;
import io.millrace.processor.ha.LocalElections;
import io.millrace.processor.limits.ClusterUsage;
import io.millrace.processor.progress.ProcessedRange;
import io.millrace.processor.progress.ReceivedLog;
import io.millrace.processor.shards.LocalShards;
import io.millrace.processor.shards.WideningRules;
import io.millrace.processor.usage.UsageStore;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.wire.record.JobUsageRecord;
import io.millrace.wire.record.RejectionRecord;
import io.millrace.wire.record.ShardHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** The whole topology without a broker, with a clock and a policy that tests change. */
final class DrivenTopology implements AutoCloseable {
    static final Instant NOON = Instant.parse("2025-11-22T12:00:00Z");
    static final int PARTITIONS = 6;
    private static final byte[] DEMO = "demo".getBytes(StandardCharsets.UTF_8);

    /** More than ten samples in a second widen a shard. */
    static final WideningRules WIDENING =
            new WideningRules(10, 1_000_000, Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofMinutes(5));

    long now = NOON.toEpochMilli();
    TenantPolicy policy = TenantPolicy.DEFAULT;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final LocalElections elections = new LocalElections();
    final LocalShards shards = new LocalShards(PARTITIONS);
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> received;

    DrivenTopology(Path folder) {
        this(folder, (partition, offset) -> null);
    }

    DrivenTopology(Path folder, ReceivedLog log) {
        ProcessorSettings settings = Configuration.load(
                ProcessorSettings.class, null, Map.of("MILLRACE_PROCESSOR_STATE_DIRECTORY", folder.toString()));
        Shared shared = new Shared(
                new ProcessorMetrics(meters),
                tenant -> policy,
                ClusterUsage.unknown(),
                elections,
                shards,
                WIDENING,
                new TenantId("millrace"),
                () -> now);
        driver = new TopologyTestDriver(
                ProcessorTopology.build(settings, shared, log), StreamsProperties.of(settings), NOON);
        received = driver.createInputTopic(
                "millrace-received", new ByteArraySerializer(), new ByteArraySerializer(), NOON, Duration.ZERO);
    }

    void send(ReceivedBatch batch) {
        received.pipeInput(DEMO, batch.bytes());
    }

    void send(ReceivedBatch batch, String header, long epoch) {
        Headers headers = new RecordHeaders();
        headers.add(header, ShardHeaders.encode(epoch));
        received.pipeInput(new TestRecord<>(DEMO, batch.bytes(), headers));
    }

    /** A batch that is received now. */
    ReceivedBatch batch() {
        return new ReceivedBatch(now);
    }

    void pass(Duration time) {
        now += time.toMillis();
        driver.advanceWallClockTime(time);
    }

    /** Records of a topic since the last time. */
    List<TestRecord<byte[], byte[]>> read(String topic) {
        return driver.createOutputTopic("millrace-" + topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    /** Series and samples since the last time, see {@link RecordedOutput#describe}. */
    List<String> samples() {
        List<String> lines = new ArrayList<>();
        read("samples").forEach(record -> lines.addAll(RecordedOutput.describe(record.value())));
        return lines;
    }

    List<RejectionRecord> rejections() {
        return read("rejections").stream()
                .map(record -> RejectionRecord.decode(record.key(), record.value()))
                .toList();
    }

    /** Tombstones left out. */
    List<JobUsageRecord> jobs() {
        return read("usage-by-job").stream()
                .filter(record -> record.value() != null)
                .map(record -> JobUsageRecord.decode(record.key(), record.value()))
                .toList();
    }

    /** How far it has come, as the changelog has it. */
    ProcessedRange processed() {
        return read("processor-usage-changelog").stream()
                .filter(record -> ProcessedRange.isKey(record.key()))
                .map(record -> ProcessedRange.decode(record.value()))
                .reduce((one, other) -> other)
                .orElseThrow();
    }

    /** As after a restart: another one has come so far. */
    void restore(ProcessedRange range) {
        KeyValueStore<Bytes, byte[]> usage = driver.getKeyValueStore(UsageStore.NAME);
        usage.put(Bytes.wrap(ProcessedRange.key()), range.value());
    }

    double counter(String name) {
        return meters.get("millrace.processor." + name).counter().count();
    }

    @Override
    public void close() {
        driver.close();
    }
}
