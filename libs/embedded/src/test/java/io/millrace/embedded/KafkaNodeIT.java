package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaNodeIT {

    private static final String TOPIC = "things";

    @TempDir
    Path folder;

    @Test
    void shouldKeepRecordsThroughKillAndRestart() throws Exception {
        try (KafkaNode node = KafkaNode.start(KafkaNodeSettings.in(folder.resolve("a folder")))) {
            // given
            createTopic(node);
            produce(node, "one");

            // when
            long firstPid = node.pid();
            node.kill();
            assertThat(node.isAlive()).isFalse();
            node.start();
            produce(node, "two");
            node.restart();

            // then
            assertThat(node.pid()).isNotEqualTo(firstPid);
            assertThat(consume(node, 2)).containsExactly("one", "two");
        }
    }

    @Test
    void shouldKeepRecordsWhenPortsChange() throws Exception {
        // given
        try (KafkaNode node = KafkaNode.start(KafkaNodeSettings.in(folder))) {
            createTopic(node);
            produce(node, "one");
        }

        // when
        try (KafkaNode node = KafkaNode.start(KafkaNodeSettings.in(folder))) {
            // then
            assertThat(consume(node, 1)).containsExactly("one");
        }
    }

    @Test
    void shouldNotAnswerWhilePaused() throws Exception {
        try (KafkaNode node = KafkaNode.start(KafkaNodeSettings.in(folder))) {
            // given
            node.pause();

            // when
            boolean serving = KafkaProbe.isServing(node.port());

            // then
            assertThat(serving).isFalse();
            node.resume();
            createTopic(node);
        }
    }

    @Test
    void shouldSayWhyItCannotStartWhenThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            // given
            KafkaNodeSettings settings = KafkaNodeSettings.in(folder)
                    .withPorts(taken.getLocalPort(), 0)
                    .withStartTimeout(Duration.ofSeconds(60));

            // when // then
            assertThatThrownBy(() -> KafkaNode.start(settings))
                    .isInstanceOf(NodeException.class)
                    .hasMessageContaining("Kafka ended with exit code 1 while it started")
                    .hasMessageContaining("Address already in use");
        }
    }

    @Test
    void shouldRefuseAHalfWrittenFolder() throws Exception {
        // given
        Files.createDirectories(folder.resolve("topics").resolve("received-0"));

        // when // then
        assertThatThrownBy(() -> KafkaNode.start(KafkaNodeSettings.in(folder)))
                .isInstanceOf(NodeException.class)
                .hasMessageContaining("half-written");
    }

    private static void createTopic(KafkaNode node) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
        }
    }

    private static void produce(KafkaNode node, String value) throws Exception {
        Map<String, Object> properties = Map.of("bootstrap.servers", node.bootstrapServers(), "acks", "all");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, value)).get(30, TimeUnit.SECONDS);
        }
    }

    private static List<String> consume(KafkaNode node, int count) {
        Map<String, Object> properties =
                Map.of("bootstrap.servers", node.bootstrapServers(), "auto.offset.reset", "earliest");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition(TOPIC, 0)));
            List<String> values = new ArrayList<>();
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (values.size() < count && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
            return values;
        }
    }
}
