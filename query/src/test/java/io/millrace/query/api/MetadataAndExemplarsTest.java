package io.millrace.query.api;

import static io.millrace.query.api.ApiHarness.INSTANCE;
import static io.millrace.query.api.ApiHarness.NOW_MS;
import static io.millrace.query.api.ApiHarness.encode;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.model.MetricType;
import io.millrace.model.SeriesId;
import io.millrace.query.index.SeriesIndex;
import io.millrace.query.read.MetricShard;
import io.millrace.storage.Deletion;
import io.millrace.storage.ExemplarRow;
import io.millrace.storage.MetadataRow;
import io.millrace.wire.labels.CanonicalLabels;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetadataAndExemplarsTest {
    private static final Labels SERIES = Labels.of("__name__", "latency_bucket", "job", "api", "le", "1");

    private ApiHarness api;

    @BeforeEach
    void start() throws Exception {
        api = new ApiHarness();
        api.sample(SERIES, NOW_MS, 1);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void shouldTellWhatSendersToldOfMetrics() throws Exception {
        // given
        api.store
                .metadata()
                .write(
                        INSTANCE,
                        List.of(
                                new MetadataRow("latency", MetricType.HISTOGRAM, "How long.", "seconds", NOW_MS),
                                new MetadataRow("requests_total", MetricType.COUNTER, "How many.", "", NOW_MS)))
                .toCompletableFuture()
                .join();

        // then
        assertThat(api.get("metadata").body()).isEqualTo("""
                {"status":"success","data":{\
                "latency":[{"type":"histogram","help":"How long.","unit":"seconds"}],\
                "requests_total":[{"type":"counter","help":"How many.","unit":""}]}}""");
        assertThat(api.get("metadata?metric=requests_total").body()).isEqualTo("""
                {"status":"success","data":{\
                "requests_total":[{"type":"counter","help":"How many.","unit":""}]}}""");
        assertThat(api.get("metadata?limit=1").body()).doesNotContain("requests_total");
        assertThat(api.get("metadata?metric=nothing").body()).isEqualTo("{\"status\":\"success\",\"data\":{}}");
    }

    @Test
    void shouldFindTheExemplarsOfASelectorWithinTheTimeRange() throws Exception {
        // given
        SeriesId id = CanonicalLabels.id(SERIES);
        byte[] trace = CanonicalLabels.encode(Labels.of("trace_id", "abc"));
        api.store
                .exemplars()
                .write(
                        MetricShard.of(SERIES, id).on(INSTANCE, SeriesIndex.day(NOW_MS)),
                        List.of(
                                new ExemplarRow(id, NOW_MS - 521, trace, 0.25, NOW_MS),
                                new ExemplarRow(id, NOW_MS - 60_000, trace, 6, NOW_MS)))
                .toCompletableFuture()
                .join();
        String range = "&start=" + (NOW_MS / 1000 - 30) + "&end=" + NOW_MS / 1000;

        // then
        String found = """
                {"status":"success","data":[{"seriesLabels":\
                {"__name__":"latency_bucket","job":"api","le":"1"},"exemplars":[\
                {"labels":{"trace_id":"abc"},"value":"0.25","timestamp":1435781459.479}]}]}""";
        String query = encode("histogram_quantile(0.9, sum by (le) (rate(latency_bucket{job=\"api\"}[5m])))");
        assertThat(api.get("query_exemplars?query=" + query + range).body()).isEqualTo(found);
        assertThat(api.post("query_exemplars", "query=" + query + range).body()).isEqualTo(found);
        assertThat(api.get("query_exemplars?query=up" + range).body())
                .isEqualTo("{\"status\":\"success\",\"data\":[]}");
    }

    @Test
    void shouldLeaveOutExemplarsThatWereReceivedBeforeTheirSeriesWasDeleted() throws Exception {
        // given
        SeriesId id = CanonicalLabels.id(SERIES);
        byte[] trace = CanonicalLabels.encode(Labels.of("trace_id", "abc"));
        api.store
                .exemplars()
                .write(
                        MetricShard.of(SERIES, id).on(INSTANCE, SeriesIndex.day(NOW_MS)),
                        List.of(
                                new ExemplarRow(id, NOW_MS - 3_000, trace, 1, NOW_MS),
                                new ExemplarRow(id, NOW_MS - 2_000, trace, 2, NOW_MS),
                                new ExemplarRow(id, NOW_MS - 1_000, trace, 3, NOW_MS + 1)))
                .toCompletableFuture()
                .join();

        // when: all but the first second
        Deletion deletion = new Deletion(
                INSTANCE,
                "d",
                Deletion.State.PENDING,
                List.of("latency_bucket{job=\"api\"}"),
                NOW_MS - 2_000,
                Long.MAX_VALUE,
                NOW_MS,
                "somebody",
                List.of());
        api.store.deletions().begin(deletion);
        String query = "query_exemplars?query=latency_bucket&start=" + (NOW_MS / 1000 - 30) + "&end=" + NOW_MS / 1000;
        assertThat(api.get(query).body()).contains("\"1\"", "\"2\"", "\"3\"");
        api.store.deletions().activate(INSTANCE, "d", List.of(7L));

        // then
        assertThat(api.get(query).body()).contains("\"1\"", "\"3\"").doesNotContain("\"2\"");
    }
}
