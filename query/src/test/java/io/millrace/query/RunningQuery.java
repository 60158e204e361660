package io.millrace.query;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.query.index.SeriesIndex;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.control.AccessKeys;
import io.millrace.runtime.control.Account;
import io.millrace.runtime.control.ControlPublisher;
import io.millrace.runtime.control.ControlTables;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.Policy;
import io.millrace.runtime.control.User;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicAdmin;
import io.millrace.runtime.kafka.Topics;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.MetricChunk;
import io.millrace.storage.cassandra.CassandraStore;
import io.millrace.testkit.TestCassandra;
import io.millrace.testkit.TestKafka;
import io.millrace.wire.Partitions;
import io.millrace.wire.chunk.XorChunk;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.openchunks.OpenChunk;
import io.millrace.wire.record.SeriesRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A query service on the broker and the node of this test JVM, with topics and a keyspace of its own, one instance, a
 * user who may read it, one who may also delete its series, and one who may administer. What it should find is written before {@link #startService}.
 */
public final class RunningQuery implements AutoCloseable {
    public static final TenantId SHOP = new TenantId("shop");
    static final String TOKEN = "token-of-the-test";
    static final int PARTITIONS = 3;

    final QuerySettings settings;
    final CassandraStore store;
    final ControlTables control;
    final MeterRegistry registry = new SimpleMeterRegistry();
    FakeWriter writer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AccessKeys.NewAccessKey reader;
    private final AccessKeys.NewAccessKey keeper;
    private final AccessKeys.NewAccessKey root;
    private QueryService service;

    /** @param overrides keys of the configuration as environment variables */
    public RunningQuery(Map<String, String> overrides) throws Exception {
        String unique = UUID.randomUUID().toString().replace("-", "");
        Map<String, String> values = settings(unique);
        values.putAll(overrides);
        settings = Configuration.load(QuerySettings.class, null, values);
        TopicAdmin.ensure(settings.kafka());
        producer = new KafkaProducer<>(KafkaClients.producer(settings.kafka(), "query-it"));
        control = new ControlTables(settings.kafka(), Clock.systemUTC());
        control.start();
        store = new CassandraStore(
                settings.cassandra(), new InstanceRetention(control), "query-it", new SimpleMeterRegistry());
        store.start();
        Instant at = Instant.now();
        reader = AccessKeys.generate("reader", at, null);
        keeper = AccessKeys.generate("keeper", at, null);
        root = AccessKeys.generate("root", at, null);
        publishAccess(at);
        await().atMost(Duration.ofSeconds(30)).until(() -> control.instance(SHOP) != null);
        writer = new FakeWriter(settings.kafka(), TOKEN);
    }

    /** Starts the service and returns when it and the writer are ready. */
    public void startService() throws Exception {
        service = new QueryService(settings, store, control, registry, Clock.systemUTC());
        service.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> service.check().ready() && control.ready());
        await().atMost(Duration.ofSeconds(60)).until(() -> writer.partitions() == PARTITIONS);
    }

    private static Map<String, String> settings(String unique) {
        Map<String, String> values = new HashMap<>();
        values.put("MILLRACE_QUERY_KAFKA_BOOTSTRAP_SERVERS", TestKafka.bootstrapServers());
        values.put("MILLRACE_QUERY_KAFKA_TOPIC_PREFIX", "it-" + unique + "-");
        values.put("MILLRACE_QUERY_KAFKA_PARTITIONS", String.valueOf(PARTITIONS));
        values.put("MILLRACE_QUERY_KAFKA_REPLICATION_FACTOR", "1");
        values.put("MILLRACE_QUERY_KAFKA_MIN_IN_SYNC_REPLICAS", "1");
        values.put(
                "MILLRACE_QUERY_CASSANDRA_CONTACT_POINTS",
                "127.0.0.1:" + TestCassandra.contactPoint().getPort());
        values.put("MILLRACE_QUERY_CASSANDRA_DATACENTER", TestCassandra.datacenter());
        values.put("MILLRACE_QUERY_CASSANDRA_KEYSPACE", "k" + unique);
        values.put("MILLRACE_QUERY_CASSANDRA_REPLICATION_FACTOR", "1");
        values.put("MILLRACE_QUERY_HTTP_HOST", "127.0.0.1");
        values.put("MILLRACE_QUERY_HTTP_PORT", "0");
        values.put("MILLRACE_QUERY_WRITERS_TOKEN", TOKEN);
        values.put("MILLRACE_QUERY_WRITERS_OWNERS_FOR", "200ms");
        return values;
    }

    private void publishAccess(Instant at) {
        try (ControlPublisher publisher = new ControlPublisher(settings.kafka(), "query-it")) {
            publisher.publish(List.of(
                    new Account("acme", "Acme", true, at),
                    new User(
                            "reader", "acme", "Reader", true, List.of(new Policy(Policy.Level.READ, List.of("*"))), at),
                    reader.key(),
                    new User(
                            "keeper",
                            "acme",
                            "Keeper",
                            true,
                            List.of(new Policy(Policy.Level.FULL, List.of(SHOP.value()))),
                            at),
                    keeper.key(),
                    new Account("ops", "Operators", true, true, at),
                    new User("root", "ops", "Root", true, List.of(new Policy(Policy.Level.FULL, List.of("*"))), at),
                    root.key(),
                    new Instance(
                            SHOP,
                            "acme",
                            "Shop",
                            "eu",
                            Map.of(),
                            Instance.Status.RUNNING,
                            30,
                            TenantLimits.DEFAULT,
                            at)));
        }
    }

    /** Tells the index of a series with samples on a UTC day. */
    public void announce(Labels labels, int day) throws Exception {
        SeriesId id = CanonicalLabels.id(labels);
        SeriesRecord record =
                new SeriesRecord(SHOP, day, id, System.currentTimeMillis(), CanonicalLabels.encode(labels));
        producer.send(new ProducerRecord<>(
                        Topics.of(settings.kafka()).series(),
                        Partitions.partition(id.high(), id.low(), PARTITIONS),
                        record.key(),
                        record.value()))
                .get(10, TimeUnit.SECONDS);
    }

    /** Stores a chunk in Cassandra. */
    public void write(Labels labels, long offset, XorChunk chunk) throws Exception {
        SeriesId id = CanonicalLabels.id(labels);
        ChunkRow row = new ChunkRow(
                id,
                chunk.firstTimestampMs(),
                offset,
                chunk.lastTimestampMs(),
                chunk.samples(),
                chunk.encoding().number(),
                chunk.bytes());
        ChunkPartition partition = new ChunkPartition(
                SHOP,
                SeriesIndex.day(chunk.firstTimestampMs()),
                labels.metricName(),
                id.shard(ChunkPartition.SHARD_BITS));
        store.chunks()
                .write(
                        partition.bucket(),
                        List.of(new MetricChunk(labels.metricName(), System.currentTimeMillis(), row)))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    /** Moves every partition of the topic {@code samples} on by some records, as traffic does. */
    void moveSamplesOn(int records) throws Exception {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(
                                Topics.of(settings.kafka()).samples(), partition, new byte[] {'x'}, new byte[] {1}))
                        .get(10, TimeUnit.SECONDS);
            }
        }
    }

    /** Gives the writer an open chunk. */
    public void open(Labels labels, long offset, XorChunk chunk) {
        writer.chunks.add(new OpenChunk(
                CanonicalLabels.id(labels),
                chunk.firstTimestampMs(),
                offset,
                chunk.lastTimestampMs(),
                chunk.samples(),
                chunk.encoding().number(),
                chunk.bytes()));
    }

    /** What stands before {@code /api/v1}. */
    public String base() {
        return "http://127.0.0.1:" + port() + "/prometheus/shop";
    }

    int port() {
        return service.port();
    }

    public String keyId() {
        return reader.key().id();
    }

    public String secret() {
        return reader.secret().reveal();
    }

    String keeperId() {
        return keeper.key().id();
    }

    String keeperSecret() {
        return keeper.secret().reveal();
    }

    String adminId() {
        return root.key().id();
    }

    String adminSecret() {
        return root.secret().reveal();
    }

    @Override
    public void close() {
        if (service != null) {
            service.close();
        }
        writer.close();
        store.close();
        control.close();
        producer.close();
    }
}
