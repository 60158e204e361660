package io.millrace.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.SampleColumns;
import io.millrace.model.SeriesId;
import io.millrace.runtime.Health;
import io.millrace.testkit.TestCassandra;
import io.millrace.wire.chunk.Chunks;
import io.millrace.wire.openchunks.OpenChunk;
import io.millrace.wire.openchunks.OpenChunkRequest;
import io.millrace.wire.openchunks.OpenChunkResponseReader;
import io.millrace.wire.openchunks.OpenPartition;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The writer on a real broker and a real node. */
class WriterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Midday yesterday, so that a test never crosses midnight by itself. */
    private static final long START = (System.currentTimeMillis() / 86_400_000 - 1) * 86_400_000 + 43_200_000;

    @Test
    void shouldShowSamplesAtOnceAndStoreThemAllWhenItStops() throws Exception {
        try (WriterEnvironment environment = new WriterEnvironment(Map.of())) {
            WriterService writer = environment.newWriter();
            try {
                // given
                writer.start();
                await().atMost(PATIENCE).until(() -> writer.check().equals(Health.READY));
                List<SeriesId> ids = environment.announceMany(50, START);
                // when: more than a chunk holds
                for (int i = 0; i < 300; i++) {
                    environment.sendSamples(ids, START + i * 1_000, 0);
                }
                // then: everything is visible, most of it in memory: the turn of a few buckets may have come already
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(visible(environment, writer, writer, ids))
                                .isEqualTo(environment.sent));
                assertThat(open(writer, ids)).isNotEmpty();
            } finally {
                writer.close();
            }
            // then: everything is in the store, and nothing will be read again
            assertThat(environment.stored()).isEqualTo(environment.sent);
            assertThat(environment.registry(START)).hasSize(50);
            assertThat(environment.uncommitted()).isZero();
        }
    }

    @Test
    void shouldRefuseCallersWithoutTheToken() throws Exception {
        try (WriterEnvironment environment = new WriterEnvironment(Map.of());
                WriterService writer = environment.newWriter()) {
            writer.start();
            OpenChunkRequest request = new OpenChunkRequest(WriterEnvironment.TENANT, 0, 1, List.of());
            assertThat(post(writer, "wrong", request.encode()).statusCode()).isEqualTo(401);
            assertThat(post(writer, "open sesame", new byte[] {7}).statusCode()).isEqualTo(400);
            assertThat(post(writer, "open sesame", request.encode()).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void shouldLoseNothingAndDoubleNothingWhenItIsKilled(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        try (WriterEnvironment environment = new WriterEnvironment(Map.of("CHUNKS_FLUSH_INTERVAL", "3s"))) {
            List<SeriesId> ids = environment.announceMany(50, START);
            long sample = 0;
            // when: killed several times while samples come
            for (int life = 0; life < 3; life++) {
                Process process = startProcess(environment, folder.resolve("writer-" + life + ".log"));
                try {
                    int before = storedSamples(environment);
                    long deadline = System.nanoTime() + PATIENCE.toNanos();
                    // until this life has stored something, and a little longer
                    while (storedSamples(environment) == before && System.nanoTime() < deadline) {
                        for (int i = 0; i < 20; i++) {
                            environment.sendSamples(ids, START + 1_000 * sample++, 0);
                        }
                        Thread.sleep(200);
                    }
                    assertThat(storedSamples(environment)).isGreaterThan(before);
                } finally {
                    process.destroyForcibly().waitFor();
                }
            }
            try (WriterService last = environment.newWriter()) {
                last.start();
                await().atMost(PATIENCE).until(() -> last.check().equals(Health.READY));
            }
            // then
            assertThat(environment.stored()).isEqualTo(environment.sent);
            assertThat(environment.registry(START)).hasSize(50);
            assertThat(environment.uncommitted()).isZero();
        }
    }

    @Test
    void shouldWaitWhileCassandraIsPausedOrKilled() throws Exception {
        MeterRegistry registry = new SimpleMeterRegistry();
        try (WriterEnvironment environment = new WriterEnvironment(Map.of("CHUNKS_FLUSH_INTERVAL", "2s"));
                WriterService writer = environment.newWriter(registry)) {
            writer.start();
            await().atMost(PATIENCE).until(() -> writer.check().equals(Health.READY));
            List<SeriesId> ids = environment.announceMany(20, START);
            long sample = 0;
            assertThat(failingSeconds(registry)).isZero();
            // when: paused for 30 s
            TestCassandra.node().pause();
            try {
                for (int i = 0; i < 120; i++) {
                    environment.sendSamples(ids, START + 1_000 * sample++, 0);
                    Thread.sleep(250);
                }
                // then: it says so
                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(writer.check().ready()).isFalse();
                    assertThat(failingSeconds(registry)).isPositive();
                });
            } finally {
                TestCassandra.node().resume();
            }
            // then: it goes on by itself
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(writer.check()).isEqualTo(Health.READY);
                assertThat(failingSeconds(registry)).isZero();
            });
            // when: killed
            TestCassandra.node().kill();
            try {
                for (int i = 0; i < 20; i++) {
                    environment.sendSamples(ids, START + 1_000 * sample++, 0);
                    Thread.sleep(250);
                }
            } finally {
                TestCassandra.node().start();
            }
            await().atMost(PATIENCE).until(() -> writer.check().equals(Health.READY));
            writer.close();
            // then
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(environment.stored()).isEqualTo(environment.sent));
            assertThat(environment.uncommitted()).isZero();
        }
    }

    @Test
    void shouldHandPartitionsOverWithoutAGap() throws Exception {
        try (WriterEnvironment environment = new WriterEnvironment(Map.of());
                WriterService first = environment.newWriter();
                WriterService second = environment.newWriter()) {
            // given: one writer owns everything
            first.start();
            await().atMost(PATIENCE).until(() -> first.check().equals(Health.READY));
            List<SeriesId> ids = environment.announceMany(50, START);
            long sample = 0;
            for (int i = 0; i < 20; i++) {
                environment.sendSamples(ids, START + 1_000 * sample++, 0);
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(visible(environment, first, first, ids)).isEqualTo(environment.sent));
            // when: another joins
            second.start();
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(partitions(first)).hasSize(1);
                assertThat(partitions(second)).hasSize(1);
            });
            // then: what the first handed over is in the store, and what it kept is still in its memory
            assertThat(visible(environment, first, second, ids)).isEqualTo(environment.sent);
            // when: the first goes
            for (int i = 0; i < 20; i++) {
                environment.sendSamples(ids, START + 1_000 * sample++, 0);
            }
            first.close();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(partitions(second)).hasSize(2));
            // then: nothing is missing, and the second has read nothing twice
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(visible(environment, second, second, ids))
                            .isEqualTo(environment.sent));
            second.close();
            assertThat(environment.stored()).isEqualTo(environment.sent);
            assertThat(environment.uncommitted()).isZero();
        }
    }

    /** The store and the memory of two writers, merged. */
    private static Map<SeriesId, TreeMap<Long, Long>> visible(
            WriterEnvironment environment, WriterService first, WriterService second, List<SeriesId> ids)
            throws Exception {
        Map<SeriesId, TreeMap<Long, Long>> all = new HashMap<>();
        // memory first, then the store, as queries do
        for (Map<SeriesId, TreeMap<Long, Long>> part :
                List.of(open(first, ids), open(second, ids), environment.stored())) {
            part.forEach((id, samples) ->
                    all.computeIfAbsent(id, key -> new TreeMap<>()).putAll(samples));
        }
        return all;
    }

    private static double failingSeconds(MeterRegistry registry) {
        return registry.get("millrace.writer.store.failing.seconds").gauges().stream()
                .mapToDouble(Gauge::value)
                .max()
                .orElseThrow();
    }

    private static int storedSamples(WriterEnvironment environment) {
        return environment.stored().values().stream().mapToInt(Map::size).sum();
    }

    private static Process startProcess(WriterEnvironment environment, Path log) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                WriterMain.class.getName());
        builder.environment().putAll(environment.environment());
        builder.environment().put("MILLRACE_WRITER_INTERNAL_ADVERTISED_ADDRESS", "127.0.0.1:1");
        builder.redirectErrorStream(true).redirectOutput(new File(log.toString()));
        return builder.start();
    }

    private static Map<SeriesId, TreeMap<Long, Long>> open(WriterService writer, List<SeriesId> ids) throws Exception {
        Map<SeriesId, TreeMap<Long, Long>> found = new HashMap<>();
        ask(
                writer,
                ids,
                chunk -> {
                    SampleColumns columns = new SampleColumns();
                    Chunks.decode(chunk.encoding(), chunk.data(), Long.MIN_VALUE, Long.MAX_VALUE, columns);
                    for (int i = 0; i < columns.size(); i++) {
                        found.computeIfAbsent(chunk.series(), key -> new TreeMap<>())
                                .put(columns.timestamp(i), Double.doubleToRawLongBits(columns.value(i)));
                    }
                },
                partition -> {});
        return found;
    }

    private static List<OpenPartition> partitions(WriterService writer) throws Exception {
        List<OpenPartition> partitions = new ArrayList<>();
        ask(writer, List.of(), chunk -> {}, partitions::add);
        return partitions;
    }

    private static void ask(
            WriterService writer, List<SeriesId> ids, Consumer<OpenChunk> chunks, Consumer<OpenPartition> partitions)
            throws Exception {
        HttpResponse<byte[]> response = post(
                writer,
                "open sesame",
                new OpenChunkRequest(WriterEnvironment.TENANT, Long.MIN_VALUE, Long.MAX_VALUE, ids).encode());
        assertThat(response.statusCode()).isEqualTo(200);
        OpenChunkResponseReader.read(new ByteArrayInputStream(response.body()), chunks, partitions);
    }

    private static HttpResponse<byte[]> post(WriterService writer, String token, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + writer.port() + OpenChunkRequest.PATH))
                .header(OpenChunkRequest.TOKEN_HEADER, token)
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofByteArray());
    }
}
