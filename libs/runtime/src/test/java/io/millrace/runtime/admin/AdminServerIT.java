package io.millrace.runtime.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.Health;
import io.millrace.runtime.metrics.Metrics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerIT {
    private record Config(String host, int port) implements AdminConfig {}

    private final PrometheusMeterRegistry registry = Metrics.create();
    private volatile Map<String, Health> health = Map.of("control-tables", Health.READY);
    private final AdminServer server = new AdminServer(new Config("127.0.0.1", 0), () -> health, registry);

    @BeforeEach
    void start() throws Exception {
        server.start();
    }

    @AfterEach
    void close() {
        server.close();
        registry.close();
    }

    @Test
    void shouldBeLive() throws Exception {
        assertThat(get("/live").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldBeReadyOnlyWhenEveryServiceIs() throws Exception {
        // given
        HttpResponse<String> ready = get("/ready");
        health = Map.of("control-tables", Health.notReady("reading the topic control, 3 records to go"));

        // when
        HttpResponse<String> notReady = get("/ready");

        // then
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body()).isEqualTo("ready\ncontrol-tables: ready\n");
        assertThat(notReady.statusCode()).isEqualTo(503);
        assertThat(notReady.body())
                .isEqualTo("not ready\ncontrol-tables: reading the topic control, 3 records to go\n");
    }

    @Test
    void shouldServeMetricsOfTheProcessAsPrometheusText() throws Exception {
        // when
        HttpResponse<String> answer = get("/metrics");

        // then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body())
                .contains(
                        "jvm_memory_used_bytes{",
                        "jvm_gc_",
                        "jvm_threads_live_threads ",
                        "process_cpu_usage ",
                        "process_uptime_seconds ",
                        "process_files_open_files ",
                        "process_resident_memory_bytes ",
                        "millrace_build_info{");
    }

    @Test
    void shouldSpeakOpenMetricsWhenAsked() throws Exception {
        // when
        HttpResponse<String> answer = send(HttpRequest.newBuilder(uri("/metrics"))
                .header("Accept", "application/openmetrics-text; version=1.0.0"));

        // then
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/openmetrics-text");
        assertThat(answer.body()).endsWith("# EOF\n");
    }

    @Test
    void shouldSayWhatThereIsForAnyOtherPathAndMethod() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(get("/").body()).contains("/ready");
        assertThat(send(HttpRequest.newBuilder(uri("/ready")).DELETE()).statusCode())
                .isEqualTo(405);
    }

    @Test
    void shouldSayWhichPortIsTaken() {
        // given
        AdminServer other = new AdminServer(new Config("127.0.0.1", server.port()), () -> health, registry);

        // when / then
        assertThatThrownBy(other::start)
                .hasMessageContaining("cannot listen on 127.0.0.1:" + server.port())
                .hasMessageContaining("admin.port");
        other.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(path)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
