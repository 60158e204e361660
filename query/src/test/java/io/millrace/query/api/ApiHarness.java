package io.millrace.query.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.promql.engine.EngineOptions;
import io.millrace.promql.engine.MemoryPool;
import io.millrace.promql.engine.PromqlEngine;
import io.millrace.promql.parse.ParserOptions;
import io.millrace.promql.parse.PromqlParser;
import io.millrace.promql.storage.Queryable;
import io.millrace.promql.storage.Selection;
import io.millrace.query.http.Callers;
import io.millrace.query.http.FairQueue;
import io.millrace.query.http.HttpOptions;
import io.millrace.query.http.QueryListener;
import io.millrace.query.index.IndexLimits;
import io.millrace.query.index.SeriesIndex;
import io.millrace.query.index.TestIndex;
import io.millrace.query.read.ChunkCursor;
import io.millrace.query.read.QueryScope;
import io.millrace.query.read.SampleSource;
import io.millrace.query.read.StoredChunk;
import io.millrace.runtime.control.AccessKeys;
import io.millrace.runtime.control.Account;
import io.millrace.runtime.control.ControlState;
import io.millrace.runtime.control.FailedAttempts;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.KeyUses;
import io.millrace.runtime.control.Policy;
import io.millrace.runtime.control.User;
import io.millrace.runtime.usage.TenantUsage;
import io.millrace.storage.Deletions;
import io.millrace.testkit.store.InMemoryStore;
import io.millrace.wire.labels.CanonicalLabels;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The listener with everything behind it but samples, which are a map, and Kafka. The time is fixed at
 * {@link #NOW_MS}.
 */
final class ApiHarness implements AutoCloseable {
    static final long NOW_MS = 1_435_781_460_000L;
    /** A metric with series without end: who reads it stops when told, or never. */
    static final String ENDLESS = "endless";

    static final TenantId INSTANCE = new TenantId("shop");

    final SeriesIndex index;
    final InMemoryStore store = new InMemoryStore();
    final ControlState control = new ControlState(Clock.systemUTC());
    final List<String> warnings = new ArrayList<>();
    private final Map<Labels, SampleColumns> samples = new LinkedHashMap<>();
    final MemoryPool memory = new MemoryPool(64 << 20);
    final MeterRegistry registry = new SimpleMeterRegistry();
    private final HttpClient client = HttpClient.newHttpClient();
    private final QueryListener listener;
    private final String credentials;
    volatile boolean ready = true;
    volatile TenantUsage usage = TenantUsage.NONE;
    volatile RuntimeException failure;

    ApiHarness() throws Exception {
        Instant now = Instant.ofEpochMilli(NOW_MS);
        control.put(new Account("acme", "Acme", true, now));
        control.put(
                new User("reader", "acme", "Reader", true, List.of(new Policy(Policy.Level.READ, List.of("*"))), now));
        control.put(
                new User("writer", "acme", "Writer", true, List.of(new Policy(Policy.Level.WRITE, List.of("*"))), now));
        control.put(new Instance(
                INSTANCE, "acme", "Shop", "eu", Map.of(), Instance.Status.RUNNING, 15, TenantLimits.DEFAULT, now));
        AccessKeys.NewAccessKey key = AccessKeys.generate("reader", now, null);
        control.put(key.key());
        control.markReady();
        credentials = basic(key.key().id(), key.secret().reveal());

        index = new SeriesIndex(
                store.series(),
                new IndexLimits(1_000_000, 1_000_000, 400, 2, Duration.ofHours(1), Duration.ofSeconds(5)),
                () -> NOW_MS);
        TestIndex.cover(index, SeriesIndex.day(NOW_MS) - 20);
        PromqlAccess access = new PromqlAccess(
                new PromqlEngine(EngineOptions.DEFAULT),
                new PromqlParser(ParserOptions.STABLE),
                new MapSource(),
                () -> NOW_MS);
        listener = new QueryListener(
                new HttpOptions("127.0.0.1", 0, 1 << 20, Pattern.compile(".*"), Duration.ofSeconds(30)),
                PrometheusRoutes.of(
                        access,
                        index,
                        store.metadata(),
                        new ExemplarEndpoint(
                                access,
                                index,
                                store.exemplars(),
                                tenant -> Deletions.of(store.deletions().list(tenant))),
                        new TenantReports(
                                new RejectionsEndpoint(store.rejections(), () -> now.toEpochMilli()),
                                new UsageEndpoint(store.usage(), instance -> usage, () -> now.toEpochMilli())),
                        new QueryMeters(new SimpleMeterRegistry()),
                        now),
                null,
                control,
                new Callers(new FailedAttempts(System::nanoTime), new KeyUses(Clock.systemUTC())),
                new FairQueue(2, 2, 10, 10),
                memory,
                () -> ready,
                registry);
        listener.start();
    }

    String writerCredentials() {
        AccessKeys.NewAccessKey key = AccessKeys.generate("writer", Instant.ofEpochMilli(NOW_MS), null);
        control.put(key.key());
        return basic(key.key().id(), key.secret().reveal());
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    void sample(Labels labels, long timestampMs, double value) {
        samples.computeIfAbsent(labels, l -> new SampleColumns()).add(timestampMs, value);
        index.announce(
                INSTANCE, SeriesIndex.day(timestampMs), CanonicalLabels.id(labels), CanonicalLabels.encode(labels));
    }

    SampleColumns columns(Labels labels) {
        return samples.computeIfAbsent(labels, l -> new SampleColumns());
    }

    int port() {
        return listener.port();
    }

    String credentials() {
        return credentials;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + path))
                .header("Authorization", credentials);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<byte[]> sendForBytes(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> remoteRead(byte[] body) throws IOException, InterruptedException {
        return sendForBytes(request("/prometheus/shop/api/v1/read")
                .header("Content-Type", "application/x-protobuf")
                .header("Content-Encoding", "snappy")
                .header("X-Prometheus-Remote-Read-Version", "0.1.0")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    /** GET below the API of the instance. */
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request("/prometheus/shop/api/v1/" + path));
    }

    HttpResponse<String> post(String path, String form) throws IOException, InterruptedException {
        return send(request("/prometheus/shop/api/v1/" + path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    @Override
    public void close() {
        listener.close();
    }

    private final class MapSource implements SampleSource {
        @Override
        public Queryable queryable(QueryScope scope) {
            return selection -> cursor(selection);
        }

        @Override
        public ChunkCursor sorted(QueryScope scope, Selection selection) {
            return cursor(selection);
        }

        /** Sorted by labels. */
        private ChunkCursor cursor(Selection selection) {
            if (failure != null) {
                throw failure;
            }
            if (selection.matchers().stream().anyMatch(m -> m.value().equals(ENDLESS))) {
                return new EndlessCursor();
            }
            List<Map.Entry<Labels, SampleColumns>> found = new ArrayList<>();
            samples.forEach((labels, all) -> {
                boolean matches = selection.matchers().stream().allMatch(m -> m.matches(labels.getOrEmpty(m.name())));
                SampleColumns cut = new SampleColumns();
                for (int i = 0; i < all.size(); i++) {
                    if (all.timestamp(i) >= selection.startMs() && all.timestamp(i) <= selection.endMs()) {
                        cut.addFrom(all, i);
                    }
                }
                if (matches && cut.size() > 0) {
                    found.add(Map.entry(labels, cut));
                }
            });
            found.sort(Map.Entry.comparingByKey());
            return new MapCursor(found, warnings);
        }
    }

    private static final class EndlessCursor implements ChunkCursor {
        private final SampleColumns sample = new SampleColumns();
        private int at;

        EndlessCursor() {
            sample.add(NOW_MS, 1);
        }

        @Override
        public boolean isAsStored() {
            return false;
        }

        @Override
        public boolean next() {
            at++;
            return true;
        }

        @Override
        public Labels labels() {
            return Labels.of("__name__", ENDLESS, "i", String.valueOf(at % 1000));
        }

        @Override
        public SampleColumns samples() {
            return sample;
        }

        @Override
        public List<StoredChunk> chunks() {
            return List.of();
        }

        @Override
        public List<String> warnings() {
            return List.of();
        }

        @Override
        public void close() {}
    }

    private static final class MapCursor implements ChunkCursor {
        private final List<Map.Entry<Labels, SampleColumns>> found;
        private final List<String> warnings;
        private int at = -1;

        MapCursor(List<Map.Entry<Labels, SampleColumns>> found, List<String> warnings) {
            this.found = found;
            this.warnings = warnings;
        }

        @Override
        public boolean next() {
            return ++at < found.size();
        }

        @Override
        public Labels labels() {
            return found.get(at).getKey();
        }

        @Override
        public SampleColumns samples() {
            return found.get(at).getValue();
        }

        @Override
        public boolean isAsStored() {
            return false;
        }

        @Override
        public List<StoredChunk> chunks() {
            List<StoredChunk> chunks = new ArrayList<>();
            try {
                ChunkCutter.cut(
                        samples(),
                        (min, max, encoding, data) ->
                                chunks.add(new StoredChunk(min, max, chunks.size(), 0, encoding.number(), data)));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            return chunks;
        }

        @Override
        public List<String> warnings() {
            return warnings;
        }

        @Override
        public void close() {}
    }
}
