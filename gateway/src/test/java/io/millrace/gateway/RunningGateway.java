package io.millrace.gateway;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.control.AccessKey;
import io.millrace.runtime.control.AccessKeys;
import io.millrace.runtime.control.Account;
import io.millrace.runtime.control.ControlState;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.Policy;
import io.millrace.runtime.control.User;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.Topics;
import io.millrace.runtime.metrics.Metrics;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.HistogramMessage;
import io.millrace.wire.record.RejectionRecord;
import io.millrace.wire.record.SampleBatchReader;
import java.net.URI;
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
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** A gateway on a real broker with two instances of one account, an instance of another, and keys of several users. */
final class RunningGateway implements AutoCloseable {
    static final TenantId SHOP = new TenantId("shop");
    static final TenantId OTHER_SHOP = new TenantId("other-shop");
    static final TenantId STOPPED = new TenantId("stopped");
    static final TenantId FOREIGN = new TenantId("foreign");

    final ControlState control = new ControlState(Clock.systemUTC());
    final GatewaySettings settings;
    final GatewayService service;
    final PrometheusMeterRegistry registry = Metrics.create();
    /** May write to all instances of the account. */
    final AccessKeys.NewAccessKey key;

    final AccessKeys.NewAccessKey onlyShopKey;
    final AccessKeys.NewAccessKey readKey;

    RunningGateway(String bootstrapServers, Map<String, String> more) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(
                "MILLRACE_GATEWAY_KAFKA_BOOTSTRAP_SERVERS", bootstrapServers,
                "MILLRACE_GATEWAY_KAFKA_TOPIC_PREFIX", "gateway-" + UUID.randomUUID() + "-",
                "MILLRACE_GATEWAY_KAFKA_PARTITIONS", "3",
                "MILLRACE_GATEWAY_KAFKA_REPLICATION_FACTOR", "1",
                "MILLRACE_GATEWAY_KAFKA_MIN_IN_SYNC_REPLICAS", "1",
                "MILLRACE_GATEWAY_INTERNAL_HOST", "127.0.0.1",
                "MILLRACE_GATEWAY_INTERNAL_PORT", "0",
                "MILLRACE_GATEWAY_INTERNET_HOST", "127.0.0.1",
                "MILLRACE_GATEWAY_INTERNET_PORT", "0",
                "MILLRACE_GATEWAY_DOMAIN", "write.example.org"));
        environment.putAll(more);
        settings = Configuration.load(GatewaySettings.class, null, environment);
        control.put(new Account("acme", "Acme", true, Instant.EPOCH));
        control.put(new Account("rival", "Rival", true, Instant.EPOCH));
        for (TenantId id : List.of(SHOP, OTHER_SHOP, STOPPED, FOREIGN)) {
            control.put(instance(id));
        }
        key = user("writer", Policy.Level.WRITE, Policy.ALL);
        onlyShopKey = user("shop-writer", Policy.Level.WRITE, SHOP.value());
        readKey = user("reader", Policy.Level.READ, Policy.ALL);
        service = new GatewayService(settings, control, registry, Clock.systemUTC());
        service.start();
    }

    /** Gives an instance other limits, in force at once. */
    void limit(TenantId id, TenantLimits limits) {
        control.put(instance(id, limits));
    }

    private static Instance instance(TenantId id) {
        return instance(id, TenantLimits.DEFAULT);
    }

    private static Instance instance(TenantId id, TenantLimits limits) {
        return new Instance(
                id,
                id.equals(FOREIGN) ? "rival" : "acme",
                id.value(),
                "here",
                Map.of(),
                id.equals(STOPPED) ? Instance.Status.STOPPED : Instance.Status.RUNNING,
                15,
                limits,
                Instant.EPOCH);
    }

    private AccessKeys.NewAccessKey user(String id, Policy.Level level, String instances) {
        control.put(new User(id, "acme", id, true, List.of(new Policy(level, List.of(instances))), Instant.EPOCH));
        AccessKeys.NewAccessKey made = AccessKeys.generate(id, Instant.EPOCH, null);
        control.put(made.key());
        return made;
    }

    void disable(AccessKeys.NewAccessKey made) {
        AccessKey old = made.key();
        control.put(new AccessKey(old.id(), old.userId(), old.secretHash(), false, old.created(), old.expires()));
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + service.internalPort() + path);
    }

    URI writeUri() {
        return uri("/prometheus/shop/api/v1/write");
    }

    Topics topics() {
        return Topics.of(settings.kafka());
    }

    double counter(String name, String... tags) {
        var counter = registry.find(name).tags(tags).counter();
        return counter == null ? 0 : counter.count();
    }

    /** What a series has in the topic {@code received}. */
    record Stored(List<Sample> samples, List<HistogramSample> histograms, List<Exemplar> exemplars) {
        static Stored empty() {
            return new Stored(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    record Sample(long timestamp, long start, long bits) {
        static Sample of(long timestamp, double value) {
            return new Sample(timestamp, 0, Double.doubleToRawLongBits(value));
        }
    }

    record HistogramSample(long timestamp, long start, NativeHistogram histogram) {}

    record Exemplar(long timestamp, double value, Labels labels) {}

    record Metadata(String type, String family, String help, String unit) {}

    /** The content of the topic {@code received} of one tenant. */
    record Content(Map<Labels, Stored> series, List<Metadata> metadata) {
        Stored of(String... labels) {
            return series.getOrDefault(Labels.of(labels), Stored.empty());
        }

        int samples() {
            return series.values().stream()
                    .mapToInt(stored -> stored.samples().size())
                    .sum();
        }
    }

    /** Reads the topic from its beginning to its end. */
    Content received(TenantId tenant) {
        Content content = new Content(new HashMap<>(), new ArrayList<>());
        for (ConsumerRecord<byte[], byte[]> record : records(topics().received())) {
            if (new String(record.key(), java.nio.charset.StandardCharsets.UTF_8).equals(tenant.value())) {
                read(record.value(), content);
            }
        }
        return content;
    }

    List<RejectionRecord> rejections() {
        return records(topics().rejections()).stream()
                .map(record -> RejectionRecord.decode(record.key(), record.value()))
                .toList();
    }

    List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(KafkaClients.consumer(settings.kafka(), "test"))) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (PartitionInfo info : consumer.partitionsFor(topic)) {
                partitions.add(new TopicPartition(topic, info.partition()));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    private static void read(byte[] value, Content content) {
        SampleBatchReader reader = new SampleBatchReader();
        reader.wrap(value);
        while (true) {
            switch (reader.nextEntry()) {
                case SERIES_WITH_LABELS -> {
                    Labels labels = CanonicalLabels.decode(
                            reader.seriesLabelsBuffer(), reader.seriesLabelsOffset(), reader.seriesLabelsLength());
                    items(reader, content.series.computeIfAbsent(labels, absent -> Stored.empty()));
                }
                case SERIES_BY_ID -> throw new AssertionError("series without labels");
                case METADATA ->
                    content.metadata.add(new Metadata(
                            reader.metadataType().apiName(),
                            reader.metadataFamily(),
                            reader.metadataHelp(),
                            reader.metadataUnit()));
                case END -> {
                    return;
                }
            }
        }
    }

    private static void items(SampleBatchReader reader, Stored stored) {
        while (true) {
            switch (reader.nextItem()) {
                case SAMPLE ->
                    stored.samples.add(new Sample(reader.timestampMs(), reader.startTimestampMs(), reader.valueBits()));
                case HISTOGRAM ->
                    stored.histograms.add(new HistogramSample(
                            reader.timestampMs(),
                            reader.startTimestampMs(),
                            HistogramMessage.decode(
                                    reader.buffer(), reader.histogramOffset(), reader.histogramLength())));
                case EXEMPLAR ->
                    stored.exemplars.add(new Exemplar(
                            reader.timestampMs(),
                            Double.longBitsToDouble(reader.valueBits()),
                            CanonicalLabels.decode(
                                    reader.buffer(), reader.exemplarLabelsOffset(), reader.exemplarLabelsLength())));
                case END -> {
                    return;
                }
            }
        }
    }

    @Override
    public void close() {
        service.close();
        registry.close();
    }
}
