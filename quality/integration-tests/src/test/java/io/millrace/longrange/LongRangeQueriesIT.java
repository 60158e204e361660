package io.millrace.longrange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.model.SeriesId;
import io.millrace.model.StaleMarker;
import io.millrace.promql.engine.EngineOptions;
import io.millrace.promql.engine.PromqlEngine;
import io.millrace.promql.engine.QueryOptions;
import io.millrace.promql.engine.QueryValue;
import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.promql.testscript.TestStorage;
import io.millrace.query.read.MetricShard;
import io.millrace.storage.AggregateRow;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.Deletions;
import io.millrace.storage.verify.Finding;
import io.millrace.storage.verify.StoreVerification;
import io.millrace.wire.chunk.AggregateChunk;
import io.millrace.wire.chunk.DeletedRange;
import io.millrace.wire.labels.CanonicalLabels;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Queries of days that were written by a writer, merged by its merge and are read through the HTTP API give what an engine
 * gives that has all samples in memory, and read aggregates where they can. What is expected never passes a store.
 */
class LongRangeQueriesIT {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final int SCRAPE = 30_000;

    /** The day that is not over; the next one when midnight is near. */
    private static final long TODAY = (System.currentTimeMillis() + 30 * MINUTE) / DAY * DAY;

    /** Three days that are over, whatever the time of day; then one without samples. */
    private static final long FIRST = TODAY - 4 * DAY;

    private static final int MERGED_DAYS = 3;
    private static final long FROM = FIRST + 6 * HOUR;
    private static final long TO = TODAY + 6 * HOUR;

    private static final Labels RESTARTED = Labels.of("__name__", "requests_total", "instance", "restarted");
    private static final Labels STEADY = Labels.of("__name__", "requests_total", "instance", "steady");
    private static final Labels CELLAR = Labels.of("__name__", "temperature", "room", "cellar");
    private static final Labels ROOF = Labels.of("__name__", "temperature", "room", "roof");
    private static final Labels SLOW = Labels.of("__name__", "queue_length", "queue", "slow");
    private static final Labels LATENCY = Labels.of("__name__", "latency_seconds", "instance", "a");
    private static final Labels CHANGED = Labels.of("__name__", "latency_seconds", "instance", "changed");
    private static final List<Labels> AGGREGATED = List.of(RESTARTED, STEADY, CELLAR, ROOF, SLOW);

    private final PromqlEngine engine = new PromqlEngine(EngineOptions.DEFAULT);
    private final SentSamples sent = new SentSamples();
    private WriterAndQuery millrace;

    @BeforeEach
    void start() throws Exception {
        millrace = new WriterAndQuery((int) (FIRST / DAY));
    }

    @AfterEach
    void stop() {
        if (millrace != null) {
            millrace.close();
        }
    }

    @Test
    void shouldGiveWhatTheSamplesGiveAndReadAggregatesWhereTheyCan() throws Exception {
        // given: three days as a writer takes them in, merged, and half of today
        floats();
        histograms();
        millrace.send(sent);
        awaitAggregates();

        // then: whatever can be answered from aggregates is, and it is right
        for (String function : List.of("avg", "count", "last", "max", "min", "present", "sum")) {
            same(function + "_over_time(temperature[1h])", HOUR, MERGED_DAYS * 2);
        }
        same("sum_over_time(temperature[1d])", HOUR, MERGED_DAYS * 2);
        same("delta(temperature[3h])", HOUR, MERGED_DAYS * 2);
        same("avg_over_time(queue_length[2h] offset 1h)", 6 * HOUR, MERGED_DAYS);
        same("rate(requests_total[1h])", HOUR, MERGED_DAYS * 2);
        same("increase(requests_total[1d])", DAY, MERGED_DAYS * 2);
        same("sum(rate(requests_total[10m]))", 5 * MINUTE, MERGED_DAYS * 2);
        same("max_over_time(temperature[15m])", 15 * MINUTE, MERGED_DAYS * 2);
        same("count_over_time({__name__=~\".+\"}[6h])", 6 * HOUR, MERGED_DAYS * AGGREGATED.size());

        // and: what cannot, or must not, is read sample by sample
        same("rate(requests_total[90s])", HOUR, 0);
        same("rate(requests_total[1h])", 7 * MINUTE, 0);
        same("avg_over_time(queue_length[15m])", 15 * MINUTE, 0);
        same("resets(requests_total[1h])", HOUR, 0);
        same("stddev_over_time(temperature[1h])", HOUR, 0);
        same("rate(latency_seconds[1h])", HOUR, 0);
        same("count_over_time(latency_seconds[1h])", HOUR, 0);
        same("temperature", HOUR, 0);
        same("sum_over_time(temperature[1h])", HOUR, "&max_source_resolution=0s", 0);

        // when: samples come late
        SentSamples late = new SentSamples();
        late.add(CELLAR, FIRST + DAY + 10 * HOUR + 1_234, 50);
        late.add(RESTARTED, FIRST + 2 * DAY + 11 * HOUR + 4_321, 1e6);
        late.series().forEach((labels, points) -> sent.of(labels).putAll(points));
        millrace.send(late);
        awaitMax("max_over_time(requests_total[3d])", TODAY - DAY, 1e6);

        // then
        correct("max_over_time(temperature[1h])", HOUR);
        correct("rate(requests_total[1h])", HOUR);
        awaitAggregates();
        same("max_over_time(temperature[1h])", HOUR, MERGED_DAYS * 2);
        same("rate(requests_total[1h])", HOUR, MERGED_DAYS * 2);

        // when: some are deleted
        millrace.delete("requests_total{instance=\"steady\"}", FIRST + 20 * HOUR, FIRST + DAY + 90 * MINUTE);
        sent.of(STEADY)
                .subMap(FIRST + 20 * HOUR, true, FIRST + DAY + 90 * MINUTE, true)
                .clear();

        // then: they are gone at once, and from aggregates when these are made anew
        correct("count_over_time(requests_total[1h])", HOUR);
        correct("increase(requests_total[6h])", HOUR);
        awaitAggregates();
        same("count_over_time(requests_total[1h])", HOUR, MERGED_DAYS * 2);
        same("increase(requests_total[6h])", HOUR, MERGED_DAYS * 2);

        // and: whoever reads the whole store finds nothing wrong
        assertThat(wrong()).isEmpty();

        // when: aggregates are damaged
        damage(ROOF, FIRST + DAY);

        // then
        assertThat(wrong()).containsExactly(Finding.Kind.UNREADABLE_AGGREGATES);
        long before = millrace.queryCount("millrace.query.unreadable.aggregates");
        same("sum_over_time(temperature[1h])", HOUR, MERGED_DAYS);
        assertThat(millrace.queryCount("millrace.query.unreadable.aggregates")).isEqualTo(before + 1);
    }

    private void floats() {
        Random random = new Random(24);
        double restarted = 0;
        double steady = 1e6;
        double cellar = 12;
        for (long time = FIRST; time < TODAY + 12 * HOUR; time += SCRAPE) {
            if (time >= FIRST + MERGED_DAYS * DAY && time < TODAY) {
                continue;
            }
            restarted = random.nextInt(600) == 0 ? 0 : restarted + random.nextInt(50);
            steady += random.nextInt(9) / 4.0;
            cellar += random.nextGaussian() / 3;
            sent.add(RESTARTED, time + random.nextInt(20), restarted);
            sent.add(CELLAR, time + 7_000 + random.nextInt(20), Math.round(cellar * 100) / 100.0);
            if (time >= FIRST + 9 * HOUR) {
                sent.add(STEADY, time, steady);
            }
            roof(time + 15_000, random);
            if (time % (15 * MINUTE) == 0) {
                sent.add(SLOW, time + 1_000, random.nextInt(30));
            }
        }
    }

    /** Away for three hours of the second day, and not always a number. */
    private void roof(long time, Random random) {
        long gone = FIRST + DAY + 6 * HOUR + 15_000;
        if (time == gone) {
            sent.add(ROOF, time, StaleMarker.VALUE);
        } else if (time < gone || time > gone + 3 * HOUR) {
            double value = random.nextInt(2_000) == 0 ? Double.NaN : random.nextGaussian() * 1e3;
            sent.add(ROOF, time, value);
        }
    }

    /** One series of them, which was restarted, and one that was of floats on the first day. */
    private void histograms() {
        long observations = 0;
        for (long time = FIRST; time < FIRST + MERGED_DAYS * DAY; time += 5 * MINUTE) {
            observations = time == FIRST + 30 * HOUR ? 0 : observations + 8;
            NativeHistogram histogram = histogram(observations);
            sent.add(LATENCY, time + 3_000, histogram);
            if (time < FIRST + DAY) {
                sent.add(CHANGED, time + 4_000, observations);
            } else {
                sent.add(CHANGED, time + 4_000, histogram);
            }
        }
    }

    private static NativeHistogram histogram(long observations) {
        double half = observations / 2;
        return new NativeHistogram(
                true,
                NativeHistogram.ResetHint.UNKNOWN,
                1,
                0.001,
                0,
                observations,
                observations * 0.25,
                new int[] {-2, 2},
                new double[] {half, observations - half},
                new int[0],
                new double[0],
                new double[0]);
    }

    /** Waits until the days that are over have aggregates of all that is left, and nothing beside them or yet to be deleted. */
    private void awaitAggregates() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            millrace.tick();
            Deletions deletions = Deletions.of(millrace.store().deletions().list(WriterAndQuery.INSTANCE));
            for (Labels labels : AGGREGATED) {
                List<DeletedRange> deleted = deletions.of(labels, CanonicalLabels.id(labels));
                for (long day = FIRST; day < FIRST + MERGED_DAYS * DAY; day += DAY) {
                    List<ChunkRow> rows = aggregates(labels, day);
                    assertThat(rows).as("%s on %s", labels, day).hasSize(1);
                    assertThat(rows.get(0).encoding()).isEqualTo(AggregateChunk.ENCODING);
                    assertThat(rows.get(0).samples())
                            .isEqualTo(sent.of(labels, day, day + DAY).size());
                    assertThat(deleted).noneMatch(range -> range.touches(rows.get(0)));
                }
            }
        });
    }

    private List<ChunkRow> aggregates(Labels labels, long day) {
        SeriesId id = CanonicalLabels.id(labels);
        List<ChunkRow> rows = new ArrayList<>();
        millrace.store()
                .chunks()
                .readAggregates(
                        List.of(partition(labels, day)), List.of(id), day, day + DAY - 1, (int) HOUR, rows::add);
        return rows;
    }

    private static ChunkPartition partition(Labels labels, long day) {
        return MetricShard.of(labels, CanonicalLabels.id(labels)).on(WriterAndQuery.INSTANCE, (int) (day / DAY));
    }

    /** Waits until a sample is there: it waits in the writer's inbox for a moment. */
    private void awaitMax(String query, long time, double value) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            List<Double> found = new ArrayList<>();
            ask(query, time, time, HOUR, "")
                    .forEach(series -> found.add(series.at("/values/0/1").asDouble()));
            assertThat(found).contains(value);
        });
    }

    /** Writes aggregates that are no aggregates in place of those of a day, as of a merge that comes later. */
    private void damage(Labels labels, long day) {
        ChunkRow row = aggregates(labels, day).get(0);
        ChunkRow damaged = new ChunkRow(
                row.series(), row.startMs(), row.offset(), row.endMs(), row.samples(), row.encoding(), new byte[] {99});
        millrace.store()
                .merges()
                .writeAggregates(
                        partition(labels, day).bucket(),
                        System.currentTimeMillis() + DAY,
                        List.of(new AggregateRow(labels.metricName(), (int) HOUR, damaged)))
                .toCompletableFuture()
                .join();
    }

    /** What verify-store says of the days that are over, but for what late samples and senders that were away make. */
    private List<Finding.Kind> wrong() {
        List<Finding.Kind> kinds = new ArrayList<>();
        StoreVerification verification = new StoreVerification(millrace.store());
        for (long day = FIRST; day < FIRST + MERGED_DAYS * DAY; day += DAY) {
            verification.run(WriterAndQuery.INSTANCE, (int) (day / DAY), finding -> kinds.add(finding.kind()));
        }
        kinds.removeAll(List.of(Finding.Kind.GAP, Finding.Kind.OVERLAP, Finding.Kind.CONFLICT));
        return kinds;
    }

    private void same(String query, long step, long aggregatedDays) throws Exception {
        same(query, step, "", aggregatedDays);
    }

    private void same(String query, long step, String parameters, long aggregatedDays) throws Exception {
        long days = millrace.queryCount("millrace.query.aggregated.days");
        long windows = millrace.queryCount("millrace.query.windows.read");
        correct(query, step, parameters);
        assertThat(millrace.queryCount("millrace.query.aggregated.days") - days)
                .as("days of series that %s read as aggregates", query)
                .isEqualTo(aggregatedDays);
        assertThat(millrace.queryCount("millrace.query.windows.read") > windows).isEqualTo(aggregatedDays > 0);
    }

    private void correct(String query, long step) throws Exception {
        correct(query, step, "");
    }

    /** Whether the answer is what the samples give, up to the order in which floats are added. */
    private void correct(String query, long step, String parameters) throws Exception {
        TestStorage samples = sent.inMemory();
        QueryValue.Matrix expected =
                (QueryValue.Matrix) engine.rangeQuery(samples::select, query, FROM, TO, step, QueryOptions.DEFAULT)
                        .value();
        Map<Labels, JsonNode> found = new TreeMap<>();
        ask(query, FROM, TO, step, parameters).forEach(series -> found.put(labels(series.get("metric")), series));
        assertThat(found.keySet())
                .as(query)
                .containsExactlyInAnyOrderElementsOf(expected.series().stream()
                        .map(QueryValue.Series::labels)
                        .toList());
        assertThat(found).isNotEmpty();
        for (QueryValue.Series series : expected.series()) {
            same(query, series, found.get(series.labels()));
        }
    }

    private JsonNode ask(String query, long from, long to, long step, String parameters) throws Exception {
        return millrace.api()
                .get("/query_range?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + "&start=" + from / 1_000
                        + "&end=" + to / 1_000 + "&step=" + step / 1_000 + parameters)
                .get("result");
    }

    private static Labels labels(JsonNode metric) {
        Labels.Builder labels = Labels.builder();
        metric.properties()
                .forEach(entry -> labels.add(entry.getKey(), entry.getValue().asText()));
        return labels.build();
    }

    private static void same(String query, QueryValue.Series expected, JsonNode found) {
        JsonNode values = found.path("values");
        JsonNode histograms = found.path("histograms");
        int value = 0;
        int histogram = 0;
        for (int i = 0; i < expected.size(); i++) {
            FloatHistogram wanted = expected.histograms() == null ? null : expected.histograms()[i];
            String what = query + " of " + expected.labels() + " at " + expected.timestamps()[i];
            JsonNode point = wanted == null ? values.path(value++) : histograms.path(histogram++);
            assertThat(Math.round(point.path(0).asDouble() * 1_000)).as(what).isEqualTo(expected.timestamps()[i]);
            if (wanted == null) {
                close(what, point.path(1).asText(), expected.values()[i]);
            } else {
                close(what, point.at("/1/count").asText(), wanted.count());
                close(what, point.at("/1/sum").asText(), wanted.sum());
            }
        }
        assertThat(values.size() + histograms.size()).as(query).isEqualTo(expected.size());
    }

    private static void close(String what, String found, double expected) {
        if (Double.isNaN(expected)) {
            assertThat(found).as(what).isEqualTo("NaN");
        } else {
            assertThat(Double.parseDouble(found)).as(what).isEqualTo(expected, within(Math.abs(expected) * 1e-9));
        }
    }
}
