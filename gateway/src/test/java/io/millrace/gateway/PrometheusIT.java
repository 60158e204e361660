package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.Labels;
import io.millrace.runtime.control.AccessKeys;
import io.millrace.testkit.TestKafka;
import io.millrace.testkit.prometheus.PrometheusProcess;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus that scrapes itself every second and writes to the gateway, while its key is wrong, revoked, rotated. */
class PrometheusIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    private RunningGateway gateway;
    private int port;

    @BeforeEach
    void start() throws Exception {
        PrometheusProcess.assumeInstalled();
        gateway = new RunningGateway(TestKafka.bootstrapServers(), Map.of());
        gateway.control.markReady();
        port = PrometheusProcess.freePort();
    }

    @AfterEach
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void shouldLogAClearLineWhenTheSecretIsWrong() throws Exception {
        try (PrometheusProcess prometheus =
                prometheus(configuration(gateway.key.key().id(), "wrong"))) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(prometheus.logFile())
                                    .content()
                                    .contains(
                                            "server returned HTTP status 401 Unauthorized: millrace-unauthenticated: the AccessKey id"));
        }
        assertThat(gateway.received(RunningGateway.SHOP).series()).isEmpty();
    }

    @Test
    void shouldLogAClearLineWhenTheKeyIsRevoked() throws Exception {
        try (PrometheusProcess prometheus = prometheus(configuration(gateway.key))) {
            awaitSamples(1);

            gateway.disable(gateway.key);

            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(prometheus.logFile())
                            .content()
                            .contains("401 Unauthorized: millrace-unauthenticated"));
        }
    }

    @Test
    void shouldLoseNothingWhenTheKeyIsRotated() throws Exception {
        AccessKeys.NewAccessKey next = AccessKeys.generate("writer", Instant.EPOCH, null);
        Map<Labels, Set<Long>> sent;
        try (PrometheusProcess prometheus = prometheus(configuration(gateway.key))) {
            awaitSamples(2_000);

            gateway.control.put(next.key());
            Files.writeString(folder.resolve("prometheus.yml"), configuration(next));
            post(prometheus.url().resolve("/-/reload"));
            double before = gateway.counter("millrace.gateway.received.samples", "tenant", "shop");
            awaitSamples(before + 2_000);
            gateway.disable(gateway.key);
            awaitSamples(before + 5_000);

            sent = everything(prometheus);
            assertThat(prometheus.logFile()).content().doesNotContain("HTTP status 4");
        }
        Map<Labels, Set<Long>> kept = new HashMap<>();
        gateway.received(RunningGateway.SHOP)
                .series()
                .forEach((labels, stored) -> stored.samples()
                        .forEach(sample -> kept.computeIfAbsent(labels, absent -> new HashSet<>())
                                .add(sample.timestamp())));
        assertThat(sent).hasSizeGreaterThan(300);
        sent.forEach((labels, timestamps) -> assertThat(kept.getOrDefault(labels, Set.of()))
                .as(labels.toString())
                .containsAll(timestamps));
        assertThat(gateway.counter("millrace.gateway.requests", "protocol", "1.0", "status", "401"))
                .isZero();
    }

    private PrometheusProcess prometheus(String configuration) throws IOException {
        return PrometheusProcess.start(folder, port, configuration, "--web.enable-lifecycle");
    }

    private String configuration(AccessKeys.NewAccessKey key) {
        return configuration(key.key().id(), key.secret().reveal());
    }

    /** As the documents of the service show it. */
    private String configuration(String keyId, String secret) {
        return """
                global:
                  scrape_interval: 1s
                scrape_configs:
                  - job_name: "prometheus"
                    static_configs:
                      - targets: ["127.0.0.1:%d"]
                remote_write:
                  - url: "%s"
                    basic_auth:
                      username: "%s"
                      password: "%s"
                    queue_config:
                      max_samples_per_send: 1000
                      max_shards: 200
                      capacity: 2500
                """.formatted(port, gateway.writeUri(), keyId, secret);
    }

    private void awaitSamples(double count) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> gateway.counter("millrace.gateway.received.samples", "tenant", "shop") >= count);
    }

    /** Timestamps of every series that Prometheus has. */
    private static Map<Labels, Set<Long>> everything(PrometheusProcess prometheus) throws Exception {
        String query = URLEncoder.encode("{__name__=~\".+\"}[10m]", StandardCharsets.UTF_8);
        HttpResponse<String> response = CLIENT.send(
                HttpRequest.newBuilder(prometheus.url().resolve("/api/v1/query?query=" + query))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        Map<Labels, Set<Long>> all = new HashMap<>();
        for (JsonNode series : new ObjectMapper().readTree(response.body()).at("/data/result")) {
            Labels.Builder labels = Labels.builder();
            series.get("metric")
                    .fields()
                    .forEachRemaining(
                            label -> labels.add(label.getKey(), label.getValue().asText()));
            Set<Long> timestamps = all.computeIfAbsent(labels.build(), absent -> new HashSet<>());
            series.get("values")
                    .forEach(value -> timestamps.add(Math.round(value.get(0).asDouble() * 1000)));
        }
        return all;
    }

    private static void post(URI uri) throws Exception {
        HttpResponse<String> response = CLIENT.send(
                HttpRequest.newBuilder(uri)
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }
}
