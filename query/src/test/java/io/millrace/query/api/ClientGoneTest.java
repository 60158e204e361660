package io.millrace.query.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Timer;
import io.millrace.model.Labels;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sockets that are closed in the middle. */
class ClientGoneTest {
    private static final String LONG = "query?query=count(" + ApiHarness.ENDLESS + ")";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private ApiHarness api;

    @BeforeEach
    void start() throws Exception {
        api = new ApiHarness();
        api.sample(Labels.of("__name__", "up"), ApiHarness.NOW_MS, 1);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void shouldStopAQueryWhenItsClientGoesAway() throws Exception {
        // given
        Socket client = send(LONG);
        await().atMost(PATIENCE).until(() -> gauge("millrace.query.running") == 1);

        // when
        client.close();

        // then
        await().atMost(PATIENCE).until(() -> gauge("millrace.query.running") == 0);
        assertThat(answered("query", "499"))
                .as(
                        "of %s",
                        api.registry.find("millrace.query").timers().stream()
                                .map(timer -> timer.getId().getTags())
                                .toList())
                .isEqualTo(1);
        assertThat(api.get("query?query=up").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldTakeAQueryOutOfTheQueueWhenItsClientGoesAway() throws Exception {
        // given: as many running as there may be, and one waiting
        List<Socket> running = new ArrayList<>(List.of(send(LONG), send(LONG)));
        await().atMost(PATIENCE).until(() -> gauge("millrace.query.running") == 2);
        Socket waiting = send("query?query=up");
        await().atMost(PATIENCE).until(() -> gauge("millrace.query.waiting") == 1);

        // when
        waiting.close();

        // then
        await().atMost(PATIENCE).until(() -> gauge("millrace.query.waiting") == 0);
        await().atMost(PATIENCE).until(() -> answered("query", "499") == 1);
        assertThat(gauge("millrace.query.running")).isEqualTo(2);
        for (Socket socket : running) {
            socket.close();
        }
        await().atMost(PATIENCE).until(() -> gauge("millrace.query.running") == 0);
    }

    @Test
    void shouldNotTakeTheNextRequestOfAConnectionForItsEnd() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            assertThat(api.get("query?query=up").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldAnswerClientsThatSendAhead() throws Exception {
        // when: two requests at once on one connection
        try (Socket client = send("query?query=vector(1)")) {
            client.getOutputStream().write(request("query?query=vector(2)", "close"));
            String answers = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            // then
            assertThat(answers).contains(",\"1\"]").contains(",\"2\"]");
        }
    }

    private Socket send(String path) throws IOException {
        Socket client = new Socket("127.0.0.1", api.port());
        client.getOutputStream().write(request(path, "keep-alive"));
        client.getOutputStream().flush();
        return client;
    }

    private byte[] request(String path, String connection) {
        return ("GET /prometheus/shop/api/v1/" + path.replace("[", "%5B").replace("]", "%5D") + " HTTP/1.1\r\n"
                        + "Host: localhost\r\nConnection: " + connection + "\r\nAuthorization: " + api.credentials()
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private double gauge(String name) {
        return api.registry.get(name).gauge().value();
    }

    private long answered(String endpoint, String status) {
        Timer timer = api.registry
                .find("millrace.query")
                .tags("endpoint", "api/v1/" + endpoint, "status", status)
                .timer();
        return timer == null ? 0 : timer.count();
    }
}
