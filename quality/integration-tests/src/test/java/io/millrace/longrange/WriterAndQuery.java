package io.millrace.longrange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.embedded.FreePorts;
import io.millrace.longrange.SentSamples.Point;
import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.query.InstanceRetention;
import io.millrace.query.QueryService;
import io.millrace.query.QuerySettings;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.config.Problems;
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
import io.millrace.storage.cassandra.CassandraStore;
import io.millrace.testkit.TestCassandra;
import io.millrace.testkit.TestKafka;
import io.millrace.testkit.prometheus.PrometheusApi;
import io.millrace.wire.Partitions;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.HistogramMessage;
import io.millrace.wire.record.SampleBatchWriter;
import io.millrace.wire.record.SeriesRecord;
import io.millrace.writer.WriterService;
import io.millrace.writer.WriterSettings;
import io.smallrye.config.ConfigMapping;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A storage-writer that merges at once and a query service, on the broker and the node of this test JVM, with topics and a
 * keyspace of their own and one instance. Samples are put into the topic where the processor puts them. Not thread-safe.
 */
final class WriterAndQuery implements AutoCloseable {
    static final TenantId INSTANCE = new TenantId("shop");
    private static final int PARTITIONS = 2;
    private static final long DAY_MS = Duration.ofDays(1).toMillis();
    private static final String TOKEN = "token-of-the-test";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** There is no topic {@code received} here, so a merge may follow at once. */
    @ConfigMapping(prefix = "writer")
    interface ImpatientSettings extends WriterSettings {
        @Override
        default void check(String prefix, Problems problems) {}
    }

    private final String name = "k" + UUID.randomUUID().toString().replace("-", "");
    private final SimpleMeterRegistry queryMeters = new SimpleMeterRegistry();
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final AccessKeys.NewAccessKey key = AccessKeys.generate("tester", Instant.now(), null);
    private final QuerySettings settings;
    private final Topics topics;
    private final KafkaProducer<byte[], byte[]> producer;
    private final CassandraStore store;
    private final String base;

    /** @param firstDay days since 1970-01-01 UTC of the first samples; earlier days are not merged */
    WriterAndQuery(int firstDay) throws Exception {
        int writerPort = FreePorts.find(1).get(0);
        ImpatientSettings writerSettings = Configuration.load(ImpatientSettings.class, null, writer(writerPort));
        settings = Configuration.load(QuerySettings.class, null, query());
        topics = Topics.of(settings.kafka());
        try {
            TopicAdmin.ensure(settings.kafka());
            producer = started(new KafkaProducer<>(KafkaClients.producer(settings.kafka(), name)));
            publishAccess(Instant.ofEpochMilli((firstDay + 1) * DAY_MS));
            ControlTables control = started(new ControlTables(settings.kafka(), Clock.systemUTC()));
            control.start();
            await().atMost(PATIENCE).until(() -> control.ready() && control.instance(INSTANCE) != null);
            store = started(new CassandraStore(
                    settings.cassandra(), new InstanceRetention(control), name, new SimpleMeterRegistry()));
            store.start();
            WriterService writer = started(new WriterService(
                    writerSettings,
                    new InstanceRetention(control),
                    control.state(),
                    new SimpleMeterRegistry(),
                    Clock.systemUTC()));
            writer.start();
            QueryService query = started(new QueryService(settings, store, control, queryMeters, Clock.systemUTC()));
            query.start();
            await().atMost(PATIENCE).until(() -> query.check().ready());
            base = "http://127.0.0.1:" + query.port() + "/prometheus/" + INSTANCE.value();
        } catch (Exception | AssertionError e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T started(T part) {
        started.push(part);
        return part;
    }

    private Map<String, String> writer(int port) {
        Map<String, String> values = new HashMap<>();
        common("MILLRACE_WRITER_", values);
        values.put("MILLRACE_WRITER_INTERNAL_HOST", "127.0.0.1");
        values.put("MILLRACE_WRITER_INTERNAL_PORT", String.valueOf(port));
        values.put("MILLRACE_WRITER_INTERNAL_ADVERTISED_ADDRESS", "127.0.0.1:" + port);
        values.put("MILLRACE_WRITER_INTERNAL_TOKEN", TOKEN);
        values.put("MILLRACE_WRITER_CHUNKS_FLUSH_INTERVAL", "1s");
        values.put("MILLRACE_WRITER_MERGE_DELAY", "1s");
        values.put("MILLRACE_WRITER_MERGE_INTERVAL", "200ms");
        values.put("MILLRACE_WRITER_MERGE_LOOK_AGAIN", "200ms");
        values.put("MILLRACE_WRITER_MERGE_PERCENT", "100");
        return values;
    }

    private Map<String, String> query() {
        Map<String, String> values = new HashMap<>();
        common("MILLRACE_QUERY_", values);
        values.put("MILLRACE_QUERY_HTTP_HOST", "127.0.0.1");
        values.put("MILLRACE_QUERY_HTTP_PORT", "0");
        values.put("MILLRACE_QUERY_WRITERS_TOKEN", TOKEN);
        return values;
    }

    private void common(String prefix, Map<String, String> values) {
        values.put(prefix + "KAFKA_BOOTSTRAP_SERVERS", TestKafka.bootstrapServers());
        values.put(prefix + "KAFKA_TOPIC_PREFIX", name + "-");
        values.put(prefix + "KAFKA_PARTITIONS", String.valueOf(PARTITIONS));
        values.put(prefix + "KAFKA_REPLICATION_FACTOR", "1");
        values.put(prefix + "KAFKA_MIN_IN_SYNC_REPLICAS", "1");
        values.put(
                prefix + "CASSANDRA_CONTACT_POINTS",
                "127.0.0.1:" + TestCassandra.contactPoint().getPort());
        values.put(prefix + "CASSANDRA_DATACENTER", TestCassandra.datacenter());
        values.put(prefix + "CASSANDRA_KEYSPACE", name);
        values.put(prefix + "CASSANDRA_REPLICATION_FACTOR", "1");
    }

    private void publishAccess(Instant created) {
        Policy all = new Policy(Policy.Level.FULL, List.of(INSTANCE.value()));
        try (ControlPublisher publisher = new ControlPublisher(settings.kafka(), name)) {
            publisher.publish(List.of(
                    new Account("acme", "Acme", true, created),
                    new User("tester", "acme", "Tester", true, List.of(all), created),
                    key.key(),
                    new Instance(
                            INSTANCE,
                            "acme",
                            "Shop",
                            "",
                            Map.of(),
                            Instance.Status.RUNNING,
                            30,
                            TenantLimits.DEFAULT,
                            created)));
        }
    }

    CassandraStore store() {
        return store;
    }

    PrometheusApi api() {
        return new PrometheusApi(base, key.key().id(), key.secret().reveal());
    }

    /** What a counter of the query service stands at. */
    long queryCount(String meter) {
        return (long) queryMeters.get(meter).counter().count();
    }

    /** Announces the series on the days of the samples and sends these, a few hours of all series in each record. */
    void send(SentSamples samples) {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Map.Entry<Labels, NavigableMap<Long, Point>> each :
                samples.series().entrySet()) {
            first = Math.min(first, each.getValue().firstKey());
            last = Math.max(last, each.getValue().lastKey());
            each.getValue().keySet().stream()
                    .map(time -> (int) Math.floorDiv(time, DAY_MS))
                    .distinct()
                    .forEach(day -> announce(each.getKey(), day));
        }
        long step = Duration.ofHours(4).toMillis();
        for (long from = first; from <= last; from += step) {
            send(samples, from, from + step);
        }
    }

    private void announce(Labels labels, int day) {
        SeriesId id = CanonicalLabels.id(labels);
        SeriesRecord record =
                new SeriesRecord(INSTANCE, day, id, System.currentTimeMillis(), CanonicalLabels.encode(labels));
        send(topics.series(), partition(id), record.key(), record.value());
    }

    private void send(SentSamples samples, long fromMs, long toMs) {
        SampleBatchWriter[] batches = batches();
        samples.series().keySet().forEach(labels -> {
            SeriesId id = CanonicalLabels.id(labels);
            NavigableMap<Long, Point> points = samples.of(labels, fromMs, toMs);
            if (!points.isEmpty()) {
                SampleBatchWriter batch = batches[partition(id)];
                batch.series(id.high(), id.low());
                points.forEach((time, point) -> put(batch, time, point));
            }
        });
        send(batches, INSTANCE.value());
    }

    private static void put(SampleBatchWriter batch, long timestampMs, Point point) {
        if (point.histogram() == null) {
            batch.sample(timestampMs, 0, Double.doubleToRawLongBits(point.value()));
        } else {
            byte[] histogram = HistogramMessage.encode(point.histogram());
            batch.histogram(timestampMs, 0, histogram, 0, histogram.length);
        }
    }

    /** Records without samples: the time of a writer goes by records. */
    void tick() {
        send(batches(), "another");
    }

    private static SampleBatchWriter[] batches() {
        SampleBatchWriter[] batches = new SampleBatchWriter[PARTITIONS];
        for (int i = 0; i < PARTITIONS; i++) {
            batches[i] = new SampleBatchWriter();
            batches[i].begin(System.currentTimeMillis());
        }
        return batches;
    }

    private void send(SampleBatchWriter[] batches, String tenant) {
        for (int i = 0; i < PARTITIONS; i++) {
            send(topics.samples(), i, tenant.getBytes(StandardCharsets.UTF_8), batches[i].toByteArray());
        }
    }

    private void send(String topic, int partition, byte[] recordKey, byte[] value) {
        try {
            producer.send(new ProducerRecord<>(topic, partition, recordKey, value))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int partition(SeriesId id) {
        return Partitions.partition(id.high(), id.low(), PARTITIONS);
    }

    /** Deletes samples of the series a selector matches, both times inclusive and in whole seconds. */
    void delete(String selector, long fromMs, long toMs) throws Exception {
        String form = "match%5B%5D=" + URLEncoder.encode(selector, StandardCharsets.UTF_8) + "&start=" + fromMs / 1_000
                + "&end=" + toMs / 1_000;
        String credentials = key.key().id() + ":" + key.secret().reveal();
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(base + "/api/v1/admin/tsdb/delete_series"))
                                .header(
                                        "Authorization",
                                        "Basic "
                                                + Base64.getEncoder()
                                                        .encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString(form))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
