package io.millrace.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.model.StaleMarker;
import io.millrace.testkit.compliance.ComplianceCase;
import io.millrace.testkit.compliance.ComplianceCases;
import io.millrace.testkit.compliance.ComplianceSeries;
import io.millrace.testkit.compliance.ComplianceSeries.Exemplar;
import io.millrace.testkit.compliance.ComplianceSeries.HistogramSample;
import io.millrace.testkit.compliance.ComplianceSeries.Metadata;
import io.millrace.testkit.prometheus.PrometheusApi;
import io.millrace.testkit.prometheus.RawSeries;
import io.millrace.testkit.prometheus.RawSeries.RawSample;
import io.millrace.testkit.prometheus.RemoteReadClient;
import io.millrace.testkit.remotewrite.WriteClient;
import io.millrace.testkit.standalone.MillraceProcess;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The receiver compliance cases against everything together: what a sender was told is kept comes back through the query
 * API. Float samples through remote read, which gives every bit and stale markers; histograms, exemplars and metadata as
 * Grafana gets them; start timestamps by {@code start_timestamp}.
 */
class ComplianceEndToEndIT {
    private static final Duration CATCH_UP = Duration.ofMinutes(3);
    private static final long MINUTE = 60_000;
    private static final String START_TIMESTAMPS = """
            query:
              promql:
                experimental-functions: true
                use-start-timestamps: true
            """;
    private static final long FROM_BEFORE = 90 * MINUTE;

    @TempDir
    Path temporary;

    @Test
    void shouldGiveBackEverythingItHasAccepted() throws Exception {
        try (MillraceProcess millrace = new MillraceProcess(temporary.resolve("data"))) {
            Path config = Files.writeString(temporary.resolve("millrace.yaml"), START_TIMESTAMPS);
            millrace.up("--config=" + config);
            long startMs = System.currentTimeMillis() - MINUTE;

            List<ComplianceSeries> accepted = replay(millrace, startMs);

            long endMs = System.currentTimeMillis();
            RemoteReadClient read = new RemoteReadClient(
                    URI.create(millrace.queryBase("demo") + "/api/v1/read"), millrace.keyId(), millrace.secret());
            PrometheusApi api = new PrometheusApi(millrace.queryBase("demo"), millrace.keyId(), millrace.secret());
            Map<Labels, List<RawSample>> samples = samples(accepted);
            await().atMost(CATCH_UP)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> assertThat(floats(read.readAll(startMs - FROM_BEFORE, endMs)))
                            .isEqualTo(samples));
            await().atMost(CATCH_UP).untilAsserted(() -> assertHistograms(api, accepted, endMs));
            await().atMost(CATCH_UP)
                    .untilAsserted(() -> assertThat(exemplars(api, startMs - FROM_BEFORE, endMs))
                            .containsAllEntriesOf(exemplars(accepted)));
            await().atMost(CATCH_UP).untilAsserted(() -> assertMetadata(api, accepted));
            await().atMost(CATCH_UP).untilAsserted(() -> assertStarts(api, accepted));
            assertThat(millrace.down().exitCode()).isZero();
        }
    }

    /** Sends each case twice, the second time with later timestamps. Returns what was accepted. */
    private static List<ComplianceSeries> replay(MillraceProcess millrace, long startMs) throws Exception {
        WriteClient client = new WriteClient(URI.create(millrace.writeUrl()), millrace.keyId(), millrace.secret());
        List<ComplianceSeries> accepted = new ArrayList<>();
        long timeMs = startMs;
        for (ComplianceCase one : ComplianceCases.all()) {
            for (int i = 0; i < 2; i++) {
                ComplianceCase.Request request = one.at(timeMs += 10);
                HttpResponse<String> response = client.send2(request.message());
                assertThat(response.statusCode())
                        .as("%s: %s", one.name(), response.body())
                        .isEqualTo(request.status());
                assertThat(written(response)).as(one.name()).isEqualTo(request.written());
                accepted.addAll(request.good());
            }
        }
        return accepted;
    }

    private static String written(HttpResponse<?> response) {
        return List.of("Samples", "Histograms", "Exemplars").stream()
                .map(what -> response.headers()
                        .firstValue("X-Prometheus-Remote-Write-" + what + "-Written")
                        .orElse("-"))
                .collect(Collectors.joining("/"));
    }

    private static Map<Labels, List<RawSample>> samples(List<ComplianceSeries> accepted) {
        Map<Labels, TreeMap<Long, RawSample>> byTime = new TreeMap<>();
        for (ComplianceSeries series : accepted) {
            for (ComplianceSeries.Sample sample : series.samples()) {
                byTime.computeIfAbsent(series.labels(), absent -> new TreeMap<>())
                        .put(sample.timestamp(), new RawSample(sample.timestamp(), sample.bits()));
            }
        }
        Map<Labels, List<RawSample>> all = new TreeMap<>();
        byTime.forEach((labels, samples) -> all.put(labels, List.copyOf(samples.values())));
        return all;
    }

    private static Map<Labels, List<RawSample>> floats(List<RawSeries> read) {
        Map<Labels, List<RawSample>> all = new TreeMap<>();
        for (RawSeries series : read) {
            if (!series.samples().isEmpty()) {
                all.put(series.labels(), series.samples());
            }
        }
        return all;
    }

    private static void assertHistograms(PrometheusApi api, List<ComplianceSeries> accepted, long endMs)
            throws Exception {
        Map<Labels, Map<Long, NativeHistogram>> expected = new HashMap<>();
        for (ComplianceSeries series : accepted) {
            for (HistogramSample sample : series.histograms()) {
                expected.computeIfAbsent(series.labels(), absent -> new TreeMap<>())
                        .put(sample.timestamp(), sample.histogram());
            }
        }
        Set<String> metrics = expected.keySet().stream().map(Labels::metricName).collect(Collectors.toSet());
        for (String metric : metrics) {
            JsonNode result = api.get(
                            "/query?query=" + encode("{__name__=\"" + metric + "\"}[2h]") + "&time=" + endMs / 1000)
                    .get("result");
            for (JsonNode series : result) {
                Map<Long, NativeHistogram> wanted = expected.remove(labels(series.get("metric")));
                JsonNode histograms = series.path("histograms");
                assertThat(histograms).as(metric).hasSize(wanted == null ? 0 : wanted.size());
                for (JsonNode found : histograms) {
                    NativeHistogram histogram = Objects.requireNonNull(wanted)
                            .get(Math.round(found.get(0).asDouble() * 1000));
                    assertThat(histogram).as("%s at %s", metric, found.get(0)).isNotNull();
                    assertSame(histogram, found.get(1));
                }
            }
        }
        assertThat(expected).isEmpty();
    }

    private static void assertSame(NativeHistogram expected, JsonNode found) {
        assertThat(found.get("count").asDouble()).isEqualTo(expected.count());
        assertThat(found.get("sum").asDouble()).isEqualTo(expected.sum());
        List<Double> buckets = new ArrayList<>();
        found.path("buckets").forEach(bucket -> buckets.add(bucket.get(3).asDouble()));
        assertThat(buckets)
                .containsExactlyInAnyOrderElementsOf(DoubleStream.concat(
                                DoubleStream.of(expected.zeroCount()),
                                DoubleStream.concat(
                                        DoubleStream.of(expected.positiveCounts()),
                                        DoubleStream.of(expected.negativeCounts())))
                        .filter(count -> count != 0)
                        .boxed()
                        .toList());
    }

    /** Cases that say different things of one family leave one of them. */
    private static void assertMetadata(PrometheusApi api, List<ComplianceSeries> accepted) throws Exception {
        Map<String, Set<Metadata>> told = new HashMap<>();
        for (ComplianceSeries series : accepted) {
            Metadata metadata = series.metadata();
            if (metadata != null) {
                told.computeIfAbsent(metadata.family(), absent -> new HashSet<>())
                        .add(metadata);
            }
        }
        Map<String, Set<Metadata>> found = new HashMap<>();
        api.get("/metadata").properties().forEach(family -> {
            Set<Metadata> entries = found.computeIfAbsent(family.getKey(), absent -> new HashSet<>());
            family.getValue()
                    .forEach(entry -> entries.add(new Metadata(
                            entry.get("type").asText(),
                            family.getKey(),
                            entry.get("help").asText(),
                            entry.get("unit").asText())));
        });
        assertThat(found).containsOnlyKeys(told.keySet());
        told.forEach(
                (family, entries) -> assertThat(found.get(family)).hasSize(1).isSubsetOf(entries));
    }

    /** Asks for the start timestamp of each sample and histogram that has one, at its own time. */
    private static void assertStarts(PrometheusApi api, List<ComplianceSeries> accepted) throws Exception {
        Map<Labels, Map<Long, Long>> told = new TreeMap<>();
        for (ComplianceSeries series : accepted) {
            series.samples().stream()
                    .filter(sample -> sample.bits() != StaleMarker.BITS)
                    .forEach(sample -> tell(told, series, sample.timestamp(), sample.start()));
            series.histograms().forEach(sample -> tell(told, series, sample.timestamp(), sample.start()));
        }
        assertThat(told).isNotEmpty();
        for (Labels labels : told.keySet()) {
            for (Map.Entry<Long, Long> sample : told.get(labels).entrySet()) {
                JsonNode result = api.get("/query?query=" + encode("start_timestamp(" + selector(labels) + ")")
                                + "&time=" + BigDecimal.valueOf(sample.getKey(), 3))
                        .get("result");
                assertThat(result).as("%s at %s", labels, sample.getKey()).hasSize(1);
                double seconds = result.get(0).get("value").get(1).asDouble();
                assertThat(Math.round(seconds * 1000))
                        .as("%s at %s", labels, sample.getKey())
                        .isEqualTo(sample.getValue());
            }
        }
    }

    private static void tell(Map<Labels, Map<Long, Long>> told, ComplianceSeries series, long timestamp, long start) {
        if (start != 0) {
            told.computeIfAbsent(series.labels(), absent -> new TreeMap<>()).put(timestamp, start);
        }
    }

    private static String selector(Labels labels) {
        List<String> matchers = new ArrayList<>();
        labels.forEach((name, value) -> matchers.add("\"" + name + "\"=\"" + value + "\""));
        return "{" + String.join(",", matchers) + "}";
    }

    private static Map<Labels, Set<Exemplar>> exemplars(List<ComplianceSeries> accepted) {
        Map<Labels, Set<Exemplar>> all = new HashMap<>();
        for (ComplianceSeries series : accepted) {
            if (!series.exemplars().isEmpty()) {
                all.computeIfAbsent(series.labels(), absent -> new HashSet<>()).addAll(series.exemplars());
            }
        }
        return all;
    }

    private static Map<Labels, Set<Exemplar>> exemplars(PrometheusApi api, long startMs, long endMs) throws Exception {
        Map<Labels, Set<Exemplar>> all = new HashMap<>();
        JsonNode data = api.get("/query_exemplars?query=" + encode("{__name__=~\".+\"}") + "&start=" + startMs / 1000
                + "&end=" + (endMs / 1000 + 1));
        for (JsonNode series : data) {
            Set<Exemplar> exemplars =
                    all.computeIfAbsent(labels(series.get("seriesLabels")), absent -> new HashSet<>());
            for (JsonNode one : series.get("exemplars")) {
                exemplars.add(new Exemplar(
                        Math.round(one.get("timestamp").asDouble() * 1000),
                        number(one.get("value").asText()),
                        labels(one.get("labels"))));
            }
        }
        return all;
    }

    private static Labels labels(JsonNode node) {
        Labels.Builder labels = Labels.builder();
        node.properties()
                .forEach(entry -> labels.add(entry.getKey(), entry.getValue().asText()));
        return labels.build();
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
