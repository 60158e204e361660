package io.millrace.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.query.index.SeriesIndex;
import io.millrace.query.read.MetricShard;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.ExemplarRow;
import io.millrace.wire.chunk.XorChunk;
import io.millrace.wire.labels.CanonicalLabels;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Deleting series over HTTP, with a real broker for the marks and a real node for the deletions. */
class DeleteSeriesIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Midday yesterday, so that everything is on one day. */
    private static final long START = (System.currentTimeMillis() / 86_400_000 - 1) * 86_400_000 + 43_200_000;

    private static final int SAMPLES = 10;
    private static final Labels DOOMED = Labels.of("__name__", "doomed", "job", "x");
    private static final Labels OTHER = Labels.of("__name__", "doomed", "job", "y");

    /** All that the tests write was in the topic before this record. */
    private static final int RECORDS = 100;

    private static final String COUNT =
            "query?query=" + encode("count_over_time(doomed[5m])") + "&time=" + (START + SAMPLES * 1_000) / 1_000;

    private static RunningQuery query;

    @BeforeAll
    static void start() throws Exception {
        query = new RunningQuery(Map.of());
        for (Labels labels : List.of(DOOMED, OTHER)) {
            query.announce(labels, SeriesIndex.day(START));
            write(labels, 50);
        }
        SeriesId id = CanonicalLabels.id(DOOMED);
        byte[] trace = CanonicalLabels.encode(Labels.of("trace_id", "abc"));
        query.store
                .exemplars()
                .write(
                        MetricShard.of(DOOMED, id).on(RunningQuery.SHOP, SeriesIndex.day(START)),
                        List.of(
                                new ExemplarRow(id, START + 1_000, trace, 1, START + 1_000),
                                new ExemplarRow(id, START + 9_000, trace, 9, START + 9_000)))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        query.moveSamplesOn(RECORDS);
        query.startService();
    }

    @AfterAll
    static void stop() {
        if (query != null) {
            query.close();
        }
    }

    private static void write(Labels labels, long recordOffset) throws Exception {
        XorChunk chunk = new XorChunk();
        for (int i = 0; i < SAMPLES; i++) {
            chunk.append(START + i * 1_000L, Double.doubleToRawLongBits(i));
        }
        query.write(labels, ChunkRow.position(recordOffset, 0), chunk);
    }

    @Test
    void shouldDeleteForThoseWhoMayAndSayWhatWasDeleted() throws Exception {
        // given
        String keeper = basic(query.keeperId(), query.keeperSecret());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(counts()).isEqualTo(Map.of("x", "10", "y", "10")));
        String firstFive = "match%5B%5D=" + encode("doomed{job=\"x\"}") + "&end=" + (START + 4_000) / 1_000;

        // then: not everybody may, and not anything
        assertThat(delete(basic(query.keyId(), query.secret()), firstFive)).isEqualTo(403);
        assertThat(delete(keeper, "start=1")).isEqualTo(400);
        assertThat(delete(keeper, "match%5B%5D=" + encode("{"))).isEqualTo(400);
        assertThat(counts()).isEqualTo(Map.of("x", "10", "y", "10"));
        assertThat(exemplars()).isEqualTo(2);

        // when
        assertThat(delete(keeper, firstFive)).isEqualTo(204);

        // then: at once
        assertThat(counts()).isEqualTo(Map.of("x", "5", "y", "10"));
        assertThat(exemplars()).isEqualTo(1);

        // and: whoever deleted it sees that it was, and how far it is
        JsonNode listed = get("admin/tsdb/delete_series", keeper).get("data");
        assertThat(listed).hasSize(1);
        assertThat(listed.at("/0/state").asText()).isEqualTo("active");
        assertThat(listed.at("/0/requestedBy").asText()).isEqualTo("keeper");
        String id = listed.at("/0/id").asText();
        JsonNode one = get("admin/tsdb/delete_series?id=" + id, keeper).get("data");
        assertThat(one.get("purgedDays").asInt()).isZero();
        assertThat(one.get("days").asInt()).isPositive();

        // and: the audit trail
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode audit = JSON.readTree(send(request("/admin/v1/audit?target=instance/shop", admin())
                                    .build())
                            .body())
                    .get("items");
            assertThat(audit.at("/0/action").asText()).isEqualTo("series.delete");
            assertThat(audit.at("/0/userId").asText()).isEqualTo("keeper");
            assertThat(audit.at("/0/after/match/0").asText()).isEqualTo("doomed{job=\"x\"}");
        });

        // when: a replay stores once more what was there before
        write(DOOMED, 50);

        // then
        assertThat(counts()).isEqualTo(Map.of("x", "5", "y", "10"));

        // when: somebody sends the same samples again
        write(DOOMED, RECORDS + 50);

        // then
        assertThat(counts()).isEqualTo(Map.of("x", "10", "y", "10"));
    }

    /** Samples by the label {@code job}. */
    private static Map<String, String> counts() throws Exception {
        Map<String, String> counts = new java.util.TreeMap<>();
        get(COUNT, basic(query.keyId(), query.secret()))
                .at("/data/result")
                .forEach(each -> counts.put(
                        each.at("/metric/job").asText(), each.at("/value/1").asText()));
        return counts;
    }

    private static int exemplars() throws Exception {
        String range = "&start=" + START / 1_000 + "&end=" + (START / 1_000 + 60);
        return get("query_exemplars?query=doomed" + range, basic(query.keyId(), query.secret()))
                .at("/data/0/exemplars")
                .size();
    }

    private static int delete(String authorization, String form) throws Exception {
        return send(request("/prometheus/shop/api/v1/admin/tsdb/delete_series", authorization)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build())
                .statusCode();
    }

    private static JsonNode get(String path, String authorization) throws Exception {
        HttpResponse<String> response =
                send(request("/prometheus/shop/api/v1/" + path, authorization).build());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static HttpRequest.Builder request(String path, String authorization) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + query.port() + path))
                .header("Authorization", authorization);
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String admin() {
        return basic(query.adminId(), query.adminSecret());
    }

    private static String basic(String id, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((id + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
