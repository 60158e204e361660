package io.millrace.limits;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.GatewayService;
import io.millrace.gateway.GatewaySettings;
import io.millrace.model.RejectReason;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.processor.ProcessorService;
import io.millrace.processor.ProcessorSettings;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.control.AccessKeys;
import io.millrace.runtime.control.Account;
import io.millrace.runtime.control.ControlPublisher;
import io.millrace.runtime.control.ControlTables;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.Policy;
import io.millrace.runtime.control.ProcessingRules;
import io.millrace.runtime.control.ProcessingRules.LongValues;
import io.millrace.runtime.control.User;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicAdmin;
import io.millrace.runtime.kafka.Topics;
import io.millrace.runtime.relabel.RelabelRule;
import io.millrace.testkit.TestKafka;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** Two gateways and a processor on a real broker, and one instance whose limits a test sets. */
final class LimitedTenant implements AutoCloseable {
    static final int PARTITIONS = 3;
    static final TenantId ID = new TenantId("limited");
    private static final String ACCOUNT = "acme";

    final List<MeterRegistry> gateways = new ArrayList<>();
    final AccessKeys.NewAccessKey key = AccessKeys.generate("writer", Instant.EPOCH, null);
    final Topics topics;
    private final List<Integer> ports = new ArrayList<>();
    private final List<AutoCloseable> started = new ArrayList<>();
    private final Map<String, String> kafka = Map.of(
            "BOOTSTRAP_SERVERS",
            TestKafka.bootstrapServers(),
            "TOPIC_PREFIX",
            "limits-" + UUID.randomUUID() + "-",
            "PARTITIONS",
            Integer.toString(PARTITIONS),
            "REPLICATION_FACTOR",
            "1",
            "MIN_IN_SYNC_REPLICAS",
            "1");
    private final GatewaySettings settings;
    private final ControlPublisher publisher;

    LimitedTenant(Path folder, TenantLimits limits) throws Exception {
        settings = Configuration.load(
                GatewaySettings.class,
                null,
                environment(
                        "GATEWAY", Map.of("INTERNAL_HOST", "127.0.0.1", "INTERNAL_PORT", "0", "INTERNET_PORT", "0")));
        topics = Topics.of(settings.kafka());
        TopicAdmin.ensure(settings.kafka());
        publisher = opened(new ControlPublisher(settings.kafka(), "limits-test"));
        publisher.publish(List.of(
                new Account(ACCOUNT, ACCOUNT, true, Instant.EPOCH),
                new User(
                        "writer",
                        ACCOUNT,
                        "writer",
                        true,
                        List.of(new Policy(Policy.Level.WRITE, List.of(Policy.ALL))),
                        Instant.EPOCH),
                key.key()));
        limit(limits);
        ControlTables control = opened(new ControlTables(settings.kafka(), Clock.systemUTC()));
        control.start();
        for (int i = 0; i < 2; i++) {
            MeterRegistry registry = new SimpleMeterRegistry();
            GatewayService gateway = opened(new GatewayService(settings, control.state(), registry, Clock.systemUTC()));
            gateway.start();
            gateways.add(registry);
            ports.add(gateway.internalPort());
        }
        ProcessorSettings processing = Configuration.load(
                ProcessorSettings.class, null, environment("PROCESSOR", Map.of("STATE_DIRECTORY", folder.toString())));
        ProcessorService processor =
                opened(new ProcessorService(processing, control, new SimpleMeterRegistry(), System::currentTimeMillis));
        processor.start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(90))
                .until(() -> control.ready()
                        && processor.check().ready()
                        && gateways.stream().allMatch(gateway -> gauge(gateway, "live.gateways") == 2));
    }

    private <T extends AutoCloseable> T opened(T service) {
        started.add(service);
        return service;
    }

    private Map<String, String> environment(String process, Map<String, String> own) {
        Map<String, String> environment = new HashMap<>();
        kafka.forEach((name, value) -> environment.put("MILLRACE_" + process + "_KAFKA_" + name, value));
        own.forEach((name, value) -> environment.put("MILLRACE_" + process + "_" + name, value));
        return environment;
    }

    /** Sets the limits of the instance. */
    void limit(TenantLimits limits) {
        publisher.publish(List.of(new Instance(
                ID, ACCOUNT, ID.value(), "here", Map.of(), Instance.Status.RUNNING, 15, limits, Instant.EPOCH)));
    }

    /** Has a label taken away from all series of the instance. */
    void dropLabel(String name) {
        RelabelRule rule = new RelabelRule(null, null, name, null, null, null, RelabelRule.Action.LABELDROP);
        publisher.publish(List.of(new ProcessingRules(ID, List.of(), List.of(rule), LongValues.REFUSE, null)));
    }

    /** Where to write to, at each gateway. */
    List<URI> writeUrls() {
        return ports.stream()
                .map(port -> URI.create("http://127.0.0.1:" + port + "/prometheus/" + ID.value() + "/api/v1/write"))
                .toList();
    }

    /** Samples that a gateway refused for a reason. */
    static double refused(MeterRegistry gateway, RejectReason reason) {
        Counter counter = gateway.find("millrace.rejected.samples")
                .tag("reason", reason.metricLabel())
                .counter();
        return counter == null ? 0 : counter.count();
    }

    static double gauge(MeterRegistry gateway, String name) {
        return gateway.get("millrace.gateway." + name).gauge().value();
    }

    /** All committed records of a topic. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(KafkaClients.consumer(settings.kafka(), "limits-reader"))) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    @Override
    public void close() throws Exception {
        for (int i = started.size() - 1; i >= 0; i--) {
            started.get(i).close();
        }
    }
}
