package io.millrace.promql.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.StaleMarker;
import io.millrace.promql.engine.EngineOptions;
import io.millrace.promql.engine.PromqlEngine;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.engine.QueryOptions;
import io.millrace.promql.engine.QueryValue;
import io.millrace.promql.generate.Dialect;
import io.millrace.promql.generate.QueryGenerator;
import io.millrace.promql.generate.Vocabulary;
import io.millrace.promql.generate.Vocabulary.Kind;
import io.millrace.promql.generate.Vocabulary.Metric;
import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.promql.testscript.ScriptRunner;
import io.millrace.promql.testscript.TestStorage;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A range query gives at each step what an instant query gives at that time, whatever the data. */
class RangeVersusInstantTest {
    private static final long STEP = 37_000;
    private static final long START = 101_000;
    private static final int STEPS = 25;
    private static final PromqlEngine DELAYED = new PromqlEngine(ScriptRunner.OPTIONS);
    private static final PromqlEngine EAGER = new PromqlEngine(eager());
    private static final TestStorage STORAGE = random(42);
    private static final List<String> RANGE_DEPENDENT = List.of("start()", "end()", "range()", "step()");

    private static final Vocabulary VOCABULARY = new Vocabulary(
            List.of(
                    new Metric("c_total", Kind.COUNTER, labels("g", "0", "1", "2")),
                    new Metric("gauge", Kind.GAUGE, labels("g", "0", "1", "2", "3")),
                    new Metric("h", Kind.NATIVE_HISTOGRAM, labels("g", "0", "1", "2")),
                    new Metric("b_bucket", Kind.BUCKETS, Map.of("le", List.of("0.5", "1", "5", "+Inf")))),
            List.of(300.0, 600.5));

    private static Map<String, List<String>> labels(String name, String... values) {
        return Map.of(name, List.of(values), "s", List.of("0", "3", "5", "11"));
    }

    /** Counters, gauges and histograms with gaps, resets and stale markers at uneven times. */
    private static TestStorage random(long seed) {
        Random random = new Random(seed);
        TestStorage storage = new TestStorage();
        for (int s = 0; s < 12; s++) {
            Labels counter = Labels.of("__name__", "c_total", "g", "" + s % 3, "s", "" + s);
            Labels gauge = Labels.of("__name__", "gauge", "g", "" + s % 4, "s", "" + s);
            Labels histogram = Labels.of("__name__", "h", "g", "" + s % 3, "s", "" + s);
            double count = 0;
            int observed = 0;
            for (long time = random.nextInt(15_000); time < 1_200_000; time += 5_000 + random.nextInt(20_000)) {
                if (random.nextInt(20) == 0) {
                    time += random.nextInt(400_000);
                }
                count = random.nextInt(15) == 0 ? 0 : count + random.nextInt(10);
                storage.add(counter, time, random.nextInt(30) == 0 ? StaleMarker.VALUE : count, 0);
                double value = random.nextInt(40) == 0 ? Double.NaN : random.nextGaussian() * 100;
                storage.add(gauge, time, random.nextInt(30) == 0 ? StaleMarker.VALUE : value, 0);
                observed = random.nextInt(15) == 0 ? 1 : observed + random.nextInt(5);
                storage.add(histogram, time, histogram(observed, s % 3 == 0), 0);
            }
            for (String bound : new String[] {"0.5", "1", "5", "+Inf"}) {
                Labels bucket = Labels.of("__name__", "b_bucket", "g", "" + s % 3, "le", bound);
                for (long time = 0; time < 1_200_000; time += 30_000) {
                    storage.add(bucket, time, bound.equals("+Inf") ? time : time * Double.parseDouble(bound) / 6, 0);
                }
            }
        }
        return storage;
    }

    private static NativeHistogram histogram(int observed, boolean gauge) {
        double[] counts = {observed / 3, observed - observed / 3};
        return new NativeHistogram(
                false,
                gauge ? ResetHint.GAUGE : ResetHint.UNKNOWN,
                1,
                0.001,
                0,
                observed,
                observed * 1.5,
                new int[] {0, 2},
                counts,
                new int[0],
                new double[0],
                new double[0]);
    }

    static Stream<String> queries() {
        Stream<String> overFloats = Stream.of(
                        "avg_over_time",
                        "sum_over_time",
                        "min_over_time",
                        "max_over_time",
                        "count_over_time",
                        "last_over_time",
                        "first_over_time",
                        "present_over_time",
                        "stddev_over_time",
                        "stdvar_over_time",
                        "mad_over_time",
                        "ts_of_max_over_time",
                        "ts_of_min_over_time",
                        "ts_of_first_over_time",
                        "ts_of_last_over_time",
                        "changes",
                        "resets",
                        "deriv",
                        "rate",
                        "increase",
                        "delta",
                        "irate",
                        "idelta",
                        "absent_over_time")
                .flatMap(function -> Stream.of(
                        function + "(gauge[2m])",
                        function + "(c_total{s=~\"1.*\"}[45s] offset 1m)",
                        function + "(h{g=\"1\"}[3m])",
                        function + "({__name__=~\"gauge|h\", s=\"4\"}[5m])",
                        function + "(gauge[4m:35s])",
                        function + "(c_total[5m] @ 600)"));
        Stream<String> extended = Stream.of("rate", "increase", "delta", "changes", "resets")
                .flatMap(function -> Stream.of(
                        function + "(c_total[2m] anchored)",
                        function + "(h[2m] anchored)",
                        function.equals("changes") || function.equals("resets")
                                ? function + "(gauge[1m] anchored)"
                                : function + "(c_total[2m] smoothed)"));
        Stream<String> aggregations = Stream.of("sum", "avg", "min", "max", "count", "group", "stddev", "stdvar")
                .flatMap(aggregation -> Stream.of(
                        aggregation + " by (g) (gauge)",
                        aggregation + " without (s) (h)",
                        aggregation + "({__name__=~\"gauge|h\"})"));
        Stream<String> others = Stream.of(
                "gauge",
                "gauge smoothed",
                "gauge offset -1m",
                "h",
                "-gauge",
                "gauge > 0",
                "gauge > bool c_total",
                "gauge + on (s) group_left () c_total",
                "sum by (s) (c_total) / ignoring (g) sum by (s) (gauge)",
                "gauge and on (s) c_total",
                "gauge or c_total",
                "gauge unless on (s) (c_total > 5)",
                "gauge + fill(0) c_total",
                "h * 2 + h",
                "h - h offset 1m",
                "topk(2, gauge)",
                "bottomk by (g) (1, gauge)",
                "quantile by (g) (0.7, gauge)",
                "count_values(\"v\", round(gauge, 50))",
                "limitk(3, gauge)",
                "limit_ratio(0.4, gauge)",
                "histogram_quantile(0.9, h)",
                "histogram_quantile(0.9, rate(b_bucket[2m]))",
                "histogram_fraction(0, 1, h)",
                "histogram_fraction(0, 1, b_bucket)",
                "histogram_quantiles(h, \"q\", 0.1, 0.9)",
                "histogram_count(rate(h[3m]))",
                "histogram_stddev(h)",
                "quantile_over_time(0.3, gauge[3m])",
                "predict_linear(gauge[3m], 60)",
                "double_exponential_smoothing(gauge[3m], 0.3, 0.6)",
                "label_replace(gauge, \"n\", \"$1\", \"s\", \"(.)\")",
                "absent(gauge{s=\"3\"})",
                "scalar(gauge{s=\"3\"})",
                "vector(scalar(gauge{s=\"3\"}))",
                "timestamp(gauge)",
                "timestamp(-gauge)",
                "time() - gauge",
                "minute() + hour()",
                "clamp(gauge, -10, time() / 10)",
                "max_over_time(rate(c_total[1m])[5m:30s])",
                "sum_over_time((gauge > 0)[5m:15s] offset 30s)",
                "gauge @ 300",
                "sum(gauge @ 300) + gauge",
                "max_over_time(sum(gauge)[3m:1m] @ 500)",
                "h </ 1.2");
        return Stream.of(overFloats, extended, aggregations, others).flatMap(stream -> stream);
    }

    /** As a server: names are dropped by each function. */
    private static EngineOptions eager() {
        EngineOptions all = ScriptRunner.OPTIONS;
        return new EngineOptions(
                all.lookback(),
                all.defaultSubqueryStep(),
                all.maxSamples(),
                all.maxMemoryBytes(),
                all.timeout(),
                true,
                true,
                true,
                false,
                true);
    }

    @ParameterizedTest
    @MethodSource("queries")
    void shouldAgree(String query) {
        check(DELAYED, query);
    }

    @ParameterizedTest
    @MethodSource("queries")
    void shouldAgreeWhereNamesAreDroppedAtOnce(String query) {
        check(EAGER, query);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldAgreeForRandomQueries(long seed) {
        QueryGenerator generator = new QueryGenerator(VOCABULARY, Dialect.EXPERIMENTAL, seed);
        PromqlEngine engine = seed % 2 == 0 ? DELAYED : EAGER;
        for (int i = 0; i < 100; i++) {
            String query = generator.next();
            if (RANGE_DEPENDENT.stream().noneMatch(query::contains) && !hasTies(query)) {
                check(engine, query);
            }
        }
    }

    /** Of equals those are kept that come first, and counted values come in the order in which they appear. */
    private static boolean hasTies(String query) {
        return query.contains("count_values") && (query.contains("topk") || query.contains("bottomk"))
                || query.contains("limitk");
    }

    private static void check(PromqlEngine engine, String query) {
        Map<Labels, Map<Long, Object>> byInstant = new TreeMap<>();
        String failure = "";
        for (int step = 0; step < STEPS; step++) {
            try {
                byInstant(engine, query, START + step * STEP, byInstant);
            } catch (QueryException e) {
                failure = e.getMessage();
            }
        }
        if (failure.isEmpty()) {
            assertSame(byRange(engine, query), byInstant, query);
        } else {
            assertThatThrownBy(() -> byRange(engine, query)).as(query).isInstanceOf(QueryException.class);
        }
    }

    /** Up to rounding: long windows are added up in another order. */
    private static void assertSame(
            Map<Labels, Map<Long, Object>> range, Map<Labels, Map<Long, Object>> instant, String query) {
        assertThat(range.keySet()).as(query).isEqualTo(instant.keySet());
        range.forEach((labels, points) -> {
            Map<Long, Object> others = instant.getOrDefault(labels, Map.of());
            assertThat(points.keySet()).as(query + " " + labels).isEqualTo(others.keySet());
            points.forEach((time, point) -> assertThat(isAlmost(point, others.get(time)))
                    .as("%s: %s at %d: %s or %s", query, labels, time, point, others.get(time))
                    .isTrue());
        });
    }

    private static boolean isAlmost(Object left, @Nullable Object right) {
        if (left.equals(right)) {
            return true;
        }
        return left instanceof Double l
                && right instanceof Double r
                && Math.abs(l - r) <= 1e-9 * Math.max(Math.abs(l), Math.abs(r));
    }

    private static Map<Labels, Map<Long, Object>> byRange(PromqlEngine engine, String query) {
        Map<Labels, Map<Long, Object>> points = new TreeMap<>();
        QueryValue.Matrix matrix = (QueryValue.Matrix)
                engine.rangeQuery(STORAGE, query, START, START + (STEPS - 1) * STEP, STEP, QueryOptions.DEFAULT)
                        .value();
        for (QueryValue.Series series : matrix.series()) {
            FloatHistogram[] histograms = series.histograms();
            for (int i = 0; i < series.size(); i++) {
                FloatHistogram histogram = histograms == null ? null : histograms[i];
                put(points, series.labels(), series.timestamps()[i], series.values()[i], histogram);
            }
        }
        return points;
    }

    private static void byInstant(PromqlEngine engine, String query, long time, Map<Labels, Map<Long, Object>> points) {
        QueryValue value =
                engine.instantQuery(STORAGE, query, time, QueryOptions.DEFAULT).value();
        if (value instanceof QueryValue.Scalar scalar) {
            put(points, Labels.EMPTY, time, scalar.value(), null);
            return;
        }
        for (QueryValue.VectorSample sample : ((QueryValue.Vector) value).samples()) {
            put(points, sample.labels(), time, sample.value(), sample.histogram());
        }
    }

    private static void put(
            Map<Labels, Map<Long, Object>> points,
            Labels labels,
            long time,
            double value,
            @Nullable FloatHistogram histogram) {
        Object point = histogram == null ? (Object) value : histogram.toString();
        Object before = points.computeIfAbsent(labels, key -> new TreeMap<>()).put(time, point);
        if (before != null) {
            throw new QueryException(QueryException.Kind.INTERNAL, "two points of " + labels + " at " + time);
        }
    }
}
