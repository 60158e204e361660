package io.millrace.runtime.shards;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.embedded.KafkaNode;
import io.millrace.embedded.KafkaNodeSettings;
import io.millrace.model.TenantId;
import io.millrace.runtime.control.Actor;
import io.millrace.runtime.control.ControlChanges;
import io.millrace.runtime.control.ControlPublisher;
import io.millrace.runtime.control.ControlTables;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TestKafkaSettings;
import io.millrace.runtime.kafka.TopicAdmin;
import io.millrace.runtime.kafka.Topics;
import io.millrace.wire.record.KnownSeries;
import io.millrace.wire.record.ShardRecord;
import io.millrace.wire.record.ShardRecord.Passed;
import io.millrace.wire.record.ShardRecord.Phase;
import io.millrace.wire.record.ShardRecord.State;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardTablesIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final TenantId DEMO = new TenantId("demo");

    @TempDir
    static Path folder;

    private static KafkaNode node;
    private static KafkaSettings settings;

    @BeforeAll
    static void start() {
        node = KafkaNode.start(KafkaNodeSettings.in(folder));
        settings = TestKafkaSettings.of(node.bootstrapServers(), "PARTITIONS", "16");
        TopicAdmin.ensure(settings);
    }

    @AfterAll
    static void close() {
        node.close();
    }

    private static void say(ShardRecord record) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(KafkaClients.producer(settings, "test"))) {
            producer.send(new ProducerRecord<>(
                            Topics.of(settings).shards(), 0, record.key().encode(), record.value()))
                    .get();
        }
    }

    @Test
    void shouldKnowWhatWasSaidBeforeItStartedAndWhatIsSaidNow() throws Exception {
        KnownSeries.Builder known = new KnownSeries.Builder(1);
        known.add(1, 2);
        Passed passed = new Passed(DEMO, 7, 3, 1_000, 1, known.build());
        say(new State(DEMO, 3, Phase.STEADY, 4, 0, 1_000));
        say(passed);

        try (ShardTables keeping = new ShardTables(settings, true);
                ShardTables other = new ShardTables(settings, false)) {
            keeping.start();
            other.start();
            assertThat(keeping.awaitReady(LIMIT)).isTrue();
            assertThat(other.awaitReady(LIMIT)).isTrue();
            assertThat(keeping.of(DEMO).shard().width()).isEqualTo(4);
            assertThat(keeping.of(DEMO).passed()).containsOnly(Map.entry(7, passed));
            assertThat(other.of(DEMO).passed()).isEmpty();
            assertThat(other.of(new TenantId("unheard")).shard().isAll()).isTrue();
            assertThat(other.awaitSteady(DEMO, 4, Duration.ofMillis(1))).isFalse();

            say(new State(DEMO, 4, Phase.CLOSING, 4, 8, 2_000));

            Awaitility.await().atMost(LIMIT).until(() -> other.of(DEMO).isClosed());
            assertThat(other.awaitSteady(DEMO, 4, Duration.ofMillis(1))).isFalse();
            assertThat(other.of(DEMO).shard().width()).isEqualTo(4);
            assertThat(other.of(DEMO).nextShard().width()).isEqualTo(8);

            say(new State(DEMO, 4, Phase.STEADY, 8, 0, 3_000));

            assertThat(other.awaitSteady(DEMO, 4, LIMIT)).isTrue();
            assertThat(other.of(DEMO).shard().width()).isEqualTo(8);
        }
    }

    @Test
    void shouldGiveNewInstancesAShardAndDeletedOnesNone() throws Exception {
        TenantId made = new TenantId("made");
        try (ControlTables tables = new ControlTables(settings, Clock.systemUTC());
                ControlPublisher publisher = new ControlPublisher(settings, "test");
                ShardTables shards = new ShardTables(settings, false)) {
            tables.start();
            shards.start();
            Awaitility.await().atMost(LIMIT).until(tables::ready);
            ControlChanges changes = new ControlChanges(tables, publisher, Clock.systemUTC());
            Actor actor = Actor.system("test");

            changes.make(actor, operations -> operations.createAccount("acme", "Acme"));
            changes.make(actor, operations -> operations.createInstance("acme", "made", "M", "eu", Map.of(), 15, null));

            Awaitility.await().atMost(LIMIT).until(() -> shards.of(made).shard().width() == 4);

            changes.make(actor, operations -> operations.deleteInstance("made"));

            Awaitility.await().atMost(LIMIT).until(() -> shards.of(made).state() == null);
        }
    }
}
