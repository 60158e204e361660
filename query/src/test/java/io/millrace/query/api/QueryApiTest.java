package io.millrace.query.api;

import static io.millrace.query.api.ApiHarness.NOW_MS;
import static io.millrace.query.api.ApiHarness.encode;
import static io.millrace.query.api.ApiHarness.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.model.StaleMarker;
import io.millrace.promql.engine.MemoryPool;
import io.millrace.promql.engine.QueryException;
import io.millrace.storage.StoreUnavailableException;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryApiTest {
    private static final Labels UP_A = Labels.of("__name__", "up", "job", "a");
    private static final Labels UP_B = Labels.of("__name__", "up", "job", "b");

    private ApiHarness api;

    @BeforeEach
    void start() throws Exception {
        api = new ApiHarness();
        for (int i = 0; i < 5; i++) {
            api.sample(UP_A, NOW_MS - 60_000 + i * 15_000, i);
            api.sample(UP_B, NOW_MS - 60_000 + i * 15_000, 1);
        }
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void shouldAnswerAnInstantQueryAsPrometheusDoes() throws Exception {
        // when
        HttpResponse<String> response = api.get("query?query=" + encode("up{job=\"a\"}") + "&time=1435781460.5");

        // then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(response.body()).isEqualTo("""
                {"status":"success","data":{"resultType":"vector","result":[\
                {"metric":{"__name__":"up","job":"a"},"value":[1435781460.500,"4"]}]}}""");
    }

    @Test
    void shouldAnswerARangeVectorWithRawSamples() throws Exception {
        // when
        HttpResponse<String> response = api.get("query?query=" + encode("up{job=\"a\"}[30s]"));

        // then
        assertThat(response.body()).isEqualTo("""
                {"status":"success","data":{"resultType":"matrix","result":[\
                {"metric":{"__name__":"up","job":"a"},"values":[[1435781445,"3"],[1435781460,"4"]]}]}}""");
    }

    @Test
    void shouldAnswerARangeQueryOfAForm() throws Exception {
        // when
        HttpResponse<String> response =
                api.post("query_range", "query=sum(up)&start=1435781430&end=2015-07-01T20:11:00Z&step=15s");

        // then
        assertThat(response.body()).isEqualTo("""
                {"status":"success","data":{"resultType":"matrix","result":[\
                {"metric":{},"values":[[1435781430,"3"],[1435781445,"4"],[1435781460,"5"]]}]}}""");
    }

    @Test
    void shouldAnswerScalarsStringsAndNothing() throws Exception {
        assertThat(api.get("query?query=1%2B1&time=4").body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[4,\"2\"]}}");
        assertThat(api.get("query?query=%22x%5Cu00e9%22&time=4").body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"resultType\":\"string\",\"result\":[4,\"x\u00e9\"]}}");
        assertThat(api.get("query?query=nothing").body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, -0",
        "1e20, 100000000000000000000",
        "1e21, 1e+21",
        "0.000001, 0.000001",
        "0.0000001, 1e-07",
        "0.1, 0.1",
        "1/0, +Inf",
        "-1/0, -Inf",
        "0/0, NaN",
        "2e23, 2e+23",
        "123456789012345680, 123456789012345680",
        "5e-324, 5e-324"
    })
    void shouldWriteNumbersAsGoDoes(String expression, String expected) throws Exception {
        // when
        HttpResponse<String> response = api.get("query?time=4&query=" + encode(expression));

        // then
        assertThat(json(response.body()).at("/data/result/1").asText()).isEqualTo(expected);
    }

    @Test
    void shouldWriteNativeHistograms() throws Exception {
        // given: two populated exponential buckets and a zero bucket
        Labels labels = Labels.of("__name__", "h");
        api.columns(labels)
                .add(
                        NOW_MS - 1000,
                        new NativeHistogram(
                                true,
                                NativeHistogram.ResetHint.UNKNOWN,
                                0,
                                0.001,
                                2,
                                5,
                                18.4,
                                new int[] {0, 2},
                                new double[] {1, 2},
                                new int[0],
                                new double[0],
                                new double[0]));
        api.index.announce(
                ApiHarness.INSTANCE,
                io.millrace.query.index.SeriesIndex.day(NOW_MS),
                io.millrace.wire.labels.CanonicalLabels.id(labels),
                io.millrace.wire.labels.CanonicalLabels.encode(labels));

        // then
        assertThat(api.get("query?query=h").body()).isEqualTo("""
                {"status":"success","data":{"resultType":"vector","result":[\
                {"metric":{"__name__":"h"},"histogram":[1435781460,{"count":"5","sum":"18.4","buckets":[\
                [3,"-0.001","0.001","2"],[0,"0.5","1","1"],[0,"1","2","2"]]}]}]}}""");
    }

    @Test
    void shouldNotShowASeriesThatWentStale() throws Exception {
        // given
        api.sample(UP_B, NOW_MS + 1000, StaleMarker.VALUE);

        // then
        assertThat(json(api.get("query?query=up&time=" + (NOW_MS / 1000 + 2)).body())
                        .at("/data/result"))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "query?query=up{                     | 400 | bad_data | invalid parameter \"query\": 1:4: parse error: unexpected end of input inside braces",
                "query?query=                        | 400 | bad_data | invalid parameter \"query\": unknown position: parse error: no expression found in input",
                "query?query=up&time=yesterday       | 400 | bad_data | invalid parameter \"time\": Invalid time value for 'time': cannot parse \"yesterday\" to a valid timestamp",
                "query?query=up&timeout=x            | 400 | bad_data | invalid parameter \"timeout\": cannot parse \"x\" to a valid duration",
                "query?query=up&limit=-1             | 400 | bad_data | invalid parameter \"limit\": limit must be non-negative",
                "query?query=up&limit=x              | 400 | bad_data | invalid parameter \"limit\": strconv.Atoi: parsing \"x\": invalid syntax",
                "query?query=up&lookback_delta=x     | 400 | bad_data | error parsing lookback delta duration: cannot parse \"x\" to a valid duration",
                "query?query=up%zz                   | 400 | bad_data | error parsing form values: invalid URL escape \"%zz\"",
                "query_range?query=up&start=1&end=2&step=0      | 400 | bad_data | invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer",
                "query_range?query=up&start=1&end=2&step=x      | 400 | bad_data | invalid parameter \"step\": cannot parse \"x\" to a valid duration",
                "query_range?query=up&start=2&end=1&step=1      | 400 | bad_data | invalid parameter \"end\": end timestamp must not be before start time",
                "query_range?query=up&start=0&end=11001&step=1  | 400 | bad_data | exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
                "query_range?query=up&end=1&step=1              | 400 | bad_data | invalid parameter \"start\": cannot parse \"\" to a valid timestamp",
                "series                              | 400 | bad_data | no match[] parameter provided",
                "series?match[]={job=~\".*\"}        | 400 | bad_data | invalid parameter \"match[]\": match[] must contain at least one non-empty matcher",
                "labels?start=x                      | 400 | bad_data | invalid parameter \"start\": Invalid time value for 'start': cannot parse \"x\" to a valid timestamp",
                "metadata?limit=x                    | 400 | bad_data | limit must be a number",
                "rules?type=x                        | 400 | bad_data | invalid parameter \"type\": not supported value \"x\"",
            })
    void shouldRefuseWhatIsWrongInPrometheusWords(String path, int status, String type, String error) throws Exception {
        // when
        String escaped = path.strip()
                .replace("{", "%7B")
                .replace("}", "%7D")
                .replace("\"", "%22")
                .replace("[]", "%5B%5D");
        HttpResponse<String> response = rawGet("/prometheus/shop/api/v1/" + escaped);

        // then
        assertThat(json(response.body()).get("error").asText()).isEqualTo(error);
        assertThat(json(response.body()).get("errorType").asText()).isEqualTo(type);
        assertThat(json(response.body()).get("status").asText()).isEqualTo("error");
        assertThat(response.statusCode()).isEqualTo(status);
    }

    /** A GET that java.net.URI would not let through. */
    private HttpResponse<String> rawGet(String path) throws Exception {
        return path.contains("%zz")
                ? api.post("query", path.substring(path.indexOf('?') + 1))
                : api.send(api.request(path));
    }

    @Test
    void shouldLetElevenThousandAndOnePointsPass() throws Exception {
        assertThat(api.get("query_range?query=1&start=0&end=11000&step=1").statusCode())
                .isEqualTo(200);
    }

    @Test
    void shouldGiveTheStatusOfTheKindOfError() throws Exception {
        // when the store is away
        api.failure = new StoreUnavailableException("node 1 does not answer", new IllegalStateException());
        HttpResponse<String> away = api.get("query?query=up");
        api.failure = new QueryException(QueryException.Kind.TIMEOUT, "query timed out in expanding series");
        HttpResponse<String> late = api.get("query?query=up");

        // then
        assertThat(away.statusCode()).isIn(500, 503);
        assertThat(late.statusCode()).isEqualTo(503);
        assertThat(json(late.body()).get("errorType").asText()).isEqualTo("timeout");
        assertThat(late.body()).doesNotContain("java.");
    }

    @Test
    void shouldRefuseWhatAllQueriesTogetherHaveNoMemoryFor() throws Exception {
        // given
        MemoryPool.Share others = api.memory.share();
        assertThat(others.take(api.memory.bytes())).isTrue();

        // when
        HttpResponse<String> refused = api.get("query?query=up");
        others.close();
        HttpResponse<String> answered = api.get("query?query=up");

        // then
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(json(refused.body()).get("errorType").asText()).isEqualTo("execution");
        assertThat(json(refused.body()).get("error").asText())
                .isEqualTo("query processing would load too many samples into memory in query execution: all queries"
                        + " together hold the 64 MiB there are for them; try again, or ask for less");
        assertThat(answered.statusCode()).isEqualTo(200);
    }

    @Test
    void shouldPutWarningsOfTheStoreIntoTheAnswer() throws Exception {
        // given
        api.warnings.add("newest samples of 1 of 6 partitions may be missing: no writer owns it (partition 3)");

        // then
        assertThat(json(api.get("query?query=up").body()).at("/warnings/0").asText())
                .startsWith("newest samples of 1 of 6");
    }

    @Test
    void shouldCutAtTheLimitAndSaySo() throws Exception {
        // when
        var answer = json(api.get("query?query=up&limit=1").body());

        // then
        assertThat(answer.at("/data/result")).hasSize(1);
        assertThat(answer.at("/warnings/0").asText()).isEqualTo("results truncated due to limit");
        assertThat(api.get("query?query=up&limit=2").body()).doesNotContain("warnings");
    }

    @Test
    void shouldTakeTheLookbackOfTheRequest() throws Exception {
        assertThat(json(api.get("query?query=up&lookback_delta=1s&time=" + (NOW_MS / 1000 + 10))
                                .body())
                        .at("/data/result"))
                .isEmpty();
        assertThat(json(api.get("query?query=up&time=" + (NOW_MS / 1000 + 10)).body())
                        .at("/data/result"))
                .hasSize(2);
    }

    @Test
    void shouldGiveStatisticsWhenAsked() throws Exception {
        // when
        var data = json(api.get("query?query=up&stats=all").body()).get("data");

        // then
        for (String timing : new String[] {
            "evalTotalTime", "resultSortTime", "queryPreparationTime", "innerEvalTime", "execQueueTime", "execTotalTime"
        }) {
            assertThat(data.at("/stats/timings/" + timing).isNumber()).isTrue();
        }
        assertThat(data.at("/stats/samples/samplesRead").asLong()).isPositive();
        assertThat(data.at("/stats/samples/peakSamples").asLong()).isPositive();
        assertThat(data.at("/stats/samples/totalQueryableSamples").asLong()).isPositive();
        assertThat(api.get("query?query=up&stats=true").body())
                .contains("\"stats\"")
                .doesNotContain("warnings");
        assertThat(json(api.get("query?query=up&stats=yes").body())
                        .at("/warnings/0")
                        .asText())
                .contains("stats=yes is deprecated");
        assertThat(api.get("query?query=up&stats=").body()).doesNotContain("\"stats\"");
    }

    @Test
    void shouldListSeriesLabelsAndValues() throws Exception {
        assertThat(api.get("series?match[]=up&match[]=nothing".replace("[]", "%5B%5D"))
                        .body())
                .isEqualTo("{\"status\":\"success\",\"data\":[{\"__name__\":\"up\",\"job\":\"a\"},"
                        + "{\"__name__\":\"up\",\"job\":\"b\"}]}");
        assertThat(api.post("labels", "match[]=up").body())
                .isEqualTo("{\"status\":\"success\",\"data\":[\"__name__\",\"job\"]}");
        assertThat(api.get("label/job/values").body()).isEqualTo("{\"status\":\"success\",\"data\":[\"a\",\"b\"]}");
        assertThat(api.get("label/job/values?limit=1").body())
                .isEqualTo("{\"status\":\"success\",\"data\":[\"a\"],"
                        + "\"warnings\":[\"results truncated due to limit\"]}");
        assertThat(api.get("label/job/values?start=0&end=1000").body())
                .isEqualTo("{\"status\":\"success\",\"data\":[]}");
    }

    @Test
    void shouldUnescapeLabelNamesInThePath() throws Exception {
        // given
        api.sample(Labels.of("__name__", "x", "caf\u00e9 au.lait_1", "v"), NOW_MS, 1);

        // then
        assertThat(api.get("label/U__caf_e9__20_au_2e_lait__1/values").body())
                .isEqualTo("{\"status\":\"success\",\"data\":[\"v\"]}");
        assertThat(api.get("label/caf%C3%A9%20au.lait_1/values").body())
                .isEqualTo("{\"status\":\"success\",\"data\":[\"v\"]}");
    }

    @Test
    void shouldCompressLongAnswersAsAccepted() throws Exception {
        // given
        String path = "/prometheus/shop/api/v1/query_range?query=time()&start=" + (NOW_MS / 1000 - 300) + "&end="
                + NOW_MS / 1000 + "&step=1";
        String plain = api.send(api.request(path)).body();

        // when
        HttpResponse<byte[]> gzip = api.sendForBytes(api.request(path).header("Accept-Encoding", "gzip, deflate"));
        HttpResponse<byte[]> zstd = api.sendForBytes(api.request(path).header("Accept-Encoding", "gzip, zstd"));
        HttpResponse<byte[]> deflate = api.sendForBytes(api.request(path).header("Accept-Encoding", "deflate, br"));
        HttpResponse<byte[]> none = api.sendForBytes(api.request(path).header("Accept-Encoding", "gzip;q=0"));
        HttpResponse<byte[]> brief = api.sendForBytes(
                api.request("/prometheus/shop/api/v1/query?query=up").header("Accept-Encoding", "gzip"));

        // then
        assertThat(plain.length()).isGreaterThan(4096);
        assertThat(gzip.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(gzip.body())).readAllBytes())
                .isEqualTo(plain.getBytes(StandardCharsets.UTF_8));
        assertThat(zstd.headers().firstValue("Content-Encoding")).hasValue("zstd");
        assertThat(new ZstdInputStream(new ByteArrayInputStream(zstd.body())).readAllBytes())
                .isEqualTo(plain.getBytes(StandardCharsets.UTF_8));
        assertThat(deflate.headers().firstValue("Content-Encoding")).hasValue("deflate");
        assertThat(new InflaterInputStream(new ByteArrayInputStream(deflate.body())).readAllBytes())
                .isEqualTo(plain.getBytes(StandardCharsets.UTF_8));
        assertThat(none.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(brief.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(brief.headers().firstValue("Content-Length")).isPresent();
    }

    @Test
    void shouldAnswerWhoMayNotReadAndWhoIsNobody() throws Exception {
        // when
        HttpResponse<String> nobody = api.send(HttpRequest.newBuilder(
                api.request("/prometheus/shop/api/v1/query?query=1").build().uri()));
        HttpResponse<String> wrong =
                api.send(HttpRequest.newBuilder(api.request("/prometheus/shop/api/v1/query?query=1")
                                .build()
                                .uri())
                        .header("Authorization", ApiHarness.basic("MKNOBODY", "x")));
        HttpResponse<String> writer =
                api.send(HttpRequest.newBuilder(api.request("/prometheus/shop/api/v1/query?query=1")
                                .build()
                                .uri())
                        .header("Authorization", api.writerCredentials()));
        HttpResponse<String> unknown = api.send(api.request("/prometheus/nope/api/v1/query?query=1"));

        // then
        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(nobody.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(writer.statusCode()).isEqualTo(403);
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("/prometheus/<instance>/api/v1/");
    }

    @Test
    void shouldSayWhereTheApiIsAndWhichMethodsThereAre() throws Exception {
        // when
        HttpResponse<String> lost = api.send(api.request("/api/v1/query?query=1"));
        HttpResponse<String> lostInside = api.get("nothing");
        HttpResponse<String> method = api.send(
                api.request("/prometheus/shop/api/v1/query").method("DELETE", HttpRequest.BodyPublishers.noBody()));
        HttpResponse<String> valuesPost = api.post("label/job/values", "");

        // then
        assertThat(lost.statusCode()).isEqualTo(404);
        assertThat(lost.body()).contains("/prometheus/<instance>/api/v1/");
        assertThat(lostInside.statusCode()).isEqualTo(404);
        assertThat(method.statusCode()).isEqualTo(405);
        assertThat(method.headers().firstValue("Allow")).hasValue("GET, POST, OPTIONS");
        assertThat(valuesPost.statusCode()).isEqualTo(405);
    }

    @Test
    void shouldRefuseALargeBody() throws Exception {
        assertThat(api.post("query", "query=" + "1".repeat(1 << 20)).statusCode())
                .isEqualTo(413);
        assertThat(api.send(api.request("/prometheus/shop/api/v1/query")
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofInputStream(
                                        () -> new ByteArrayInputStream(new byte[(1 << 20) + 1]))))
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void shouldBe503UntilTheIndexIsReadButAnswerWhatNeedsNoData() throws Exception {
        // given
        api.ready = false;

        // when
        HttpResponse<String> query = api.get("query?query=up");

        // then
        assertThat(query.statusCode()).isEqualTo(503);
        assertThat(query.headers().firstValue("Retry-After")).isPresent();
        assertThat(api.get("status/buildinfo").statusCode()).isEqualTo(200);
        assertThat(api.send(api.request("/-/healthy")).statusCode()).isEqualTo(200);
        assertThat(api.send(api.request("/-/ready")).statusCode()).isEqualTo(503);
        api.ready = true;
        assertThat(api.send(api.request("/-/ready")).statusCode()).isEqualTo(200);
    }

    @Test
    void shouldLetWebPagesCall() throws Exception {
        // when
        HttpResponse<String> preflight = api.send(api.request("/prometheus/shop/api/v1/query")
                .header("Origin", "https://grafana.example")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));

        // then
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                .hasValue("*");
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Methods"))
                .hasValue("GET, POST, OPTIONS");
    }

    @Test
    void shouldFormatAndParseQueries() throws Exception {
        assertThat(json(api.get("format_query?query=" + encode("sum( up )by(job)"))
                                .body())
                        .get("data")
                        .asText())
                .isEqualTo("sum by (job) (up)");
        assertThat(json(api.get("parse_query?query=up").body()).at("/data/type").asText())
                .isEqualTo("vectorSelector");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rules             | {\"groups\":[]}",
                "alerts            | {\"alerts\":[]}",
                "alertmanagers     | {\"activeAlertmanagers\":[],\"droppedAlertmanagers\":[]}",
                "targets           | {\"activeTargets\":[],\"droppedTargets\":[],\"droppedTargetCounts\":null}",
                "targets/metadata  | []",
                "scrape_pools      | {\"scrapePools\":[]}",
                "metadata          | {}",
                "status/config     | {\"yaml\":\"{}\\n\"}",
                "query_exemplars?query=up | []"
            })
    void shouldAnswerWhatThereIsNothingOf(String path, String data) throws Exception {
        assertThat(api.get(path).body()).isEqualTo("{\"status\":\"success\",\"data\":" + data + "}");
    }

    /** As reference section 9 lists it: save and test, editor start, panel, variables. */
    @Test
    void shouldAnswerWhatGrafanaAsks() throws Exception {
        // save & test: epoch 4 s must not be refused as too old
        assertThat(json(api.post("query", "query=1%2B1&time=4").body())
                        .at("/data/result/1")
                        .asText())
                .isEqualTo("2");
        var build = json(api.get("status/buildinfo").body()).get("data");
        assertThat(build.has("features")).isFalse();
        assertThat(build.get("version").asText()).startsWith("3.");

        // editor
        String range = "start=" + (NOW_MS / 1000 - 3600) + "&end=" + NOW_MS / 1000;
        assertThat(json(api.get("label/__name__/values?" + range).body())
                        .at("/data/0")
                        .asText())
                .isEqualTo("up");
        assertThat(json(api.post("labels", range + "&limit=40000").body()).get("data"))
                .hasSize(2);
        assertThat(api.get("metadata").statusCode()).isEqualTo(200);
        assertThat(json(api.get("label/job/values?match%5B%5D=up&limit=40000&" + range)
                                .body())
                        .get("data"))
                .hasSize(2);
        assertThat(json(api.post("series", "match[]=" + encode("{__name__!=\"\"}") + "&limit=40000&" + range)
                                .body())
                        .get("data"))
                .hasSize(2);

        // panel
        assertThat(json(api.post("query_range", "query=" + encode("rate(up[1m])") + "&step=15.5&timeout=60s&" + range)
                                .body())
                        .get("status")
                        .asText())
                .isEqualTo("success");
        assertThat(api.post("query_exemplars", "query=up&" + range).statusCode())
                .isEqualTo(200);
        assertThat(api.get("rules").statusCode()).isEqualTo(200);
    }
}
