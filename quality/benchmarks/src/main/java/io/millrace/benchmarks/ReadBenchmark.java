package io.millrace.benchmarks;

import io.millrace.model.Labels;
import io.millrace.promql.engine.MemoryPool;
import io.millrace.promql.storage.Matcher;
import io.millrace.promql.storage.Selection;
import io.millrace.promql.storage.SeriesSet;
import io.millrace.query.read.QueryScope;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How long it takes to read and decode samples from a Cassandra node beside it, the index in memory. */
final class ReadBenchmark {
    private static final long NOW_MS = System.currentTimeMillis() / 60_000 * 60_000;

    /** A sample every 15 s, and a writer stores them every 20 minutes. */
    private static final int SAMPLES_PER_CHUNK = 80;

    /** Until the JVMs on both sides have compiled what is measured. */
    private static final Duration WARM_UP = Duration.ofSeconds(8);

    private ReadBenchmark() {}

    static void run(PrintStream out, int rounds) throws Exception {
        try (CassandraChunks chunks = new CassandraChunks();
                DirectQueryApi api = new DirectQueryApi(SAMPLES_PER_CHUNK, chunks::add, chunks.store())) {
            QueryData data = new QueryData(NOW_MS);
            write(api, data, series("week_total", 1), 7 * 24 * 60);
            write(api, data, series("day_total", 1_000), 24 * 60);
            write(api, data, series("hour_total", 10_000), 60);
            chunks.flush();
            out.printf("%-32s %12s %12s %12s %12s%n", "from Cassandra", "samples", "first ms", "median ms", "best ms");
            measure(out, api, "1 series, 7 days", "week_total", Duration.ofDays(7), rounds);
            measure(out, api, "1,000 series, 24 hours", "day_total", Duration.ofDays(1), rounds);
            measure(out, api, "10,000 series, last hour", "hour_total", Duration.ofHours(1), rounds);
        }
    }

    private static List<Labels> series(String name, int count) {
        List<Labels> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(Labels.of("__name__", name, "instance", "host-" + i + ".example:9100"));
        }
        return all;
    }

    private static void write(DirectQueryApi api, QueryData data, List<Labels> series, int minutes) throws Exception {
        for (Labels labels : series) {
            data.write(labels, minutes, api::add);
        }
    }

    private static void measure(
            PrintStream out, DirectQueryApi api, String name, String metric, Duration range, int rounds) {
        long start = System.nanoTime();
        long samples = read(api, metric, range);
        double first = (System.nanoTime() - start) / 1e6;
        while (System.nanoTime() - start < WARM_UP.toNanos()) {
            read(api, metric, range);
        }
        double[] ms = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            long began = System.nanoTime();
            read(api, metric, range);
            ms[i] = (System.nanoTime() - began) / 1e6;
        }
        Arrays.sort(ms);
        out.printf(Locale.ROOT, "%-32s %,12d %12.1f %12.1f %12.1f%n", name, samples, first, ms[rounds / 2], ms[0]);
    }

    private static long read(DirectQueryApi api, String metric, Duration range) {
        QueryScope scope = new QueryScope(
                DirectQueryApi.INSTANCE,
                NOW_MS - Duration.ofDays(30).toMillis(),
                NOW_MS,
                System.nanoTime() + Duration.ofMinutes(2).toNanos(),
                MemoryPool.unbounded().share(),
                () -> false,
                System::nanoTime);
        Selection selection = new Selection(
                List.of(Matcher.of(Matcher.Type.EQ, "__name__", metric)),
                NOW_MS - range.toMillis(),
                NOW_MS,
                Selection.Hints.NONE);
        long samples = 0;
        try (SeriesSet series = api.reader().queryable(scope).select(selection)) {
            while (series.next()) {
                samples += series.samples().size();
            }
        }
        return samples;
    }
}
