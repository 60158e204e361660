package io.millrace.benchmarks;

import io.millrace.model.Labels;
import io.millrace.promql.engine.EngineOptions;
import io.millrace.promql.engine.PromqlEngine;
import io.millrace.promql.engine.QueryOptions;
import io.millrace.promql.engine.QueryResult;
import io.millrace.promql.engine.QueryValue;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What queries cost in the engine alone, with chunks in memory: no store, no HTTP. Single-threaded. The queries are those of
 * the comparison with Prometheus.
 */
final class PromqlBenchmark {
    /** A day at 15 s. */
    private static final int INTERVAL_MS = 15_000;

    private static final long START_MS = 1_700_000_000_000L;
    private static final int MINUTE = 60_000;

    private final Stopwatch stopwatch;
    private final PrintStream out;
    private final PromqlEngine engine = new PromqlEngine(EngineOptions.DEFAULT);
    private final ChunksInMemory store = new ChunksInMemory();
    private final int hours;
    private final long endMs;

    /**
     * A query of the benchmark.
     *
     * @param stepMs 0 for an instant query
     */
    record Query(String name, String text, long stepMs) {}

    private static final List<Query> QUERIES = List.of(
            new Query("instant: sum by rate, 10,000 series", "sum by (job) (rate(requests_total[5m]))", 0),
            new Query("range: 1,000 series", "long_total", MINUTE),
            new Query("range: rate, 1,000 series", "rate(long_total[5m])", MINUTE),
            new Query("range: sum by rate, 1,000 series", "sum by (job) (rate(long_total[5m]))", MINUTE),
            new Query("range: avg_over_time of 1 h, 1,000 series", "sum(avg_over_time(long_total[1h]))", MINUTE),
            new Query("range: max_over_time of 1 h, 1,000 series", "sum(max_over_time(long_total[1h]))", MINUTE),
            new Query("range: stddev_over_time of 1 h, 1,000 series", "sum(stddev_over_time(long_total[1h]))", MINUTE),
            new Query(
                    "range: quantile_over_time of 1 h, 100 series",
                    "sum(quantile_over_time(0.9, long_total{job=\"job-3\"}[1h]))",
                    MINUTE),
            new Query(
                    "range: subquery, 100 series", "max_over_time(rate(long_total{job=\"job-3\"}[5m])[1h:1m])", MINUTE),
            new Query(
                    "range: same selector twice, 1,000 series",
                    "sum(rate(long_total[5m])) / count(rate(long_total[5m]))",
                    MINUTE),
            new Query(
                    "instant: histogram_quantile, 12 × 1,000 series",
                    "histogram_quantile(0.9, rate(latency_bucket[5m]))",
                    0),
            new Query(
                    "instant: histogram_quantile of sum, 12 × 1,000 series",
                    "histogram_quantile(0.9, sum by (le, job) (rate(latency_bucket[5m])))",
                    0),
            new Query("instant: topk, 10,000 series", "topk(10, requests_total)", 0),
            new Query("range: topk, 1,000 series", "topk(10, long_total)", MINUTE),
            new Query(
                    "instant: many to one, 10,000 to 100 series",
                    "requests_total * on (instance) group_left (version) build_info",
                    0),
            new Query(
                    "range: many to one, 1,000 to 100 series",
                    "long_total * on (instance) group_left (version) build_info",
                    MINUTE),
            new Query("instant: one to one, 10,000 series", "requests_total / requests_total", 0),
            new Query("instant: regex by list, 100,000 series", "count(up{path=~\"/p1|/p22|/p333\"})", 0),
            new Query("instant: regex by prefix, 100,000 series", "count(up{path=~\"/p12.*\"})", 0),
            new Query("instant: regex of RE2, 100,000 series", "count(up{path=~\"/p[0-4]+(5|6)?7*\"})", 0));

    private PromqlBenchmark(Stopwatch stopwatch, PrintStream out, int hours, int scale) {
        this.stopwatch = stopwatch;
        this.out = out;
        this.hours = hours;
        this.endMs = START_MS + hours * 3_600_000L;
        fill(scale);
    }

    /**
     * @param hours of the range queries, from 1
     * @param scale by which numbers of series are divided
     */
    static void run(Stopwatch stopwatch, int hours, int scale, String only, PrintStream out) {
        PromqlBenchmark benchmark = new PromqlBenchmark(stopwatch, out, hours, scale);
        out.println("| query | CPU ms | MB allocated | M samples read | CPU s / 1 M samples |");
        out.println("|---|---|---|---|---|");
        QUERIES.stream().filter(query -> query.name().contains(only)).forEach(benchmark::measure);
    }

    private void fill(int scale) {
        int minutes = 10;
        for (int i = 0; i < 10_000 / scale; i++) {
            counter(labels("requests_total", i, "path", "/p" + i % 500), i, minutes);
        }
        for (int i = 0; i < 1_000 / scale; i++) {
            counter(labels("long_total", i, "path", "/p" + i % 500), i, hours * 60 + 70);
        }
        List<String> bounds =
                List.of("0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf");
        for (int i = 0; i < 1_000 / scale; i++) {
            for (int b = 0; b < bounds.size(); b++) {
                bucket(labels("latency_bucket", i, "le", bounds.get(b)), i, b + 1, minutes);
            }
        }
        for (int i = 0; i < 100; i++) {
            Labels labels = Labels.of("__name__", "build_info", "instance", "host-" + i, "version", "1." + i % 7);
            add(labels, hours * 60 + 10, new Random(i), 0, 1);
        }
        for (int i = 0; i < 100_000 / scale; i++) {
            add(labels("up", i, "path", "/p" + i), 1, new Random(i), 0, 1);
        }
    }

    private static Labels labels(String name, int number, String label, String value) {
        return Labels.of(
                "__name__",
                name,
                "cluster",
                "production-eu-central-1",
                "instance",
                "host-" + number % 100,
                "job",
                "job-" + number % 10,
                "number",
                Integer.toString(number),
                label,
                value);
    }

    private void counter(Labels labels, int seed, int minutes) {
        add(labels, minutes, new Random(seed), 20, seed);
    }

    /** Buckets of one histogram grow by multiples of the same random numbers, so that they are cumulative. */
    private void bucket(Labels labels, int seed, int multiple, int minutes) {
        Random random = new Random(seed);
        double[] values = values(random, minutes, 20, 0);
        Arrays.setAll(values, i -> values[i] * multiple);
        store.add(labels, timestamps(random, values.length), values);
    }

    private void add(Labels labels, int minutes, Random random, int growth, double first) {
        double[] values = values(random, minutes, growth, first);
        store.add(labels, timestamps(random, values.length), values);
    }

    private static double[] values(Random random, int minutes, int growth, double first) {
        double[] values = new double[minutes * MINUTE / INTERVAL_MS];
        double value = first;
        for (int i = 0; i < values.length; i++) {
            value = growth > 0 && random.nextInt(5000) == 0 ? 0 : value + (growth == 0 ? 0 : random.nextInt(growth));
            values[i] = value;
        }
        return values;
    }

    /** Up to the end of the data, a few ms off one time in ten. */
    private long[] timestamps(Random random, int count) {
        long[] timestamps = new long[count];
        int phase = random.nextInt(INTERVAL_MS);
        for (int i = 0; i < count; i++) {
            int jitter = random.nextInt(10) == 0 ? random.nextInt(7) : 0;
            timestamps[i] = endMs - phase - (count - 1 - i) * (long) INTERVAL_MS + jitter;
        }
        return timestamps;
    }

    private void measure(Query query) {
        long samples = run(query).samplesRead();
        Stopwatch.Cost cost = stopwatch.measure(1, () -> points(run(query).value()));
        out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %.3f | %.4f |%n",
                query.name(),
                cost.cpuNanos() / 1e6,
                cost.allocatedBytes() / 1e6,
                samples / 1e6,
                cost.cpuNanos() / 1e3 / samples);
    }

    private QueryResult run(Query query) {
        return query.stepMs() == 0
                ? engine.instantQuery(store, query.text(), endMs, QueryOptions.DEFAULT)
                : engine.rangeQuery(store, query.text(), START_MS, endMs, query.stepMs(), QueryOptions.DEFAULT);
    }

    private static long points(QueryValue value) {
        if (value instanceof QueryValue.Matrix matrix) {
            return matrix.series().stream().mapToLong(QueryValue.Series::size).sum();
        }
        return value instanceof QueryValue.Vector vector ? vector.samples().size() : 1;
    }
}
