package io.millrace.benchmarks;

import io.millrace.model.Labels;
import io.millrace.testkit.prometheus.PrometheusProcess;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteClient;
import io.millrace.testkit.remotewrite.WriteSeries;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * The same queries over the same samples through the HTTP API of Millrace, chunks in memory, and of the Prometheus of the
 * system, samples in its head. One client, one query at a time, the two in turn; the time is until the last byte of the
 * answer, the median of the rounds.
 */
final class QueryBenchmark {
    /** As Prometheus cuts them: half an hour. */
    private static final int SAMPLES_PER_CHUNK = 120;

    private static final int SERIES_PER_REQUEST = 400;
    private static final long SLICE_MS = 6 * 3_600_000L;

    private final PrintStream out;
    private final double scale;
    private final int rounds;
    private final long endMs = System.currentTimeMillis() / 60_000 * 60_000 - 60_000;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * A query.
     *
     * @param query with {@link #NEW} where a number is to stand that was not asked for before
     * @param rangeHours 0 for an instant query
     */
    private record Case(String name, String query, int rangeHours) {}

    private static final String NEW = "%new";

    private static final List<Case> CASES = List.of(
            new Case("sum by (job) (rate), 10,000 series, instant", "sum by (job) (rate(requests_total[5m]))", 0),
            new Case("sum by (job) (rate), 1,000 series, 24 h", "sum by (job) (rate(day_requests_total[5m]))", 24),
            new Case("rate, 1,000 series, 24 h, 1.4 M points", "rate(day_requests_total[5m])", 24),
            new Case("the series themselves, 1,000 series, 24 h", "day_requests_total", 24),
            new Case(
                    "histogram_quantile, 12 x 1,000, instant",
                    "histogram_quantile(0.9, rate(latency_seconds_bucket[5m]))",
                    0),
            new Case(
                    "histogram_quantile by job, 12 x 1,000, 1 h",
                    "histogram_quantile(0.9, sum by (job, le) (rate(latency_seconds_bucket[5m])))",
                    1),
            new Case("topk of 10,000, instant", "topk(10, rate(requests_total[5m]))", 0),
            new Case("topk of 10,000, 1 h", "topk(10, rate(requests_total[5m]))", 1),
            new Case(
                    "many-to-one, 10,000 to 1,000, instant",
                    "rate(requests_total[5m]) * on (instance) group_left (version) build_info",
                    0),
            new Case(
                    "many-to-one, 10,000 to 1,000, 1 h, summed",
                    "sum by (version) (rate(requests_total[5m]) * on (instance) group_left (version) build_info)",
                    1),
            new Case("regex on 100,000 series, middle", "count(container_memory_bytes{pod=~\".*-77.*\"})", 0),
            new Case(
                    "regex on 100,000 series, classes",
                    "count(container_memory_bytes{pod=~\"shop-[0-9a-f]+-1[0-9]{3}\"})",
                    0),
            new Case(
                    "the same, an expression never asked before",
                    "count(container_memory_bytes{pod=~\".*-%new.*\"})",
                    0),
            new Case("regex on 100,000 series, most match", "count(container_memory_bytes{pod=~\"shop-.+\"})", 0),
            new Case("all of 100,000 series by namespace", "sum by (namespace) (container_memory_bytes)", 0));

    QueryBenchmark(PrintStream out, double scale, int rounds) {
        this.out = out;
        this.scale = scale;
        this.rounds = rounds;
    }

    /** @param scale 1 for the figures; less to see that it works */
    static void run(PrintStream out, double scale, int rounds) throws Exception {
        Path folder = Files.createTempDirectory("query-benchmark");
        QueryBenchmark benchmark = new QueryBenchmark(out, scale, rounds);
        MemoryChunks chunks = new MemoryChunks();
        try (DirectQueryApi ours = new DirectQueryApi(SAMPLES_PER_CHUNK, chunks::add, chunks);
                PrometheusProcess theirs = PrometheusProcess.start(
                        folder,
                        PrometheusProcess.freePort(),
                        "global: {}\n",
                        "--web.enable-remote-write-receiver",
                        "--storage.tsdb.min-block-duration=4d",
                        "--storage.tsdb.max-block-duration=4d",
                        "--storage.tsdb.retention.time=30d",
                        "--log.level=warn")) {
            benchmark.load(ours, theirs);
            benchmark.compare(ours, theirs);
        }
    }

    private void load(DirectQueryApi ours, PrometheusProcess theirs) throws Exception {
        WriteClient write = new WriteClient(theirs.url().resolve("/api/v1/write"), "", "");
        QueryData data = new QueryData(endMs);
        long series = 0;
        long samples = 0;
        for (QueryData.Metric metric : QueryData.metrics(scale)) {
            List<Series> all = new ArrayList<>();
            for (Labels labels : metric.series()) {
                data.write(labels, metric.minutes(), (l, times, values) -> {
                    ours.add(l, times, values);
                    all.add(new Series(l, times, values));
                });
            }
            for (long from = endMs - 24 * 3_600_000L; from < endMs; from += SLICE_MS) {
                send(write, all, from, from + SLICE_MS);
            }
            series += all.size();
            samples += all.size() * (metric.minutes() * 60_000L / QueryData.INTERVAL_MS);
        }
        out.printf(Locale.ROOT, "%,d series, %,d samples, to both%n", series, samples);
    }

    private record Series(Labels labels, long[] timestamps, double[] values) {}

    private static void send(WriteClient client, List<Series> all, long fromMs, long toMs) throws Exception {
        List<WriteSeries> request = new ArrayList<>();
        for (int s = 0; s < all.size(); s++) {
            Series one = all.get(s);
            int first = lowerBound(one.timestamps(), fromMs);
            int end = lowerBound(one.timestamps(), toMs);
            if (first < end) {
                WriteSeries series = WriteSeries.of(one.labels());
                for (int i = first; i < end; i++) {
                    series.sample(one.timestamps()[i], one.values()[i]);
                }
                request.add(series);
            }
            if (request.size() == SERIES_PER_REQUEST || s == all.size() - 1 && !request.isEmpty()) {
                HttpResponse<String> response = client.send1(RemoteWriteRequest.of(request));
                if (response.statusCode() != 204) {
                    throw new IOException("Prometheus answered " + response.statusCode() + ": " + response.body());
                }
                request.clear();
            }
        }
    }

    private static int lowerBound(long[] times, long time) {
        int found = Arrays.binarySearch(times, time);
        return found < 0 ? -found - 1 : found;
    }

    private void compare(DirectQueryApi ours, PrometheusProcess theirs) throws Exception {
        out.printf(
                Locale.ROOT,
                "%-46s %12s %12s %8s %12s %12s%n",
                "query",
                "Millrace ms",
                "Prometheus",
                "ratio",
                "bytes",
                "theirs");
        String basic = Base64.getEncoder()
                .encodeToString((ours.keyId() + ":" + ours.secret()).getBytes(StandardCharsets.UTF_8));
        for (Case one : CASES) {
            IntFunction<HttpRequest> our = round -> request(ours.base(), one, round)
                    .header("Authorization", "Basic " + basic)
                    .build();
            IntFunction<HttpRequest> their =
                    round -> request(theirs.url().toString(), one, round).build();
            long[] bytes = {fetch(our.apply(0)), fetch(their.apply(0))};
            int round = 1;
            for (; round <= rounds / 2; round++) { // the compiler's time to warm up
                fetch(our.apply(round));
                fetch(their.apply(round));
            }
            double[] ourMs = new double[rounds];
            double[] theirMs = new double[rounds];
            for (int i = 0; i < rounds; i++, round++) {
                ourMs[i] = timed(our.apply(round));
                theirMs[i] = timed(their.apply(round));
            }
            double left = median(ourMs);
            double right = median(theirMs);
            out.printf(
                    Locale.ROOT,
                    "%-46s %12.1f %12.1f %8.2f %12d %12d%n",
                    one.name(),
                    left,
                    right,
                    left / right,
                    bytes[0],
                    bytes[1]);
        }
    }

    private HttpRequest.Builder request(String base, Case one, int round) {
        String text = one.query().replace(NEW, String.valueOf(70 + round));
        String query = "?query=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
        long end = endMs / 1000;
        return HttpRequest.newBuilder(URI.create(base
                + (one.rangeHours() == 0
                        ? "/api/v1/query" + query + "&time=" + end
                        : "/api/v1/query_range" + query + "&start=" + (end - one.rangeHours() * 3600L) + "&end=" + end
                                + "&step=60")));
    }

    private double timed(HttpRequest request) throws Exception {
        long began = System.nanoTime();
        fetch(request);
        return (System.nanoTime() - began) / 1e6;
    }

    private long fetch(HttpRequest request) throws Exception {
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        try (InputStream body = response.body()) {
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                bytes += read;
            }
        }
        if (response.statusCode() != 200) {
            throw new IOException(request.uri() + " answered " + response.statusCode());
        }
        return bytes;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
