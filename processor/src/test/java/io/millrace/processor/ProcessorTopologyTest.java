package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Labels;
import io.millrace.model.TenantId;
import io.millrace.processor.ha.LocalElections;
import io.millrace.processor.limits.ClusterUsage;
import io.millrace.processor.series.SeriesStore;
import io.millrace.processor.shards.WideningRules;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.policy.TenantPolicies;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.runtime.shards.Shards;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.SeriesRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorTopologyTest {
    private static final Instant NOON = Instant.parse("2025-11-22T12:00:00Z");
    private static final byte[] DEMO = "demo".getBytes(StandardCharsets.UTF_8);
    private static final Labels UP = Labels.of("__name__", "up", "job", "node");

    @TempDir
    private Path folder;

    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> received;
    private long now = NOON.toEpochMilli();

    @BeforeEach
    void start() {
        ProcessorSettings settings = Configuration.load(
                ProcessorSettings.class, null, Map.of("MILLRACE_PROCESSOR_STATE_DIRECTORY", folder.toString()));
        Shared shared = new Shared(
                new ProcessorMetrics(new SimpleMeterRegistry()),
                TenantPolicies.always(TenantPolicy.DEFAULT),
                ClusterUsage.unknown(),
                new LocalElections(),
                Shards.none(settings.kafka().partitions()),
                WideningRules.NEVER,
                new TenantId("millrace"),
                () -> now);
        Properties config = StreamsProperties.of(settings);
        driver = new TopologyTestDriver(
                ProcessorTopology.build(settings, shared, (partition, offset) -> null), config, NOON);
        received = driver.createInputTopic(
                "millrace-received", new ByteArraySerializer(), new ByteArraySerializer(), NOON, Duration.ZERO);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private TestOutputTopic<byte[], byte[]> output(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Test
    void shouldCarryABatchFromReceivedToSamplesAndSeries() {
        received.pipeInput(
                DEMO, new ReceivedBatch(now).series(UP).sample(now - 1, 7).bytes());

        TestRecord<byte[], byte[]> samples = output("millrace-samples").readRecord();
        assertThat(samples.key()).isEqualTo(DEMO);
        assertThat(RecordedOutput.describe(samples.value()))
                .containsExactly(CanonicalLabels.id(UP) + " " + (now - 1) + "=7.0");
        TestRecord<byte[], byte[]> series = output("millrace-series").readRecord();
        SeriesRecord record = SeriesRecord.decode(series.key(), series.value());
        assertThat(record.id()).isEqualTo(CanonicalLabels.id(UP));
        assertThat(record.announcedMs()).isEqualTo(now);
        assertThat(record.labels()).isEqualTo(CanonicalLabels.encode(UP));
    }

    @Test
    void shouldWriteNewSeriesToTheChangelogAndForgottenOnesAsTombstones() {
        received.pipeInput(
                DEMO, new ReceivedBatch(now).series(UP).sample(now, 7).bytes());
        received.pipeInput(
                DEMO, new ReceivedBatch(now).series(UP).sample(now + 1, 7).bytes());
        String changelog = "millrace-processor-series-changelog";
        TestOutputTopic<byte[], byte[]> states = output(changelog);
        assertThat(states.readRecordsToList()).hasSize(1);

        now += Duration.ofDays(3).toMillis();
        for (int second = 0; second < 60; second++) {
            driver.advanceWallClockTime(Duration.ofSeconds(1));
        }

        List<TestRecord<byte[], byte[]>> after = states.readRecordsToList();
        assertThat(after).hasSize(2);
        assertThat(after.get(1).value()).isNull();
        SeriesStore store = (SeriesStore) driver.getAllStateStores().get(SeriesStore.NAME);
        assertThat(store.tenants().get(0).table().size()).isZero();
    }

    @Test
    void shouldQuarantineAnUnreadableRecordWithWhereItCameFrom() {
        received.pipeInput(DEMO, new byte[] {42});

        TestRecord<byte[], byte[]> record = output("millrace-quarantine").readRecord();
        assertThat(record.key()).isEqualTo(DEMO);
        assertThat(record.value()).containsExactly(42);
        assertThat(header(record, "reason")).isEqualTo("millrace-unreadable-record");
        assertThat(header(record, "detail")).contains("version");
        assertThat(header(record, "topic")).isEqualTo("millrace-received");
        assertThat(header(record, "partition")).isEqualTo("0");
        assertThat(header(record, "offset")).isEqualTo("0");
        assertThat(output("millrace-samples").isEmpty()).isTrue();
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
