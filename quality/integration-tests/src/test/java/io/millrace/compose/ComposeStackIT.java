package io.millrace.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Brings compose.yaml up from nothing, lets its own Prometheus write, asks, and takes it down. */
final class ComposeStackIT {
    private static final Path ROOT = Path.of(System.getProperty("millrace.home"));
    private static final String PROJECT = "millrace-it";
    private static final List<String> IMAGES =
            List.of("eclipse-temurin:17-jre", "apache/kafka:4.3.1", "cassandra:5.0", "prom/prometheus:latest");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final Map<String, String> environment = new HashMap<>();
    private static List<String> compose = List.of();

    @BeforeAll
    static void up() throws IOException {
        Docker.require(ROOT, IMAGES);
        compose = Docker.compose(ROOT);
        compose.addAll(List.of("-p", PROJECT, "-f", "compose.yaml"));
        for (String port : List.of("MILLRACE_WRITE_PORT", "MILLRACE_QUERY_PORT", "MILLRACE_PROMETHEUS_PORT")) {
            try (ServerSocket socket = new ServerSocket(0)) {
                environment.put(port, Integer.toString(socket.getLocalPort()));
            }
        }
        run("down", "-v", "--remove-orphans");
        Docker.Output up = run("up", "-d", "--build");
        assertThat(up.exitCode()).as(up.text()).isZero();
    }

    @AfterAll
    static void down() {
        if (!compose.isEmpty()) {
            run("down", "-v", "--remove-orphans");
        }
    }

    private static Docker.Output run(String... arguments) {
        List<String> command = new ArrayList<>(compose);
        command.addAll(List.of(arguments));
        return Docker.run(ROOT, environment, command);
    }

    @Test
    void shouldReachGreenByItselfAndAnswerWhatItsPrometheusWrites() {
        // given: everything that has a health check becomes healthy
        await().atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofSeconds(2))
                .untilAsserted(() -> {
                    String states = Docker.run(
                                    ROOT,
                                    Map.of(),
                                    List.of(
                                            "docker",
                                            "ps",
                                            "--filter",
                                            "label=com.docker.compose.project=" + PROJECT,
                                            "--format",
                                            "{{.Names}} {{.Status}}"))
                            .text();
                    assertThat(states)
                            .contains("gateway", "processor", "storage-writer", "query", "kafka", "cassandra");
                    assertThat(states.lines().filter(line -> line.contains("unhealthy") || line.contains("starting")))
                            .as(states)
                            .isEmpty();
                });
        String[] key = accessKey();

        // when, then: the four services are in the answers of Millrace, scraped and written by the stack's Prometheus
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(2))
                .untilAsserted(() -> {
                    JsonNode answer = query("sum(up{job=\"millrace\"})", key);
                    assertThat(answer.at("/data/result/0/value/1").asText())
                            .as(answer.toString())
                            .isEqualTo("4");
                });
    }

    /** Id and secret as the set-up step gave them to Prometheus. */
    private static String[] accessKey() {
        String configuration =
                run("exec", "-T", "prometheus", "cat", "/access/prometheus.yml").text();
        Matcher found =
                Pattern.compile("username: \"(\\w+)\"\\s+password: \"(\\w+)\"").matcher(configuration);
        assertThat(found.find()).as("an AccessKey in prometheus.yml").isTrue();
        return new String[] {found.group(1), found.group(2)};
    }

    private static JsonNode query(String promql, String[] key) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + environment.get("MILLRACE_QUERY_PORT")
                + "/prometheus/demo/api/v1/query?query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8));
        String credentials =
                Base64.getEncoder().encodeToString((key[0] + ":" + key[1]).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Basic " + credentials)
                .timeout(Duration.ofSeconds(20))
                .build();
        return JSON.readTree(
                HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
}
