package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Labels;
import io.millrace.testkit.TestKafka;
import io.millrace.wire.labels.CanonicalLabels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Labels UP = Labels.of("__name__", "up", "job", "node");
    private static final Labels DOWN = Labels.of("__name__", "down", "job", "node");

    @TempDir
    private Path folder;

    private static byte[] batch(long time, Labels labels, double value) {
        return new ReceivedBatch(time).series(labels).sample(time, value).bytes();
    }

    private static ProcessorService started(ProcessorTopics topics) {
        ProcessorService service =
                new ProcessorService(topics.settings, new SimpleMeterRegistry(), System::currentTimeMillis);
        service.start();
        await().atMost(PATIENCE).until(() -> service.check().ready());
        return service;
    }

    @Test
    void shouldCarrySamplesOnAndKeepKnownSeriesOverARestart() {
        try (ProcessorTopics topics = new ProcessorTopics("flow-", folder)) {
            long now = System.currentTimeMillis();
            try (ProcessorService first = started(topics)) {
                topics.sendNow("demo", ProcessorTopics.partition(UP), batch(now, UP, 1));
                topics.sendNow("demo", ProcessorTopics.partition(DOWN), batch(now, DOWN, 2));
                await().atMost(PATIENCE)
                        .until(() -> topics.read(topics.topics.samples()).size() == 2);
                assertThat(first.check().ready()).isTrue();
            }
            try (ProcessorService second = started(topics)) {
                topics.sendNow("demo", ProcessorTopics.partition(UP), batch(now + 1, UP, 3));
                await().atMost(PATIENCE)
                        .until(() -> topics.read(topics.topics.samples()).size() == 3);
            }

            List<ConsumerRecord<byte[], byte[]>> samples = topics.read(topics.topics.samples());
            assertThat(samples)
                    .filteredOn(record -> record.partition() == ProcessorTopics.partition(UP))
                    .flatExtracting(record -> RecordedOutput.describe(record.value()))
                    .contains(
                            CanonicalLabels.id(UP) + " " + now + "=1.0",
                            CanonicalLabels.id(UP) + " " + (now + 1) + "=3.0");
            assertThat(topics.announcements(now))
                    .extracting(ConsumerRecord::partition)
                    .containsExactlyInAnyOrder(ProcessorTopics.partition(UP), ProcessorTopics.partition(DOWN));
        }
    }

    @Test
    void shouldQuarantineAPoisonRecordAndGoOn() {
        try (ProcessorTopics topics = new ProcessorTopics("poison-", folder);
                ProcessorService service = started(topics)) {
            int partition = ProcessorTopics.partition(UP);
            byte[] poison = new byte[900_000];
            topics.sendNow("demo", partition, poison);
            topics.sendNow("demo", partition, batch(System.currentTimeMillis(), UP, 1));
            await().atMost(PATIENCE)
                    .until(() -> topics.read(topics.topics.samples()).size() == 1);
            assertThat(topics.read(topics.topics.quarantine()))
                    .singleElement()
                    .satisfies(record -> assertThat(record.value()).isEqualTo(poison));
            assertThat(service.check().ready()).isTrue();
        }
    }

    @Test
    void shouldRecoverByItselfWhenTheBrokerWasAway() {
        try (ProcessorTopics topics = new ProcessorTopics("outage-", folder);
                ProcessorService service = started(topics)) {
            int partition = ProcessorTopics.partition(UP);
            long now = System.currentTimeMillis();
            topics.sendNow("demo", partition, batch(now, UP, 1));
            await().atMost(PATIENCE)
                    .until(() -> topics.read(topics.topics.samples()).size() == 1);

            TestKafka.node().kill();
            TestKafka.node().start();
            topics.sendNow("demo", partition, batch(now + 1, UP, 2));

            await().atMost(PATIENCE)
                    .until(() -> topics.read(topics.topics.samples()).size() == 2);
            await().atMost(PATIENCE).until(() -> service.check().ready());
            assertThat(topics.announcements(now)).hasSize(1);
        }
    }
}
