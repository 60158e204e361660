package io.millrace.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.config.Problems;
import io.millrace.runtime.control.ControlState;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicAdmin;
import io.millrace.runtime.kafka.Topics;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.Deletion;
import io.millrace.storage.Deletions;
import io.millrace.storage.RetentionClass;
import io.millrace.storage.RetentionPolicy;
import io.millrace.storage.SeriesRow;
import io.millrace.storage.cassandra.CassandraStore;
import io.millrace.testkit.TestCassandra;
import io.millrace.testkit.TestKafka;
import io.millrace.wire.Partitions;
import io.millrace.wire.chunk.ChunkMerge;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.DeletionMark;
import io.millrace.wire.record.SampleBatchWriter;
import io.millrace.wire.record.SeriesRecord;
import io.millrace.writer.replay.Replay;
import io.smallrye.config.ConfigMapping;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A writer's surroundings with topics and keyspace of their own, on the broker and node of this test JVM. */
final class WriterEnvironment implements AutoCloseable {
    static final TenantId TENANT = new TenantId("tenant-1");
    static final int PARTITIONS = 2;
    private static final long DAY_MS = 86_400_000;

    /** There is no topic {@code received} here, so a merge may follow at once. */
    @ConfigMapping(prefix = "writer")
    interface ImpatientSettings extends WriterSettings {
        @Override
        default void check(String prefix, Problems problems) {}
    }

    /** A writer in a process of its own does not know our instance, and keeps its data in the longest class. */
    private static final RetentionPolicy ANY_CLASS = new RetentionPolicy() {
        @Override
        public RetentionClass writeTo(TenantId tenant) {
            return RetentionClass.DAYS_90;
        }

        @Override
        public Set<RetentionClass> readFrom(TenantId tenant) {
            return EnumSet.allOf(RetentionClass.class);
        }
    };

    private final String name = "w" + UUID.randomUUID().toString().replace("-", "");
    private final Map<String, String> environment = new HashMap<>();
    final WriterSettings settings;
    private final Topics topics;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Admin admin;
    private final CassandraStore store;
    /** What was sent: series to timestamp to value bits. */
    final Map<SeriesId, TreeMap<Long, Long>> sent = new HashMap<>();

    private final Map<SeriesId, Labels> labels = new HashMap<>();

    WriterEnvironment(Map<String, String> overrides) throws Exception {
        put("KAFKA_BOOTSTRAP_SERVERS", TestKafka.bootstrapServers());
        put("KAFKA_TOPIC_PREFIX", name + "-");
        put("KAFKA_PARTITIONS", Integer.toString(PARTITIONS));
        put("KAFKA_REPLICATION_FACTOR", "1");
        put("KAFKA_MIN_IN_SYNC_REPLICAS", "1");
        if (!overrides.containsKey("CASSANDRA_CONTACT_POINTS")) {
            put(
                    "CASSANDRA_CONTACT_POINTS",
                    "127.0.0.1:" + TestCassandra.contactPoint().getPort());
        }
        put("CASSANDRA_DATACENTER", "datacenter1");
        put("CASSANDRA_KEYSPACE", name);
        put("CASSANDRA_REPLICATION_FACTOR", "1");
        put("CASSANDRA_REQUEST_TIMEOUT", "3s");
        put("INTERNAL_HOST", "127.0.0.1");
        put("INTERNAL_PORT", "0");
        put("INTERNAL_TOKEN", "open sesame");
        put("COMMIT_INTERVAL", "500ms");
        put("SESSION_TIMEOUT", "6s");
        overrides.forEach(this::put);
        settings = Configuration.load(ImpatientSettings.class, null, environment);
        topics = Topics.of(settings.kafka());
        TopicAdmin.ensure(settings.kafka());
        producer = new KafkaProducer<>(KafkaClients.producer(settings.kafka(), "test"));
        admin = Admin.create(KafkaClients.common(settings.kafka(), "test-admin"));
        store = new CassandraStore(settings.cassandra(), ANY_CLASS, "test", new SimpleMeterRegistry());
        store.start();
    }

    private void put(String key, String value) {
        environment.put("MILLRACE_WRITER_" + key, value);
    }

    /** For a writer in a process of its own. */
    Map<String, String> environment() {
        return environment;
    }

    WriterService newWriter() {
        return newWriter(new SimpleMeterRegistry());
    }

    /** With meters a test can look at. */
    WriterService newWriter(MeterRegistry registry) {
        ControlState control = new ControlState(Clock.systemUTC());
        control.put(new Instance(
                TENANT,
                "acme",
                "Test",
                "",
                Map.of(),
                Instance.Status.RUNNING,
                90,
                TenantLimits.DEFAULT,
                Instant.now()));
        return new WriterService(
                settings, RetentionPolicy.fixed(RetentionClass.DAYS_90), control, registry, Clock.systemUTC());
    }

    /** A record of another tenant without samples in each partition: the time of a writer goes by records. */
    void tick() {
        for (int i = 0; i < PARTITIONS; i++) {
            SampleBatchWriter nothing = new SampleBatchWriter();
            nothing.begin(System.currentTimeMillis());
            send(topics.samples(), i, "another".getBytes(StandardCharsets.UTF_8), nothing.toByteArray());
        }
    }

    /** Deletes as query does: note, marks, in force. */
    void delete(String selector, long fromMs, long toMs) throws Exception {
        String id = "d" + System.nanoTime();
        long now = System.currentTimeMillis();
        store.deletions()
                .begin(new Deletion(
                        TENANT, id, Deletion.State.PENDING, List.of(selector), fromMs, toMs, now, "test", List.of()));
        List<Long> places = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            places.add(ChunkRow.position(
                    producer.send(new ProducerRecord<>(
                                    topics.samples(),
                                    i,
                                    TENANT.value().getBytes(StandardCharsets.UTF_8),
                                    new DeletionMark(id, now).encode()))
                            .get()
                            .offset(),
                    0));
        }
        assertThat(store.deletions().activate(TENANT, id, places)).isTrue();
    }

    /** The group of the writers, which have ended, begins again at the beginning of all topics. */
    void forgetOffsets() {
        String group = topics.prefix() + "storage-writer";
        // A static member counts as there until its session ends.
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            admin.deleteConsumerGroups(List.of(group)).all().get();
            return true;
        });
    }

    CassandraStore store() {
        return store;
    }

    void announce(Labels series, long timestampMs) {
        byte[] canonical = CanonicalLabels.encode(series);
        SeriesId id = CanonicalLabels.id(series);
        labels.put(id, series);
        SeriesRecord record = new SeriesRecord(
                TENANT, (int) Math.floorDiv(timestampMs, DAY_MS), id, System.currentTimeMillis(), canonical);
        send(topics.series(), partition(id), record.key(), record.value());
    }

    /** Sends one sample of each series, a record for each partition. */
    void sendSamples(List<SeriesId> series, long timestampMs, long seed) {
        SampleBatchWriter[] batches = new SampleBatchWriter[PARTITIONS];
        for (int i = 0; i < PARTITIONS; i++) {
            batches[i] = new SampleBatchWriter();
            batches[i].begin(System.currentTimeMillis());
        }
        for (SeriesId id : series) {
            long bits = Double.doubleToRawLongBits(id.low() * 31.0 + timestampMs + seed);
            SampleBatchWriter batch = batches[partition(id)];
            batch.series(id.high(), id.low());
            batch.sample(timestampMs, 0, bits);
            sent.computeIfAbsent(id, key -> new TreeMap<>()).put(timestampMs, bits);
        }
        for (int i = 0; i < PARTITIONS; i++) {
            if (!batches[i].isEmpty()) {
                send(topics.samples(), i, TENANT.value().getBytes(StandardCharsets.UTF_8), batches[i].toByteArray());
            }
        }
    }

    private void send(String topic, int partition, byte[] key, byte[] value) {
        try {
            producer.send(new ProducerRecord<>(topic, partition, key, value)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int partition(SeriesId id) {
        return Partitions.partition(id.high(), id.low(), PARTITIONS);
    }

    /** Series of one metric, announced for the day of {@code timestampMs}. */
    List<SeriesId> announceMany(int count, long timestampMs) {
        List<SeriesId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Labels series = Labels.of("__name__", "metric_" + i % 7, "i", Integer.toString(i));
            announce(series, timestampMs);
            ids.add(CanonicalLabels.id(series));
        }
        return ids;
    }

    /** As {@link #announceMany}, and in the registry, without a writer. */
    List<SeriesId> registerMany(int count, long timestampMs) {
        List<SeriesId> ids = announceMany(count, timestampMs);
        List<SeriesRow> rows = ids.stream()
                .map(id -> new SeriesRow(id, labels.get(id).metricName(), CanonicalLabels.encode(labels.get(id))))
                .toList();
        store.series()
                .write(TENANT, (int) Math.floorDiv(timestampMs, DAY_MS), rows)
                .toCompletableFuture()
                .join();
        return ids;
    }

    Replay.Report replay(long fromMs, long toMs, boolean dryRun) {
        Replay replay = new Replay(store.chunks(), store.series(), System::currentTimeMillis);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(KafkaClients.consumer(settings.kafka(), "test-replay"))) {
            return replay.run(consumer, topics.samples(), PARTITIONS, TENANT, fromMs, toMs, dryRun);
        }
    }

    /** What is in the store, merged by the rule of readers. */
    Map<SeriesId, TreeMap<Long, Long>> stored() {
        Map<SeriesId, TreeMap<Long, Long>> found = new HashMap<>();
        sent.forEach((id, samples) -> {
            String metric = labels.get(id).metricName();
            List<ChunkRow> rows = new ArrayList<>();
            int lastDay = (int) Math.floorDiv(samples.lastKey(), DAY_MS);
            for (int day = (int) Math.floorDiv(samples.firstKey(), DAY_MS); day <= lastDay; day++) {
                store.chunks()
                        .read(
                                new ChunkPartition(TENANT, day, metric, id.shard(ChunkPartition.SHARD_BITS)),
                                List.of(id),
                                Long.MIN_VALUE,
                                Long.MAX_VALUE,
                                rows::add);
            }
            SampleColumns columns = new SampleColumns();
            new ChunkMerge()
                    .merge(
                            rows,
                            Deletions.of(store.deletions().list(TENANT)).of(labels.get(id), id),
                            Long.MIN_VALUE,
                            Long.MAX_VALUE,
                            columns);
            TreeMap<Long, Long> merged = new TreeMap<>();
            for (int i = 0; i < columns.size(); i++) {
                merged.put(columns.timestamp(i), Double.doubleToRawLongBits(columns.value(i)));
            }
            found.put(id, merged);
        });
        return found;
    }

    List<SeriesRow> registry(long timestampMs) {
        List<SeriesRow> rows = new ArrayList<>();
        store.series().read(TENANT, (int) Math.floorDiv(timestampMs, DAY_MS), rows::add);
        return rows;
    }

    /** Records of {@code samples} and {@code series} that are not committed. */
    long uncommitted() throws Exception {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int i = 0; i < PARTITIONS; i++) {
            asked.put(new TopicPartition(topics.samples(), i), OffsetSpec.latest());
            asked.put(new TopicPartition(topics.series(), i), OffsetSpec.latest());
        }
        var ends = admin.listOffsets(asked).all().get();
        var committed = admin.listConsumerGroupOffsets(topics.prefix() + "storage-writer")
                .partitionsToOffsetAndMetadata()
                .get();
        long uncommitted = 0;
        for (TopicPartition partition : asked.keySet()) {
            long offset =
                    committed.containsKey(partition) ? committed.get(partition).offset() : 0;
            uncommitted += ends.get(partition).offset() - offset;
        }
        return uncommitted;
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
        store.close();
    }
}
