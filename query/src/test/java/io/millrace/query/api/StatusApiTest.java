package io.millrace.query.api;

import static io.millrace.query.api.ApiHarness.NOW_MS;
import static io.millrace.query.api.ApiHarness.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.model.Labels;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusApiTest {
    private ApiHarness api;

    @BeforeEach
    void start() throws Exception {
        api = new ApiHarness();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private JsonNode data(String path) throws Exception {
        return json(api.get(path).body()).get("data");
    }

    private static List<String> fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void shouldHaveTheFieldsOfPrometheus() throws Exception {
        assertThat(fields(data("status/buildinfo")))
                .containsExactlyInAnyOrder("version", "revision", "branch", "buildUser", "buildDate", "goVersion");
        assertThat(fields(data("status/runtimeinfo")))
                .containsExactlyInAnyOrder(
                        "startTime",
                        "CWD",
                        "hostname",
                        "serverTime",
                        "reloadConfigSuccess",
                        "lastConfigTime",
                        "corruptionCount",
                        "goroutineCount",
                        "GOMAXPROCS",
                        "GOMEMLIMIT",
                        "GOGC",
                        "GODEBUG",
                        "storageRetention");
        assertThat(fields(data("status/config"))).containsExactly("yaml");
        assertThat(fields(data("status/walreplay"))).containsExactly("min", "max", "current", "state");
        JsonNode flags = data("status/flags");
        assertThat(flags.get("query.timeout").asText()).isEqualTo("2m");
        assertThat(flags.get("query.lookback-delta").asText()).isEqualTo("5m");
        assertThat(flags.get("storage.tsdb.retention.time").asText()).isEqualTo("15d");
    }

    @Test
    void shouldSayWhatOfTheLanguageIsSwitchedOff() throws Exception {
        // when
        JsonNode features = data("features");

        // then
        assertThat(features.get("promql_functions")).hasSize(90);
        assertThat(features.at("/promql_functions/rate").asBoolean()).isTrue();
        assertThat(features.at("/promql_functions/info").asBoolean()).isFalse();
        assertThat(features.at("/promql_operators/limitk").asBoolean()).isFalse();
        assertThat(features.get("promql_operators").get("==").asBoolean()).isTrue();
        assertThat(features.at("/promql/anchored").asBoolean()).isFalse();
        assertThat(features.at("/promql/at_modifier").asBoolean()).isTrue();
    }

    @Test
    void shouldCountWhatIsMostNumerous() throws Exception {
        // given: three series of one metric, one of another
        for (int i = 0; i < 3; i++) {
            api.sample(Labels.of("__name__", "many", "i", String.valueOf(i)), NOW_MS, 1);
        }
        api.sample(Labels.of("__name__", "single", "i", "0"), NOW_MS, 1);

        // when
        JsonNode all = data("status/tsdb");
        JsonNode first = data("status/tsdb?limit=1");

        // then
        assertThat(fields(all))
                .containsExactlyInAnyOrder(
                        "headStats",
                        "seriesCountByMetricName",
                        "labelValueCountByLabelName",
                        "memoryInBytesByLabelName",
                        "seriesCountByLabelValuePair",
                        "newSeriesCountByMetricName",
                        "newLabelValueCountByLabelName",
                        "newSeriesCountByLabelValuePair");
        assertThat(all.at("/headStats/numSeries").asInt()).isEqualTo(4);
        assertThat(all.at("/seriesCountByMetricName/0/name").asText()).isEqualTo("many");
        assertThat(all.at("/seriesCountByMetricName/0/value").asInt()).isEqualTo(3);
        assertThat(all.at("/labelValueCountByLabelName/0/name").asText()).isEqualTo("i");
        assertThat(first.get("seriesCountByMetricName")).hasSize(1);
        assertThat(api.get("status/tsdb?limit=0").statusCode()).isEqualTo(400);
        assertThat(api.get("status/tsdb?limit=10001").statusCode()).isEqualTo(400);
    }

    @Test
    void shouldAnswerStatusToPagesOfOtherOriginsAndToHead() throws Exception {
        var page = api.send(
                api.request("/prometheus/shop/api/v1/status/buildinfo").header("Origin", "https://dashboards.example"));
        var head = api.send(api.request("/prometheus/shop/api/v1/status/buildinfo")
                .method("HEAD", java.net.http.HttpRequest.BodyPublishers.noBody()));

        // then
        assertThat(page.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }
}
