package io.millrace.standalone;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.embedded.CassandraNodeSettings;
import io.millrace.embedded.KafkaNodeSettings;
import io.millrace.gateway.GatewayService;
import io.millrace.processor.ProcessorService;
import io.millrace.query.InstanceRetention;
import io.millrace.query.QueryService;
import io.millrace.runtime.Service;
import io.millrace.runtime.admin.AdminConfig;
import io.millrace.runtime.config.Secret;
import io.millrace.runtime.control.AccessKeys;
import io.millrace.runtime.control.Bootstrap;
import io.millrace.runtime.control.ControlPublisher;
import io.millrace.runtime.control.ControlTables;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicAdmin;
import io.millrace.standalone.selfmetrics.SelfMetrics;
import io.millrace.storage.RetentionPolicy;
import io.millrace.storage.cassandra.CassandraStore;
import io.millrace.writer.WriterService;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the services of one standalone process and knows their addresses. Used by the main thread. */
final class Wiring {

    private static final String LOOPBACK = "127.0.0.1";
    private static final long CONTROL_MILLIS = 60_000;
    private static final long LOOK_MILLIS = 20;

    private final DataFolder folder;
    private final Settings settings;
    private final PrometheusMeterRegistry registry;
    private final Clock clock;
    private final Nodes nodes;
    private final ControlTables control;
    private final ControlPublisher publisher;
    private final FirstAccess access;
    private final Instant started;
    private Bootstrap.@Nullable FirstAccess first;
    private AccessKeys.@Nullable NewAccessKey ownKey;

    /** Starts nothing. */
    Wiring(DataFolder folder, Settings settings, PrometheusMeterRegistry registry, Progress progress, Clock clock) {
        this.folder = folder;
        this.settings = settings;
        this.registry = registry;
        this.clock = clock;
        this.started = clock.instant();
        nodes = new Nodes(kafkaNode(), cassandraNode(), progress);
        control = new ControlTables(kafka(), clock);
        control.bindTo(registry);
        publisher = new ControlPublisher(kafka(), "millrace-standalone");
        access = new FirstAccess(control, publisher, settings.standalone(), clock);
    }

    /** In the order of their start. */
    List<Service> services() {
        RetentionPolicy retention = new InstanceRetention(control);
        CassandraStore store = new CassandraStore(settings.query().cassandra(), retention, "query", registry);
        List<Service> services = new ArrayList<>();
        services.add(nodes);
        services.add(new Step("topics", () -> TopicAdmin.ensure(kafka())));
        services.add(control);
        services.add(new Step("account, instance and AccessKey", this::ensureAccess));
        services.add(new GatewayService(settings.gateway(), control.state(), registry, clock));
        services.add(new ProcessorService(settings.processor(), control, registry, clock::millis));
        services.add(store);
        services.add(new WriterService(settings.writer(), retention, control.state(), registry, clock));
        services.add(new QueryService(settings.query(), store, control, registry, clock));
        if (settings.standalone().selfMetrics().enabled()) {
            services.add(new SelfMetrics(
                    registry,
                    settings.standalone().selfMetrics().interval(),
                    LOOPBACK + ":" + settings.standalone().adminPort(),
                    this::ownTarget,
                    clock));
        }
        return services;
    }

    private void ensureAccess() throws InterruptedException, IOException {
        long deadline = System.nanoTime() + CONTROL_MILLIS * 1_000_000;
        while (!control.ready()) {
            if (System.nanoTime() > deadline) {
                throw new CommandException("The topic control could not be read: "
                        + control.check().reason());
            }
            Thread.sleep(LOOK_MILLIS);
        }
        first = access.ensureAccount().orElse(null);
        ownKey = access.ensureOwnInstance();
        access.ensureCommandKey(folder.commandCredentials(), query());
        publisher.close();
    }

    private SelfMetrics.Target ownTarget() {
        AccessKeys.NewAccessKey key = ownKey;
        if (key == null) {
            throw new IllegalStateException("the key of our own metrics is made before they are sent");
        }
        URI url = URI.create(Welcome.writeUrl(gateway(), FirstAccess.OWN_INSTANCE.value()));
        return new SelfMetrics.Target(url, key.key().id(), key.secret());
    }

    /** What the person at the terminal needs to know, once everything has started. */
    Welcome.Facts facts() {
        Bootstrap.FirstAccess made = first;
        String keyId = made != null
                ? made.key().id()
                : access.keys().stream().map(key -> key.id()).findFirst().orElse("<none>");
        Secret secret = made == null ? null : made.secret();
        return new Welcome.Facts(
                gateway(), query(), adminUrl(), settings.standalone().instance(), keyId, secret);
    }

    /** What the other commands need to know. */
    RunFile.Run describe(boolean ready) {
        String instance = settings.standalone().instance();
        return new RunFile.Run(
                ProcessHandle.current().pid(),
                started,
                ready,
                Welcome.writeUrl(gateway(), instance),
                Welcome.queryUrl(query(), instance),
                adminUrl(),
                LOOPBACK + ":" + settings.standalone().kafka().port(),
                LOOPBACK + ":" + settings.standalone().cassandra().port());
    }

    AdminConfig admin() {
        int port = settings.standalone().adminPort();
        return new AdminConfig() {
            @Override
            public String host() {
                return LOOPBACK;
            }

            @Override
            public int port() {
                return port;
            }
        };
    }

    private String gateway() {
        return "http://" + shownHost() + ":" + settings.gateway().internal().port();
    }

    private String query() {
        return "http://" + shownHost() + ":" + settings.query().http().port();
    }

    private String adminUrl() {
        return "http://" + LOOPBACK + ":" + settings.standalone().adminPort();
    }

    private String shownHost() {
        return SettingsFile.reachable(settings.standalone().listen());
    }

    /** All services have the same; the fixed keys see to that. */
    private KafkaSettings kafka() {
        return settings.gateway().kafka();
    }

    private KafkaNodeSettings kafkaNode() {
        StandaloneSettings.Kafka kafka = settings.standalone().kafka();
        return KafkaNodeSettings.in(folder.kafka())
                .withLogFolder(folder.logs())
                .withPorts(kafka.port(), 0)
                .withHeapMegabytes(megabytes(kafka.heap().bytes()));
    }

    private CassandraNodeSettings cassandraNode() {
        StandaloneSettings.Cassandra cassandra = settings.standalone().cassandra();
        return CassandraNodeSettings.in(folder.cassandra())
                .withLogFolder(folder.logs())
                .withPorts(cassandra.port(), 0)
                .withHeapMegabytes(megabytes(cassandra.heap().bytes()))
                .withMemtableMegabytes(megabytes(cassandra.memtables().bytes()));
    }

    private static int megabytes(long bytes) {
        return Math.toIntExact(bytes >> 20);
    }
}
