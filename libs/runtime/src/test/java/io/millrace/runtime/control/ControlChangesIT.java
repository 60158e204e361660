package io.millrace.runtime.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.KafkaNode;
import io.millrace.embedded.KafkaNodeSettings;
import io.millrace.model.TenantId;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TestKafkaSettings;
import io.millrace.runtime.kafka.TopicAdmin;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a change through Kafka: two processes, one broker. */
class ControlChangesIT {
    private static final Duration RECOVERY = Duration.ofSeconds(30);
    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    static Path folder;

    private static KafkaNode node;
    private static KafkaSettings settings;

    @BeforeAll
    static void start() {
        node = KafkaNode.start(KafkaNodeSettings.in(folder));
        settings = TestKafkaSettings.of(node.bootstrapServers(), "PARTITIONS", "1");
        TopicAdmin.ensure(settings);
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @Test
    void shouldMakeChangesThatAreSeenAtOnceHereAndSoonElsewhere() throws Exception {
        try (ControlTables here = new ControlTables(settings, CLOCK);
                ControlTables elsewhere = new ControlTables(settings, CLOCK);
                ControlPublisher publisher = new ControlPublisher(settings, "here");
                ControlPublisher other = new ControlPublisher(settings, "here");
                AuditTrail trail = new AuditTrail(settings)) {
            // given
            here.start();
            elsewhere.start();
            trail.start();
            await().atMost(RECOVERY)
                    .until(() ->
                            here.ready() && elsewhere.ready() && trail.check().ready());
            ControlChanges changes = new ControlChanges(here, publisher, CLOCK);
            ControlChanges othersChanges = new ControlChanges(elsewhere, other, CLOCK);
            Actor actor = Actor.system("test");

            // when: each step needs the one before to be visible here
            changes.make(actor, operations -> operations.createAccount("acme", "Acme"));
            changes.make(actor, operations -> operations.createInstance("acme", "prod", "P", "eu", Map.of(), 15, null));
            changes.make(
                    actor,
                    operations -> operations.createUser(
                            "acme", "ops", "Ops", List.of(new Policy(Policy.Level.FULL, List.of("*")))));
            ControlOperations.NewKey made = changes.makeKey(actor, operations -> operations.createKey("ops", null));

            // then
            await().atMost(Duration.ofSeconds(2))
                    .until(() -> elsewhere.decide(
                                    made.key().id(), made.secret().reveal(), new TenantId("prod"), Access.WRITE)
                            instanceof Authorization.Granted);

            // and two processes can make changes in turn
            othersChanges.make(
                    actor, operations -> operations.setKeyEnabled(made.key().id(), false));
            await().atMost(Duration.ofSeconds(2))
                    .until(() ->
                            here.decide(made.key().id(), made.secret().reveal(), new TenantId("prod"), Access.WRITE)
                                    instanceof Authorization.Unauthenticated);
            changes.make(actor, operations -> operations.deleteUser("ops"));

            // and the trail has all of it, newest first
            await().atMost(RECOVERY)
                    .until(() -> trail.newest(entry -> true, 100).size() == 7);
            assertThat(trail.newest(entry -> true, 3))
                    .extracting(AuditEntry::action)
                    .containsExactly("user.delete", "user.delete", "key.disable");
            assertThat(trail.newest(entry -> entry.target().equals("instance/prod"), 3))
                    .extracting(AuditEntry::action)
                    .containsExactly("instance.create");

            // and a refusal changes nothing
            assertThatThrownBy(() -> changes.make(actor, operations -> operations.createAccount("acme", "Again")))
                    .isInstanceOf(ControlOperationException.class);
        }
    }

    @Test
    void shouldPublishTheLastUseOfKeys() {
        // given
        KeyUses uses = new KeyUses(CLOCK);
        try (KeyUseReporter reporter = new KeyUseReporter(settings, uses, Duration.ofMillis(50));
                KeyUseTable table = new KeyUseTable(settings)) {
            reporter.start();
            table.start();

            // when
            uses.note("MK1", "10.0.0.1");

            // then
            await().atMost(RECOVERY).until(() -> table.lastUse("MK1") != null);
            uses.note("MK2", "10.0.0.2");
            reporter.close();
            await().atMost(RECOVERY).until(() -> table.lastUse("MK2") != null);
            assertThat(table.lastUse("MK1")).extracting(KeyUse::address).isEqualTo("10.0.0.1");
            assertThat(table.lastUse("MK3")).isNull();
        }
    }
}
