package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Labels;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicAdmin;
import io.millrace.wire.record.RejectionRecord;
import io.millrace.wire.record.UsageRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that has a group go on further back than it is, and one that has another topic of the same name. */
class ForgottenOffsetsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Labels UP = Labels.of("__name__", "up", "job", "node");
    private static final int PARTITION = ProcessorTopics.partition(UP);

    @TempDir
    private Path folder;

    private final long now = System.currentTimeMillis();
    private int sent;

    /** A sample that is kept and one that is refused, as one record. */
    private void send(ProcessorTopics topics, int records) {
        for (int i = 0; i < records; i++) {
            ReceivedBatch batch = new ReceivedBatch(now)
                    .series(UP)
                    .sample(now + sent, sent)
                    .sample(now + Duration.ofDays(1).toMillis(), sent);
            topics.sendNow("demo", PARTITION, batch.bytes());
            sent++;
        }
    }

    /** Until all that was sent is processed. */
    private MeterRegistry run(ProcessorTopics topics, int more) {
        MeterRegistry meters = new SimpleMeterRegistry();
        try (ProcessorService service = new ProcessorService(topics.settings, meters, System::currentTimeMillis)) {
            service.start();
            await().atMost(PATIENCE).until(() -> service.check().ready());
            send(topics, more);
            await().atMost(PATIENCE).until(() -> newestUsage(topics) >= sent);
        }
        return meters;
    }

    private void assertEachIsThereOnce(ProcessorTopics topics) {
        assertThat(topics.read(topics.topics.samples()))
                .flatExtracting(record -> RecordedOutput.describe(record.value()))
                .hasSize(sent)
                .doesNotHaveDuplicates();
        assertThat(topics.read(topics.topics.rejections()).stream()
                        .mapToLong(record -> RejectionRecord.decode(record.key(), record.value())
                                .samples())
                        .sum())
                .isEqualTo(sent);
        assertThat(newestUsage(topics)).isEqualTo(sent);
    }

    /** Samples accepted, of which there are as many as were refused. */
    private static long newestUsage(ProcessorTopics topics) {
        List<UsageRecord> usage = topics.read(topics.topics.usage()).stream()
                .map(record -> UsageRecord.decode(record.key(), record.value()))
                .filter(record -> record.partition() == PARTITION)
                .toList();
        if (usage.isEmpty()) {
            return 0;
        }
        UsageRecord newest = usage.get(usage.size() - 1);
        assertThat(newest.refused()).isEqualTo(newest.samples());
        return newest.samples();
    }

    private static double counter(MeterRegistry meters, String name) {
        return meters.get("millrace.processor." + name).counter().count();
    }

    @Test
    void shouldProcessNothingTwiceWhenTheGroupGoesBack() {
        try (ProcessorTopics topics = new ProcessorTopics("forgot-", folder);
                Admin admin = Admin.create(KafkaClients.common(topics.settings.kafka(), "forgot-test"))) {
            run(topics, 5);
            TopicPartition place = new TopicPartition(topics.topics.received(), PARTITION);
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() ->
                            admin.alterConsumerGroupOffsets("forgot-processor", Map.of(place, new OffsetAndMetadata(1)))
                                            .all()
                                            .get()
                                    == null);

            MeterRegistry meters = run(topics, 2);

            assertEachIsThereOnce(topics);
            assertThat(counter(meters, "repeated.records")).isEqualTo(4);
            assertThat(counter(meters, "replaced.logs")).isZero();
        }
    }

    @Test
    void shouldSkipNothingOfATopicThatWasDeletedAndMadeAgain() {
        try (ProcessorTopics topics = new ProcessorTopics("anew-", folder);
                Admin admin = Admin.create(KafkaClients.common(topics.settings.kafka(), "anew-test"))) {
            run(topics, 5);
            String received = topics.topics.received();
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> admin.deleteTopics(List.of(received)).all().get() == null);
            await().atMost(PATIENCE)
                    .until(() -> !admin.listTopics().names().get().contains(received));
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                TopicAdmin.ensure(topics.settings.kafka());
                return true;
            });

            MeterRegistry meters = run(topics, 3);

            assertEachIsThereOnce(topics);
            assertThat(counter(meters, "repeated.records")).isZero();
            assertThat(counter(meters, "replaced.logs")).isEqualTo(1);
        }
    }
}
