package io.millrace.benchmarks;

import io.millrace.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The series of {@link QueryBenchmark}, a sample every 15 s, times and values as a scrape gives them: a few ms off the
 * grid, counters that rise by whole numbers.
 */
final class QueryData {
    static final long INTERVAL_MS = 15_000;

    private final long endMs;
    private final Random random = new Random(7);

    /** One metric. @param minutes how far back it goes */
    record Metric(List<Labels> series, int minutes) {}

    /** Takes the samples of one series. */
    interface Sink {
        void series(Labels labels, long[] timestamps, double[] values) throws Exception;
    }

    QueryData(long endMs) {
        this.endMs = endMs;
    }

    /** In the order of their first samples, as a Prometheus wants them. */
    static List<Metric> metrics(double scale) {
        return List.of(
                new Metric(flat("day_requests_total", (int) (1_000 * scale)), 24 * 60),
                new Metric(flat("requests_total", (int) (10_000 * scale)), 60),
                new Metric(histogram((int) (1_000 * scale)), 60),
                new Metric(info((int) (1_000 * scale)), 60),
                new Metric(wide((int) (100_000 * scale)), 5));
    }

    /** Ten series for each instance. */
    private static List<Labels> flat(String name, int count) {
        List<Labels> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(Labels.builder()
                    .add("__name__", name)
                    .add("job", "job-" + i / 10 % 10)
                    .add("instance", instance(i / 10))
                    .add("handler", "/api/v1/handler-" + i % 10)
                    .build());
        }
        return all;
    }

    private static List<Labels> histogram(int count) {
        String[] bounds = {"0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"};
        List<Labels> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            for (String bound : bounds) {
                all.add(Labels.builder()
                        .add("__name__", "latency_seconds_bucket")
                        .add("job", "job-" + i % 10)
                        .add("instance", instance(i))
                        .add("le", bound)
                        .build());
            }
        }
        return all;
    }

    private static List<Labels> info(int count) {
        List<Labels> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(Labels.builder()
                    .add("__name__", "build_info")
                    .add("instance", instance(i))
                    .add("version", "1.2." + i % 5)
                    .build());
        }
        return all;
    }

    private static List<Labels> wide(int count) {
        List<Labels> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(Labels.builder()
                    .add("__name__", "container_memory_bytes")
                    .add("namespace", "namespace-" + i % 50)
                    .add("pod", "shop-" + Integer.toHexString(i * 0x9e3779b1) + "-" + i)
                    .build());
        }
        return all;
    }

    private static String instance(int number) {
        return "host-" + number + ".example:9100";
    }

    /** All samples of some series of a metric from one time to another, ms before the end. */
    void write(Labels labels, int minutes, Sink sink) throws Exception {
        int count = (int) (minutes * 60_000L / INTERVAL_MS);
        long[] timestamps = new long[count];
        double[] values = new double[count];
        boolean gauge = labels.metricName().equals("build_info");
        double value = gauge ? 1 : random.nextInt(100_000);
        for (int i = 0; i < count; i++) {
            timestamps[i] = endMs - (count - i) * INTERVAL_MS + random.nextInt(5);
            if (!gauge && random.nextInt(2) == 0) {
                value += random.nextInt(50);
            }
            values[i] = value;
        }
        sink.series(labels, timestamps, values);
    }
}
