package io.millrace.runtime.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.embedded.KafkaNode;
import io.millrace.embedded.KafkaNodeSettings;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TestKafkaSettings;
import io.millrace.runtime.kafka.TopicAdmin;
import io.millrace.runtime.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlTablesIT {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Duration PROPAGATION = Duration.ofSeconds(2);
    private static final Duration RECOVERY = Duration.ofSeconds(30);
    private static final TenantId PROD = new TenantId("prod");

    @TempDir
    static Path folder;

    private static KafkaNode node;
    private static int tests;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private KafkaSettings settings;

    @BeforeAll
    static void startNode() {
        node = KafkaNode.start(KafkaNodeSettings.in(folder.resolve("shared")));
    }

    @AfterAll
    static void closeNode() {
        node.close();
    }

    @BeforeEach
    void chooseTopics() {
        settings = settings(node, "test" + tests++ + "-");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @Test
    void shouldFollowEveryChangeWithinTwoSeconds() {
        // given one process that is there first, while the topic is not
        ControlTables early = open(new ControlTables(settings, Clock.systemUTC()));
        early.start();
        assertThat(early.check().ready()).isFalse();
        assertThat(early.decide("MK", "x", PROD, Access.READ)).isInstanceOf(Authorization.NotReady.class);
        TopicAdmin.ensure(settings);
        await().atMost(RECOVERY).until(() -> early.check().ready());
        List<ControlKey> changes = new CopyOnWriteArrayList<>();
        early.onChange(changes::add);
        ControlPublisher publisher = publisher();

        // when
        Optional<Bootstrap.FirstAccess> made = Bootstrap.run(early, publisher, Clock.systemUTC(), instance(PROD));

        // then it is in force there
        Bootstrap.FirstAccess access = made.orElseThrow();
        String secret = access.secret().reveal();
        await().atMost(PROPAGATION)
                .until(() ->
                        early.decide(access.key().id(), secret, PROD, Access.WRITE) instanceof Authorization.Granted);
        await().atMost(PROPAGATION).until(() -> changes.size() == 4);
        assertThat(Bootstrap.run(early, publisher, Clock.systemUTC(), instance(PROD)))
                .isEmpty();

        // and in a process that starts later
        ControlTables late = open(new ControlTables(settings, Clock.systemUTC()));
        late.start();
        await().atMost(RECOVERY).until(late::ready);
        assertThat(late.decide(access.key().id(), secret, PROD, Access.WRITE))
                .isInstanceOf(Authorization.Granted.class);

        // and a deletion is in force in both
        publisher.delete(access.key().key());
        for (ControlTables tables : List.of(early, late)) {
            await().atMost(PROPAGATION)
                    .until(() -> tables.decide(access.key().id(), secret, PROD, Access.WRITE)
                            instanceof Authorization.Unauthenticated);
        }
    }

    @Test
    void shouldAnswerWhileTheBrokerIsAwayAndFollowItWhenItIsBack() {
        // given
        TopicAdmin.ensure(settings);
        ControlPublisher publisher = publisher();
        publisher.publish(List.of(instance(PROD)));
        ControlTables tables = open(new ControlTables(settings, Clock.systemUTC()));
        tables.start();
        await().atMost(RECOVERY).until(tables::ready);

        // when
        node.kill();
        Instance whileAway = tables.instance(PROD);
        node.start();
        publisher.publish(List.of(instance(new TenantId("later"))));

        // then
        assertThat(whileAway).isEqualTo(instance(PROD));
        await().atMost(RECOVERY).until(() -> tables.instance(new TenantId("later")) != null);
        assertThat(tables.instance(PROD)).isEqualTo(instance(PROD));
    }

    @Test
    void shouldBeginAgainWhenTheBrokerHasLostItsLog() {
        // given
        KafkaNode first = open(KafkaNode.start(KafkaNodeSettings.in(folder.resolve("first"))));
        settings = settings(first, "lost-");
        TopicAdmin.ensure(settings);
        ControlPublisher publisher = publisher();
        publisher.publish(List.of(instance(PROD), instance(new TenantId("second"))));
        ControlTables tables = open(new ControlTables(settings, Clock.systemUTC()));
        tables.start();
        await().atMost(RECOVERY).until(tables::ready);

        // when another broker with nothing in it has the same address
        first.close();
        open(KafkaNode.start(KafkaNodeSettings.in(folder.resolve("second")).withPorts(first.port(), 0)));
        TopicAdmin.ensure(settings);
        publisher().publish(List.of(instance(new TenantId("new"))));

        // then
        await().atMost(RECOVERY).until(() -> tables.instance(new TenantId("new")) != null);
        assertThat(tables.state().size()).isEqualTo(1);
    }

    @Test
    void shouldKeepWhatWasInForceWhenARecordCannotBeRead() {
        // given
        TopicAdmin.ensure(settings);
        publisher().publish(List.of(instance(PROD)));
        ControlTables tables = open(new ControlTables(settings, Clock.systemUTC()));
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        tables.bindTo(registry);
        tables.start();
        await().atMost(RECOVERY).until(tables::ready);

        // when
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(KafkaClients.producer(settings, "bad"))) {
            producer.send(
                    new ProducerRecord<>(Topics.of(settings).control(), bytes("instance/prod"), bytes("{\"v\":99}")));
            producer.send(
                    new ProducerRecord<>(Topics.of(settings).control(), bytes("planet/mars"), bytes("{\"v\":1}")));
        }
        publisher().publish(List.of(instance(new TenantId("after"))));

        // then
        await().atMost(PROPAGATION).until(() -> tables.instance(new TenantId("after")) != null);
        assertThat(tables.instance(PROD)).isEqualTo(instance(PROD));
        assertThat(registry.get("millrace.control.unreadable.records")
                        .functionCounter()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("millrace.control.records").gauge().value()).isEqualTo(2);
    }

    @Test
    void shouldReadManyRecordsAtStart() {
        // given
        TopicAdmin.ensure(settings);
        publisher()
                .publish(IntStream.range(0, 20_000)
                        .mapToObj(
                                i -> AccessKeys.generate("user-" + i, NOW, null).key())
                        .toList());
        ControlTables tables = open(new ControlTables(settings, Clock.systemUTC()));

        // when
        tables.start();

        // then
        await().atMost(Duration.ofSeconds(10)).until(tables::ready);
        assertThat(tables.state().accessKeys()).hasSize(20_000);
    }

    @Test
    void shouldCloseQuicklyInEveryState() {
        // given
        ControlTables neverStarted = new ControlTables(settings, Clock.systemUTC());
        ControlTables withoutTopic = new ControlTables(settings, Clock.systemUTC());
        withoutTopic.start();

        // when
        long startNanos = System.nanoTime();
        neverStarted.close();
        withoutTopic.close();
        withoutTopic.close();

        // then
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(5));
    }

    private static KafkaSettings settings(KafkaNode node, String prefix) {
        return TestKafkaSettings.of(node.bootstrapServers(), "PARTITIONS", "1", "TOPIC_PREFIX", prefix);
    }

    private ControlPublisher publisher() {
        return open(new ControlPublisher(settings, "test"));
    }

    private <T extends AutoCloseable> T open(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Instance instance(TenantId id) {
        return new Instance(
                id, "acme", id.value(), "eu", Map.of(), Instance.Status.RUNNING, 90, TenantLimits.DEFAULT, NOW);
    }
}
