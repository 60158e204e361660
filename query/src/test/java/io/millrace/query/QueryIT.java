package io.millrace.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.model.StaleMarker;
import io.millrace.query.index.SeriesIndex;
import io.millrace.storage.SeriesRow;
import io.millrace.testkit.prometheus.PrometheusProcess;
import io.millrace.wire.chunk.ChunkEncoding;
import io.millrace.wire.chunk.XorChunk;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.openchunks.OpenChunk;
import io.millrace.wire.openchunks.OpenPartition;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The query service on a real broker and a real node; the writer is an endpoint of this test. */
class QueryIT {
    private static final long DAY_MS = Duration.ofDays(1).toMillis();
    private static final Labels UP = Labels.of("__name__", "up", "job", "node", "instance", "a:9100");
    private static final Labels OLD = Labels.of("__name__", "up", "job", "gone");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final long now = System.currentTimeMillis() / 1000 * 1000;
    private static final Map<Long, Double> expected = new TreeMap<>();
    private static RunningQuery query;

    @BeforeAll
    static void start() throws Exception {
        query = new RunningQuery(Map.of());
        seed();
        query.startService();
    }

    /**
     * Series UP: two stored chunks of which the later corrects a sample of the earlier, and an open chunk that repeats the
     * end of the stored ones. Series OLD: ten days ago, known to the registry only.
     */
    private static void seed() throws Exception {
        query.announce(UP, SeriesIndex.day(now));
        query.announce(UP, SeriesIndex.day(now - 3600_000));
        XorChunk first = new XorChunk();
        XorChunk second = new XorChunk();
        XorChunk open = new XorChunk();
        for (int i = 0; i < 60; i++) {
            long at = now - 600_000 + i * 10_000L;
            double value = i == 31 ? StaleMarker.VALUE : i * 1.5;
            if (i < 30) {
                first.append(at, Double.doubleToRawLongBits(value));
            }
            if (i >= 29 && i < 50) {
                second.append(at, Double.doubleToRawLongBits(i == 29 ? 1000 : value));
            }
            if (i >= 45) {
                open.append(at, Double.doubleToRawLongBits(value));
            }
            expected.put(at, i == 29 ? 1000 : value);
        }
        expected.values().removeIf(StaleMarker::is); // a range selector leaves them out
        query.write(UP, 100, first);
        query.write(UP, 200, second);
        SeriesId id = CanonicalLabels.id(UP);
        query.writer.chunks.add(new OpenChunk(
                id,
                open.firstTimestampMs(),
                300,
                open.lastTimestampMs(),
                open.samples(),
                ChunkEncoding.XOR.number(),
                open.bytes()));

        long then = now - 10 * DAY_MS;
        XorChunk old = new XorChunk();
        old.append(then, Double.doubleToRawLongBits(7));
        query.write(OLD, 5, old);
        byte[] labels = CanonicalLabels.encode(OLD);
        query.store
                .series()
                .write(
                        RunningQuery.SHOP,
                        SeriesIndex.day(then),
                        List.of(new SeriesRow(CanonicalLabels.id(OLD), "up", labels)))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    @AfterAll
    static void stop() {
        if (query != null) {
            query.close();
        }
    }

    @Test
    void shouldMergeStoredAndOpenChunksSampleBySample() throws Exception {
        // when
        JsonNode answer = get("query?query=" + encode("up{job=\"node\"}[15m]") + "&time=" + now / 1000);

        // then
        Map<Long, Double> found = new TreeMap<>();
        answer.at("/data/result/0/values")
                .forEach(point -> found.put(
                        Math.round(point.get(0).asDouble() * 1000),
                        Double.valueOf(point.get(1).asText())));
        assertThat(answer.has("warnings")).as("%s", answer.get("warnings")).isFalse();
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void shouldFindSeriesOfADayThatOnlyTheRegistryKnows() throws Exception {
        // when
        long then = now / 1000 - 10 * 86_400;
        JsonNode answer = get("query?query=" + encode("up{job=\"gone\"}") + "&time=" + then);
        JsonNode values = get("label/job/values?start=" + (then - 60) + "&end=" + then);

        // then
        assertThat(answer.at("/data/result/0/value/1").asText()).isEqualTo("7");
        assertThat(values.get("data")).hasSize(1);
    }

    @Test
    void shouldFindASeriesAnnouncedWhileRunning() throws Exception {
        // when
        query.announce(Labels.of("__name__", "late", "job", "x"), SeriesIndex.day(now));

        // then
        await().atMost(Duration.ofSeconds(10))
                .until(() -> get("series?match%5B%5D=late").get("data").size() == 1);
    }

    @Test
    void shouldWarnWhenTheWriterCatchesUpOrLagsAndAnswerAllTheSame() throws Exception {
        try {
            // given
            query.writer.state = OpenPartition.State.CATCHING_UP;
            JsonNode catchingUp = get("query?query=up");
            query.writer.state = OpenPartition.State.READY;
            query.writer.recordsBehind = 1000;
            query.writer.receivedUntilMs = System.currentTimeMillis() - 60_000;
            JsonNode lagging = get("query?query=up");

            // then
            assertThat(catchingUp.at("/warnings/0").asText())
                    .startsWith("newest samples of 1 of 1 partitions may be missing")
                    .contains("catching up");
            assertThat(catchingUp.at("/data/result")).hasSize(1);
            assertThat(lagging.at("/warnings/0").asText()).contains("s behind the gateway");
        } finally {
            query.writer.state = OpenPartition.State.READY;
            query.writer.recordsBehind = 0;
        }
    }

    @Test
    void shouldAnswerGrafanasCalls() throws Exception {
        String range = "start=" + (now / 1000 - 3600) + "&end=" + now / 1000;
        assertThat(post("query", "query=1%2B1&time=4").at("/data/result/1").asText())
                .isEqualTo("2");
        assertThat(get("status/buildinfo").at("/data/features").isMissingNode()).isTrue();
        assertThat(get("label/__name__/values?" + range).at("/data").toString()).contains("\"up\"");
        assertThat(post("labels", range + "&limit=40000").get("data").toString())
                .contains("\"instance\"");
        assertThat(get("metadata").get("status").asText()).isEqualTo("success");
        assertThat(get("label/instance/values?match%5B%5D=up&" + range + "&limit=40000")
                        .get("data")
                        .toString())
                .contains("a:9100");
        assertThat(post("query_range", "query=" + encode("sum by (job)(rate(up[1m]))") + "&step=15&" + range)
                        .at("/data/result"))
                .hasSize(1);
        assertThat(post("query_exemplars", "query=up&" + range).get("status").asText())
                .isEqualTo("success");
        assertThat(get("rules").at("/data/groups").isArray()).isTrue();
    }

    @Test
    void shouldWorkWithPromtool() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/promtool")), "no /usr/bin/promtool");
        String url =
                "http://" + query.keyId() + ":" + query.secret() + "@127.0.0.1:" + query.port() + "/prometheus/shop";

        assertThat(promtool("query", "instant", url, "up")).contains("job=\"node\"");
        assertThat(promtool(
                        "query",
                        "range",
                        "--start=" + (now / 1000 - 300),
                        "--end=" + now / 1000,
                        "--step=30s",
                        url,
                        "up"))
                .contains("job=\"node\"");
        assertThat(promtool(
                        "query", "series", "--match=up", "--start=" + (now / 1000 - 300), "--end=" + now / 1000, url))
                .contains("job=\"node\"");
        assertThat(promtool("query", "labels", url, "job")).contains("node");
    }

    @Test
    void shouldAdministerAccountsInstancesUsersAndKeys() throws Exception {
        // when: an operator makes an account with all it needs
        admin(201, "POST", "accounts", "{\"id\":\"beta\",\"name\":\"Beta Ltd\"}");
        JsonNode instance = admin(
                201,
                "POST",
                "instances",
                "{\"id\":\"beta-prod\",\"accountId\":\"beta\",\"retentionDays\":30,"
                        + "\"limits\":{\"maxActiveSeries\":5000}}");
        admin(
                201,
                "POST",
                "users",
                "{\"id\":\"beta-reader\",\"accountId\":\"beta\","
                        + "\"policies\":[{\"level\":\"read\",\"instances\":[\"beta-prod\"]}]}");
        JsonNode key = admin(201, "POST", "keys", "{\"userId\":\"beta-reader\"}");

        // then: the key works at once, for this instance only
        assertThat(instance.at("/limits/maxActiveSeries").asLong()).isEqualTo(5000);
        assertThat(instance.at("/paths/query").asText()).isEqualTo("/prometheus/beta-prod");
        String id = key.get("id").asText();
        String made = key.get("secret").asText();
        assertThat(statusOfQuery("beta-prod", id, made)).isEqualTo(200);
        assertThat(statusOfQuery("shop", id, made)).isEqualTo(404);

        // and: a rotated key works beside it, a disabled one no more
        JsonNode second = admin(201, "POST", "keys/" + id + "/rotate", "{\"grace\":\"1h\"}");
        assertThat(statusOfQuery(
                        "beta-prod",
                        second.get("id").asText(),
                        second.get("secret").asText()))
                .isEqualTo(200);
        assertThat(admin(200, "GET", "keys/" + id, "").hasNonNull("expires")).isTrue();
        admin(200, "PATCH", "keys/" + id, "{\"enabled\":false}");
        assertThat(statusOfQuery("beta-prod", id, made)).isEqualTo(401);
        assertThat(admin(200, "GET", "keys?user=beta-reader", "").get("items")).hasSize(2);

        // and: no secret or hash is shown again, and everything stands in the audit trail
        String shown = admin(200, "GET", "keys", "").toString();
        assertThat(shown).doesNotContain("secretHash").doesNotContain(made);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            JsonNode audit = admin(200, "GET", "audit?target=key/" + id, "").get("items");
            assertThat(audit).hasSize(3);
            assertThat(audit.get(0).get("action").asText()).isEqualTo("key.disable");
            assertThat(audit.get(0).get("userId").asText()).isEqualTo("root");
            assertThat(audit.at("/0/before/enabled").asBoolean()).isTrue();
            assertThat(audit.at("/0/after/enabled").asBoolean()).isFalse();
        });

        // and: what is wrong is refused with its reason
        assertThat(admin(409, "POST", "accounts", "{\"id\":\"beta\"}")
                        .at("/error/reason")
                        .asText())
                .isEqualTo("conflict");
        admin(404, "GET", "users/nobody", "");
        admin(404, "GET", "nothing", "");
        admin(405, "PUT", "users", "");
        admin(400, "POST", "users", "{\"id\":\"x\",\"wrong\":1}");
        admin(400, "POST", "users", "not json");
        admin(400, "PATCH", "instances/beta-prod", "{\"retentionDays\":0}");
        admin(200, "DELETE", "instances/beta-prod", "");
        admin(404, "GET", "instances/beta-prod", "");
    }

    @Test
    void shouldLetOnlyAdministratorsAdminister() throws Exception {
        assertThat(adminStatus("GET", "accounts", query.keyId(), query.secret()))
                .isEqualTo(403);
        assertThat(adminStatus("GET", "accounts", query.keyId(), "wrong")).isEqualTo(401);
        assertThat(adminStatus("GET", "openapi.yaml", "", "")).isEqualTo(200);
    }

    private static JsonNode admin(int status, String method, String path, String body) throws Exception {
        HttpResponse<String> response = adminSend(method, path, body, query.adminId(), query.adminSecret());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSON.readTree(response.body());
    }

    private static int adminStatus(String method, String path, String id, String password) throws Exception {
        return adminSend(method, path, "", id, password).statusCode();
    }

    private static HttpResponse<String> adminSend(String method, String path, String body, String id, String password)
            throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + query.port() + "/admin/v1/" + path))
                                .header("Authorization", basic(id, password))
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static int statusOfQuery(String instance, String id, String password) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + query.port() + "/prometheus/" + instance
                                        + "/api/v1/query?query=1"))
                                .header("Authorization", basic(id, password))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private static String basic(String id, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((id + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldBeReadByAPrometheus(@TempDir Path folder) throws Exception {
        PrometheusProcess.assumeInstalled();
        int port = PrometheusProcess.freePort();
        String configuration = """
                remote_read:
                  - url: http://127.0.0.1:%d/prometheus/shop/api/v1/read
                    read_recent: true
                    basic_auth:
                      username: %s
                      password: %s
                """.formatted(query.port(), query.keyId(), query.secret());
        PrometheusProcess prometheus = PrometheusProcess.start(folder, port, configuration);
        try {
            // when: Prometheus evaluates on our data
            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/query?query="
                                            + encode("up{job=\"node\"}[15m]") + "&time=" + now / 1000))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            // then
            Map<Long, Double> found = new TreeMap<>();
            JSON.readTree(response.body())
                    .at("/data/result/0/values")
                    .forEach(point -> found.put(
                            Math.round(point.get(0).asDouble() * 1000),
                            Double.valueOf(point.get(1).asText())));
            assertThat(found).as(response.body()).isEqualTo(expected);
        } finally {
            prometheus.close();
        }
    }

    @Test
    void shouldWarnWhenAWriterIsGoneAndAskTheNextOwner() throws Exception {
        // given: the writer is deaf but still owns its partitions
        query.writer.deaf();
        JsonNode deaf = get("query?query=" + encode("up{job=\"node\"}[15m]") + "&time=" + now / 1000);
        assertThat(deaf.at("/warnings/0").asText()).contains("does not answer");
        assertThat(deaf.at("/data/result/0/values")).hasSize(49); // what is stored, less the stale marker

        // when another takes over
        List<OpenChunk> chunks = new ArrayList<>(query.writer.chunks);
        query.writer.close();
        JsonNode nobody = get("query?query=up");
        assertThat(nobody.at("/warnings/0").asText()).contains("no writer owns it");
        query.writer = new FakeWriter(query.settings.kafka(), RunningQuery.TOKEN);
        query.writer.chunks.addAll(chunks);
        await().atMost(Duration.ofSeconds(60)).until(() -> query.writer.partitions() == 3);

        // then
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            JsonNode answer = get("query?query=" + encode("up{job=\"node\"}[15m]") + "&time=" + now / 1000);
            assertThat(answer.has("warnings")).isFalse();
            assertThat(answer.at("/data/result/0/values")).hasSize(expected.size());
        });
    }

    private static String promtool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("/usr/bin/promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static JsonNode get(String path) throws Exception {
        return send(request(path));
    }

    private static JsonNode post(String path, String form) throws Exception {
        return send(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + query.port() + "/prometheus/shop/api/v1/" + path))
                .header("Authorization", basic(query.keyId(), query.secret()));
    }

    private static JsonNode send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }
}
