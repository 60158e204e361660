package io.millrace.testkit.cluster;

import io.millrace.embedded.CassandraNode;
import io.millrace.embedded.CassandraNodeSettings;
import io.millrace.embedded.FreePorts;
import io.millrace.embedded.KafkaNode;
import io.millrace.embedded.KafkaNodeSettings;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.control.AccessKeys;
import io.millrace.runtime.control.Account;
import io.millrace.runtime.control.ControlPublisher;
import io.millrace.runtime.control.ControlRecord;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.Policy;
import io.millrace.runtime.control.SetupSettings;
import io.millrace.runtime.control.User;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicAdmin;
import io.millrace.testkit.prometheus.PrometheusApi;
import io.millrace.testkit.remotewrite.WriteClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A whole Millrace: a broker, a node, a gateway, processors, storage writers and a query service, each a process of its
 * own on ports that stay. Thread-safe once made.
 */
public final class MillraceCluster implements AutoCloseable {

    private static final String ACCOUNT = "acme";
    private static final String TOKEN = "token-of-the-cluster";

    private final ClusterSettings settings;
    private final KafkaNode kafka;
    private final CassandraNode cassandra;
    private final KafkaSettings kafkaSettings;
    private final AccessKeys.NewAccessKey key = AccessKeys.generate("admin", Instant.now(), null);
    private final List<ServiceJvm> services = new ArrayList<>();
    private final List<ClusterProcess> processes = new ArrayList<>();
    private int gatewayPort;
    private int queryPort;

    /** Starts broker and node, makes topics, instances and a key; no service runs yet. */
    public MillraceCluster(ClusterSettings settings) throws IOException {
        this.settings = settings;
        Files.createDirectories(settings.folder());
        CompletableFuture<CassandraNode> node = CompletableFuture.supplyAsync(
                () -> CassandraNode.start(CassandraNodeSettings.in(settings.cassandraFolder())
                        .withLogFolder(settings.folder().resolve("cassandra-log"))));
        kafka = KafkaNode.start(KafkaNodeSettings.in(settings.folder().resolve("kafka")));
        kafkaSettings = Configuration.load(SetupSettings.class, null, kafkaVariables("SETUP"))
                .kafka();
        TopicAdmin.ensure(kafkaSettings);
        publishAccess(TenantLimits.DEFAULT);
        cassandra = node.join();
        processes.add(new NodeProcess("kafka", kafka));
        processes.add(new NodeProcess("cassandra", cassandra));
        addGateway();
        for (int i = 1; i <= settings.processors(); i++) {
            addProcessor(i);
        }
        for (int i = 1; i <= settings.writers(); i++) {
            addWriter(i);
        }
        addQuery();
    }

    private void publishAccess(TenantLimits limits) {
        List<ControlRecord> records = new ArrayList<>();
        for (String instance : settings.instances()) {
            records.add(instance(instance, limits));
        }
        records.add(new User(
                "admin",
                ACCOUNT,
                "admin",
                true,
                List.of(new Policy(Policy.Level.FULL, List.of(Policy.ALL))),
                Instant.now()));
        records.add(key.key());
        records.add(new Account(ACCOUNT, ACCOUNT, true, Instant.now()));
        publish(records);
    }

    private static Instance instance(String id, TenantLimits limits) {
        return new Instance(
                new TenantId(id), ACCOUNT, id, "here", Map.of(), Instance.Status.RUNNING, 15, limits, Instant.now());
    }

    private void publish(List<ControlRecord> records) {
        try (ControlPublisher publisher = new ControlPublisher(kafkaSettings, "cluster")) {
            publisher.publish(records);
        }
    }

    /** Sets the limits of an instance; they come into force within a second or two. */
    public void limit(String instance, TenantLimits limits) {
        publish(List.of(instance(instance, limits)));
    }

    private void addGateway() {
        List<Integer> ports = FreePorts.find(2);
        gatewayPort = ports.get(0);
        Map<String, String> variables = kafkaVariables("GATEWAY");
        variables.put("MILLRACE_GATEWAY_INTERNAL_HOST", "127.0.0.1");
        variables.put("MILLRACE_GATEWAY_INTERNAL_PORT", Integer.toString(gatewayPort));
        add("gateway", "gateway", "GATEWAY", variables, ports.get(1));
    }

    private void addProcessor(int number) {
        String name = "processor-" + number;
        Map<String, String> variables = kafkaVariables("PROCESSOR");
        variables.put("MILLRACE_PROCESSOR_INSTANCE_ID", name);
        variables.put(
                "MILLRACE_PROCESSOR_STATE_DIRECTORY",
                settings.folder().resolve(name).toString());
        add(name, "processor", "PROCESSOR", variables, FreePorts.find(1).get(0));
    }

    private void addWriter(int number) {
        List<Integer> ports = FreePorts.find(2);
        Map<String, String> variables = kafkaVariables("WRITER");
        cassandraVariables("WRITER", variables);
        variables.put("MILLRACE_WRITER_INTERNAL_HOST", "127.0.0.1");
        variables.put("MILLRACE_WRITER_INTERNAL_PORT", Integer.toString(ports.get(0)));
        variables.put("MILLRACE_WRITER_INTERNAL_ADVERTISED_ADDRESS", "127.0.0.1:" + ports.get(0));
        variables.put("MILLRACE_WRITER_INTERNAL_TOKEN", TOKEN);
        add("storage-writer-" + number, "storage-writer", "WRITER", variables, ports.get(1));
    }

    private void addQuery() {
        List<Integer> ports = FreePorts.find(2);
        queryPort = ports.get(0);
        Map<String, String> variables = kafkaVariables("QUERY");
        cassandraVariables("QUERY", variables);
        variables.put("MILLRACE_QUERY_HTTP_HOST", "127.0.0.1");
        variables.put("MILLRACE_QUERY_HTTP_PORT", Integer.toString(queryPort));
        variables.put("MILLRACE_QUERY_WRITERS_TOKEN", TOKEN);
        add("query", "query", "QUERY", variables, ports.get(1));
    }

    private void add(String name, String kind, String prefix, Map<String, String> variables, int adminPort) {
        variables.put("MILLRACE_" + prefix + "_ADMIN_PORT", Integer.toString(adminPort));
        settings.more().forEach((variable, value) -> {
            if (variable.startsWith("MILLRACE_" + prefix + "_")) {
                variables.put(variable, value);
            }
        });
        Path log = settings.folder().resolve(name + ".log");
        ServiceJvm service = new ServiceJvm(name, kind, settings.options(), variables, adminPort, log);
        services.add(service);
        processes.add(service);
    }

    private Map<String, String> kafkaVariables(String prefix) {
        Map<String, String> variables = new HashMap<>();
        String kafkaPrefix = "MILLRACE_" + prefix + "_KAFKA_";
        variables.put(kafkaPrefix + "BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        variables.put(kafkaPrefix + "PARTITIONS", Integer.toString(settings.partitions()));
        variables.put(kafkaPrefix + "REPLICATION_FACTOR", "1");
        variables.put(kafkaPrefix + "MIN_IN_SYNC_REPLICAS", "1");
        return variables;
    }

    private void cassandraVariables(String prefix, Map<String, String> variables) {
        variables.put("MILLRACE_" + prefix + "_CASSANDRA_CONTACT_POINTS", "127.0.0.1:" + cassandra.port());
        variables.put("MILLRACE_" + prefix + "_CASSANDRA_DATACENTER", cassandra.datacenter());
        variables.put("MILLRACE_" + prefix + "_CASSANDRA_REPLICATION_FACTOR", "1");
    }

    /** Starts all services; they get ready by themselves. */
    public void startServices() {
        services.forEach(ServiceJvm::start);
    }

    /** All processes, broker and node first. */
    public List<ClusterProcess> processes() {
        return List.copyOf(processes);
    }

    /** The services of one kind: gateway, processor, storage-writer, query. */
    public List<ServiceJvm> services(String kind) {
        return services.stream().filter(service -> service.kind().equals(kind)).toList();
    }

    public KafkaNode kafka() {
        return kafka;
    }

    public CassandraNode cassandra() {
        return cassandra;
    }

    /** How to reach the broker, and what the topics are called. */
    public KafkaSettings kafkaSettings() {
        return kafkaSettings;
    }

    /** Whether every process says that it is ready. */
    public boolean isReady() {
        return processes.stream().allMatch(ClusterProcess::isReady);
    }

    /** A sender of an instance, with a key that may do everything. */
    public WriteClient writeClient(String instance) {
        return new WriteClient(
                URI.create("http://127.0.0.1:" + gatewayPort + "/prometheus/" + instance + "/api/v1/write"),
                key.key().id(),
                key.secret().reveal());
    }

    /** A reader of an instance, with the same key. */
    public PrometheusApi queryApi(String instance) {
        return new PrometheusApi(
                "http://127.0.0.1:" + queryPort + "/prometheus/" + instance,
                key.key().id(),
                key.secret().reveal());
    }

    /** Kills everything; data and logs stay. */
    @Override
    public void close() {
        services.forEach(ServiceJvm::kill);
        cassandra.kill();
        kafka.kill();
    }
}
