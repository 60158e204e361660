package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.embedded.KafkaNode;
import io.millrace.embedded.KafkaNodeSettings;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicAdminIT {
    @TempDir
    static Path folder;

    private static KafkaNode node;

    @BeforeAll
    static void start() {
        node = KafkaNode.start(KafkaNodeSettings.in(folder));
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @Test
    void shouldMakeAllTopicsAsStated() throws Exception {
        // given
        KafkaSettings settings = settings("stated-", "PARTITIONS", "3");

        // when
        TopicAdmin.ensure(settings);

        // then
        for (TopicSpec spec : TopicSpec.all(settings)) {
            assertThat(describe(spec.name()).partitions()).as(spec.name()).hasSize(spec.partitions());
            assertThat(config(spec.name())).containsAllEntriesOf(spec.config());
        }
    }

    @Test
    void shouldBeHarmlessWhenManyProcessesDoItAtOnce() {
        // given
        KafkaSettings settings = settings("crowd-", "PARTITIONS", "2");

        // when
        List<CompletableFuture<Void>> processes = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.runAsync(() -> TopicAdmin.ensure(settings)))
                .toList();

        // then
        assertThat(processes)
                .allSatisfy(process -> assertThatCode(process::join).doesNotThrowAnyException());
    }

    @Test
    void shouldRefuseTopicsWithAnotherNumberOfPartitions() {
        // given
        TopicAdmin.ensure(settings("parts-", "PARTITIONS", "2"));

        // when / then
        assertThatThrownBy(() -> TopicAdmin.ensure(settings("parts-", "PARTITIONS", "3")))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("topic parts-received has 2 partitions, the configuration says 3")
                .hasMessageContaining("topic parts-samples has 2 partitions")
                .hasMessageContaining("topic parts-series has 2 partitions");
    }

    @Test
    void shouldNeverChangeATopicThatIsThere() throws Exception {
        // given
        TopicAdmin.ensure(settings("keep-", "RETENTION_RECEIVED", "8h"));

        // when
        TopicAdmin.ensure(settings("keep-", "RETENTION_RECEIVED", "6h"));

        // then
        assertThat(config("keep-received")).containsEntry("retention.ms", "28800000");
    }

    @Test
    void shouldExplainThatThereAreTooFewBrokers() {
        assertThatThrownBy(() -> TopicAdmin.ensure(settings("few-", "REPLICATION_FACTOR", "3", "START_TIMEOUT", "1s")))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("kafka.replication-factor=3")
                .hasMessageContaining("to 1 for a single broker");
    }

    @Test
    void shouldGiveUpWhenNoBrokerAnswers() throws Exception {
        // given
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }

        // when / then
        assertThatThrownBy(() -> TopicAdmin.ensure(TestKafkaSettings.of("127.0.0.1:" + port, "START_TIMEOUT", "1s")))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("no answer from Kafka at 127.0.0.1:" + port + " within 1 s");
    }

    @Test
    void shouldAlsoWaitForANameThatDoesNotResolveYet() {
        assertThatThrownBy(() -> TopicAdmin.ensure(TestKafkaSettings.of("kafka.invalid:9092", "START_TIMEOUT", "1s")))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("no answer from Kafka at kafka.invalid:9092 within 1 s");
    }

    @Test
    void shouldStopWaitingWhenInterrupted() throws Exception {
        // given
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                TopicAdmin.ensure(TestKafkaSettings.of("kafka.invalid:9092"));
                thrown.complete(new AssertionError("did not wait"));
            } catch (TopicException e) {
                thrown.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError("flag lost", e));
            }
        });
        waiting.start();

        // when
        waiting.interrupt();

        // then
        assertThat(thrown.join()).isInstanceOf(TopicException.class);
        waiting.join();
    }

    private static KafkaSettings settings(String prefix, String... more) {
        String[] all = new String[more.length + 2];
        all[0] = "TOPIC_PREFIX";
        all[1] = prefix;
        System.arraycopy(more, 0, all, 2, more.length);
        return TestKafkaSettings.of(node.bootstrapServers(), all);
    }

    private static TopicDescription describe(String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()))) {
            return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
        }
    }

    private static Map<String, String> config(String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()))) {
            return admin.describeConfigs(List.of(resource)).all().get().get(resource).entries().stream()
                    .filter(entry -> entry.value() != null)
                    .collect(Collectors.toMap(entry -> entry.name(), entry -> entry.value()));
        }
    }
}
