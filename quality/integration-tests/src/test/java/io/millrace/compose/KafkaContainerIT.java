package io.millrace.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.control.Access;
import io.millrace.runtime.control.Authorization;
import io.millrace.runtime.control.Bootstrap;
import io.millrace.runtime.control.ControlPublisher;
import io.millrace.runtime.control.ControlTables;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.SetupSettings;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicAdmin;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;

/** Topics and control tables on a broker from the official image. */
final class KafkaContainerIT {
    private static GenericContainer<?> broker;
    private static KafkaSettings settings;

    @BeforeAll
    static void start() {
        Containers.require(Containers.KAFKA);
        int port = Containers.freePort();
        broker = Containers.kafka(port);
        broker.start();
        settings = Configuration.load(
                        SetupSettings.class,
                        null,
                        Map.of(
                                "MILLRACE_SETUP_KAFKA_BOOTSTRAP_SERVERS",
                                "127.0.0.1:" + port,
                                "MILLRACE_SETUP_KAFKA_REPLICATION_FACTOR",
                                "1",
                                "MILLRACE_SETUP_KAFKA_MIN_IN_SYNC_REPLICAS",
                                "1"))
                .kafka();
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.stop();
        }
    }

    @Test
    void shouldMakeTopicsAndLetANewKeyInEverywhere() {
        // given
        TopicAdmin.ensure(settings);
        Clock clock = Clock.systemUTC();
        Instance instance = new Instance(
                new TenantId("demo"),
                "first",
                "demo",
                "local",
                Map.of(),
                Instance.Status.RUNNING,
                15,
                TenantLimits.DEFAULT,
                clock.instant());
        try (ControlTables here = new ControlTables(settings, clock);
                ControlTables there = new ControlTables(settings, clock);
                ControlPublisher publisher = new ControlPublisher(settings, "test")) {
            here.start();
            there.start();
            await().atMost(Duration.ofSeconds(60)).until(() -> here.ready() && there.ready());

            // when
            Bootstrap.FirstAccess made =
                    Bootstrap.run(here, publisher, clock, instance).orElseThrow();

            // then
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(
                                    there.decide(made.key().id(), made.secret().reveal(), instance.id(), Access.WRITE))
                            .isInstanceOf(Authorization.Granted.class));
        }
    }
}
