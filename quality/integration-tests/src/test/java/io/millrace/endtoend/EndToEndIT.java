package io.millrace.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.StaleMarker;
import io.millrace.model.TenantId;
import io.millrace.testkit.prometheus.PrometheusApi;
import io.millrace.testkit.prometheus.PrometheusProcess;
import io.millrace.testkit.prometheus.RawSeries;
import io.millrace.testkit.prometheus.RemoteReadClient;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteClient;
import io.millrace.testkit.remotewrite.WriteSeries;
import io.millrace.testkit.standalone.MillraceProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus scrapes itself and a machine every second for a minute and writes to a fresh Millrace; everything
 * Prometheus has must be in Millrace, bit for bit, whatever is killed in between.
 */
class EndToEndIT {

    /** The issue of all this asks for a minute; less makes working on the test itself bearable. */
    private static final int SECONDS = Integer.getInteger("millrace.e2e.seconds", 60);

    private static final Duration CATCH_UP = Duration.ofMinutes(3);
    private static final TenantId INSTANCE = new TenantId("demo");

    @TempDir
    Path temporary;

    @BeforeAll
    static void needPrometheus() {
        PrometheusProcess.assumeInstalled();
    }

    @Test
    void shouldHaveEverySampleOfPrometheusWhateverIsKilled() throws Exception {
        try (MillraceProcess millrace = new MillraceProcess(temporary.resolve("data"));
                ScrapeTarget machine = new ScrapeTarget()) {
            millrace.up();
            say("ready after " + millrace.startDuration().toMillis() + " ms");
            int port = PrometheusProcess.freePort();
            scrape("prometheus", port);
            scrape("machine", machine.port());
            long startMs = System.currentTimeMillis();
            try (PrometheusProcess prometheus =
                    PrometheusProcess.start(temporary.resolve("prometheus"), port, configuration(millrace))) {
                PrometheusApi theirs = new PrometheusApi(prometheus.url().toString());
                PrometheusApi ours = new PrometheusApi(millrace.queryBase("demo"), millrace.keyId(), millrace.secret());

                // a minute of ordinary running
                TimeUnit.SECONDS.sleep(SECONDS);
                compare("while it runs", theirs, ours, startMs, System.currentTimeMillis());

                assertMinusZeroIsKept(millrace);

                // everything killed while Prometheus goes on
                millrace.killEverything();
                say("everything killed");
                TimeUnit.SECONDS.sleep(10);
                millrace.up();
                say("ready again after " + millrace.startDuration().toMillis() + " ms");
                compare("after a kill of everything", theirs, ours, startMs, System.currentTimeMillis());

                // the targets go away, one by dying, one by its configuration: every series ends with a stale marker
                machine.close();
                TimeUnit.SECONDS.sleep(3);
                scrape("machine");
                scrape("prometheus");
                List<RawSeries> everything = awaitStaleMarkers(prometheus, startMs);
                say(Comparison.count(everything) + " samples in " + everything.size()
                        + " series, stale markers included");
                long endMs = System.currentTimeMillis();
                compare("after the end of all series", theirs, ours, startMs, endMs);
                assertThat(ours.get("/query?query=up&time=" + endMs / 1000).get("result"))
                        .as("a stale series is not there at once, not after five minutes")
                        .isEmpty();

                // an orderly stop, and all of it in Cassandra, bit for bit
                prometheus.close();
                assertThat(millrace.down().exitCode()).isZero();
                Comparison.assertSame(everything, StoredSamples.read(millrace.folder(), INSTANCE, startMs, endMs));
                say("the same bits in Cassandra");
            }
        }
    }

    private static void compare(String when, PrometheusApi theirs, PrometheusApi ours, long startMs, long endMs) {
        long start = System.nanoTime();
        long[] samples = new long[1];
        await().atMost(CATCH_UP)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> samples[0] = Comparison.assertSame(theirs, ours, startMs, endMs));
        say(samples[0] + " samples the same " + when + ", found so after " + (System.nanoTime() - start) / 1_000_000
                + " ms");
    }

    /**
     * Prometheus leaves out a value that equals 0 in its requests, and so sends -0 as 0. What is sent as -0 must stay -0;
     * it goes to another metric of the instance of Millrace itself, so that the comparison is not disturbed.
     */
    private static void assertMinusZeroIsKept(MillraceProcess millrace) throws Exception {
        long nowMs = System.currentTimeMillis();
        WriteClient client = new WriteClient(
                URI.create(millrace.writeUrl().replace("/demo/", "/millrace/")), millrace.keyId(), millrace.secret());
        WriteSeries series = WriteSeries.of("__name__", "minus_zero").sample(nowMs, -0.0);
        assertThat(client.send1(RemoteWriteRequest.of(series)).statusCode()).isEqualTo(204);
        PrometheusApi own = new PrometheusApi(millrace.queryBase("millrace"), millrace.keyId(), millrace.secret());
        await().atMost(CATCH_UP)
                .untilAsserted(() -> assertThat(own.matrix("minus_zero[1m]", nowMs + 1))
                        .singleElement()
                        .satisfies(found -> assertThat(found.samples())
                                .containsExactly(new RawSeries.RawSample(nowMs, Double.doubleToRawLongBits(-0.0)))));
    }

    /** Waits until Prometheus has written a stale marker at the end of each series, and gives all it has. */
    private static List<RawSeries> awaitStaleMarkers(PrometheusProcess prometheus, long startMs) {
        RemoteReadClient read = new RemoteReadClient(prometheus.url().resolve("/api/v1/read"));
        List<List<RawSeries>> found = new ArrayList<>();
        await().atMost(CATCH_UP).untilAsserted(() -> {
            List<RawSeries> all = read.readAll(startMs, System.currentTimeMillis());
            assertThat(all.stream().filter(series -> !endsStale(series)).map(RawSeries::labels))
                    .as("series without a stale marker at the end")
                    .isEmpty();
            found.add(all);
        });
        return found.get(found.size() - 1);
    }

    private static boolean endsStale(RawSeries series) {
        return series.samples().get(series.samples().size() - 1).bits() == StaleMarker.BITS;
    }

    /**
     * Sets the targets of a job. Prometheus sees the file change; unlike a job that is removed, or a Prometheus that is
     * stopped, a target that goes away leaves stale markers.
     */
    private void scrape(String job, int... ports) throws IOException {
        String targets = Arrays.stream(ports)
                .mapToObj(port -> "\"127.0.0.1:" + port + "\"")
                .collect(Collectors.joining(", "));
        Path file = temporary.resolve("prometheus").resolve(job + ".json");
        Files.createDirectories(file.getParent());
        Path written = Files.writeString(temporary.resolve(job + ".tmp"), "[{\"targets\": [" + targets + "]}]");
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String configuration(MillraceProcess millrace) {
        return """
                global:
                  scrape_interval: 1s
                  scrape_timeout: 1s
                scrape_configs:
                  - job_name: "prometheus"
                    file_sd_configs:
                      - files: ["prometheus.json"]
                        refresh_interval: 1s
                  - job_name: "machine"
                    honor_labels: true
                    file_sd_configs:
                      - files: ["machine.json"]
                        refresh_interval: 1s
                remote_write:
                  - url: "%s"
                    basic_auth:
                      username: "%s"
                      password: "%s"
                    queue_config:
                      max_samples_per_send: 1000
                      max_shards: 200
                      capacity: 2500
                """.formatted(millrace.writeUrl(), millrace.keyId(), millrace.secret());
    }

    private static void say(String what) {
        System.out.println("end to end: " + what);
    }
}
