package io.millrace.query.differential;

import io.millrace.model.Labels;
import io.millrace.model.StaleMarker;
import io.millrace.promql.generate.Vocabulary;
import io.millrace.promql.generate.Vocabulary.Kind;
import io.millrace.promql.generate.Vocabulary.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The samples both sides hold: some 120 series over {@link #MINUTES}, a sample every 15 s. Times are a few ms off the
 * grid, so that no sample ever stands on the edge of a range: Prometheus 2 includes both edges, 3 the later one only.
 */
final class DemoSeries {
    static final int MINUTES = 150;
    private static final int INTERVAL_MS = 15_000;
    private static final int SAMPLES = MINUTES * 60_000 / INTERVAL_MS;
    private static final double[] BOUNDS = {0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, Double.POSITIVE_INFINITY};

    private final long baseMs;
    private final Random random = new Random(42);
    private final List<Samples> all = new ArrayList<>();

    /** All samples of one series, in time order. */
    record Samples(Labels labels, List<Long> timestamps, List<Double> values) {
        void add(long timestampMs, double value) {
            timestamps.add(timestampMs);
            values.add(value);
        }
    }

    /** The value of the n-th sample; {@link #ABSENT} for none. */
    private interface Shape {
        double at(int n);
    }

    private static final double ABSENT = Double.longBitsToDouble(0x7ff80000deadbeefL);

    private DemoSeries(long baseMs) {
        this.baseMs = baseMs;
    }

    /** @param baseMs when the first samples come, ms; the same base gives the same samples */
    static List<Samples> from(long baseMs) {
        DemoSeries series = new DemoSeries(baseMs);
        series.build();
        return series.all;
    }

    /** What random queries ask for: all but {@code demo_special}, whose NaNs and infinities would fill every answer. */
    static Vocabulary vocabulary(List<Double> atSeconds) {
        Map<String, Map<String, Set<String>>> metrics = new TreeMap<>();
        for (Samples samples : from(0)) {
            if (!samples.labels().metricName().equals("demo_special")) {
                Map<String, Set<String>> values =
                        metrics.computeIfAbsent(samples.labels().metricName(), m -> new TreeMap<>());
                samples.labels()
                        .forEach((name, value) -> values.computeIfAbsent(name, n -> new TreeSet<>())
                                .add(value));
                values.remove(Labels.METRIC_NAME);
            }
        }
        List<Metric> vocabulary = new ArrayList<>();
        metrics.forEach((name, labels) -> {
            Map<String, List<String>> lists = new TreeMap<>();
            labels.forEach((label, values) -> lists.put(label, List.copyOf(values)));
            Kind kind = name.endsWith("_bucket") ? Kind.BUCKETS : name.endsWith("_total") ? Kind.COUNTER : Kind.GAUGE;
            vocabulary.add(new Metric(name, kind, lists));
        });
        return new Vocabulary(vocabulary, atSeconds);
    }

    private void build() {
        for (String job : new String[] {"api", "web"}) {
            for (int i = 0; i < 3; i++) {
                String instance = job + "-" + i + ":8080";
                for (String code : new String[] {"200", "404", "500"}) {
                    add(
                            counter(1000 + 300 * i, 30, 0),
                            "demo_requests_total",
                            "job",
                            job,
                            "instance",
                            instance,
                            "code",
                            code);
                }
                add(gauge(20, 9), "demo_queue_depth", "job", job, "instance", instance);
                add(gauge(0, 40), "demo_balance", "job", job, "instance", instance, "zone", i == 0 ? "a" : "b");
                add(n -> 1, "demo_build_info", "job", job, "instance", instance, "version", "1." + i, "branch", "main");
                add(
                        counter(5000, 0.9, 180 + 40 * i),
                        "demo_cpu_seconds_total",
                        "job",
                        job,
                        "instance",
                        instance,
                        "mode",
                        "user");
                add(
                        counter(7000, 0.3, 0),
                        "demo_cpu_seconds_total",
                        "job",
                        job,
                        "instance",
                        instance,
                        "mode",
                        "system");
                int down = 100 + 60 * i;
                add(n -> n >= down && n < down + 25 ? 0 : 1, "demo_up", "job", job, "instance", instance);
                if (i < 2) {
                    histogram(job, instance);
                }
            }
        }
        for (int i = 0; i < 4; i++) {
            int from = 60 * i;
            add(gaps(gauge(10, 3), 23 + i), "demo_gappy", "series", "s" + i);
            add(stale(gauge(5, 2), 40 + 10 * i), "demo_stale", "series", "s" + i);
            Shape late = gauge(7, 1);
            add(n -> n >= from && n < from + 200 ? late.at(n) : ABSENT, "demo_shortlived", "series", "s" + i);
            Shape seldom = counter(100, 50, 0);
            int phase = i;
            add(n -> n % 16 == phase ? seldom.at(n) : ABSENT, "demo_sparse_total", "series", "s" + i);
        }
        special();
        for (int i = 0; i < 5; i++) {
            int ordinal = i;
            add(
                    n -> ordinal + 0.5 * (n / 40),
                    "demo_steps",
                    "ordinal",
                    String.valueOf(i),
                    "parity",
                    i % 2 == 0 ? "even" : "odd");
        }
        add(gauge(21, 4), "demo_temperature_celsius", "room", "caf\u00e9", "floor", "1");
        add(gauge(18, 6), "demo_temperature_celsius", "room", "hall \"b\"", "floor", "2");
        add(n -> baseMs / 1000.0 + 900.0 * (n / 60), "demo_last_success_timestamp_seconds", "job", "batch");
    }

    private void special() {
        double[] values = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, -0.0, 1e12, 1e-9, -3.5};
        String[] names = {"nan", "inf", "minus_inf", "zero", "minus_zero", "large", "small", "negative"};
        for (int i = 0; i < values.length; i++) {
            double value = values[i];
            add(n -> value, "demo_special", "kind", names[i]);
        }
        add(n -> n % 7 == 3 ? Double.NaN : n, "demo_special", "kind", "sometimes_nan");
    }

    private void histogram(String job, String instance) {
        double[] counts = new double[BOUNDS.length];
        List<double[]> rows = new ArrayList<>();
        double[] sums = new double[SAMPLES];
        double sum = 0;
        for (int b = 0; b < BOUNDS.length; b++) {
            counts[b] = 500 * (b + 1);
        }
        for (int n = 0; n < SAMPLES; n++) {
            for (int k = 0; k < 10; k++) {
                double observed = Math.exp(random.nextGaussian() * 1.6 - 2.5);
                sum += observed;
                for (int b = 0; b < BOUNDS.length; b++) {
                    counts[b] += observed <= BOUNDS[b] ? 1 : 0;
                }
            }
            rows.add(counts.clone());
            sums[n] = 100 + sum;
        }
        for (int b = 0; b < BOUNDS.length; b++) {
            int bucket = b;
            String le = Double.isInfinite(BOUNDS[b])
                    ? "+Inf"
                    : BOUNDS[b] >= 1 ? String.valueOf((int) BOUNDS[b]) : String.valueOf(BOUNDS[b]);
            add(n -> rows.get(n)[bucket], "demo_latency_seconds_bucket", "job", job, "instance", instance, "le", le);
        }
        add(n -> rows.get(n)[BOUNDS.length - 1], "demo_latency_seconds_count", "job", job, "instance", instance);
        add(n -> sums[n], "demo_latency_seconds_sum", "job", job, "instance", instance);
    }

    /** Begins far from 0 and is never interrupted just before a reset: 2.42 extrapolates
     * such a window to zero otherwise. */
    private Shape counter(double start, double perSample, int resetAt) {
        double[] values = new double[SAMPLES];
        double value = start;
        for (int n = 0; n < SAMPLES; n++) {
            value += perSample * random.nextDouble() * 2;
            if (n > 0 && n == resetAt) {
                value = random.nextDouble();
            }
            values[n] = value;
        }
        return n -> values[n];
    }

    private Shape gauge(double middle, double width) {
        double[] values = new double[SAMPLES];
        for (int n = 0; n < SAMPLES; n++) {
            values[n] = middle + width * Math.sin(n / 23.0 + random.nextDouble()) + random.nextGaussian();
        }
        return n -> values[n];
    }

    /** Misses up to three minutes, and now and then more than the lookback. */
    private static Shape gaps(Shape shape, int period) {
        return n -> n % period < 9 || n % 200 > 160 && n % 200 < 190 ? ABSENT : shape.at(n);
    }

    private static Shape stale(Shape shape, int period) {
        return n -> n % period == 7 ? StaleMarker.VALUE : n % period > 7 && n % period < 12 ? ABSENT : shape.at(n);
    }

    private void add(Shape shape, String name, String... labels) {
        Labels.Builder builder = Labels.builder().add("__name__", name);
        for (int i = 0; i < labels.length; i += 2) {
            builder.add(labels[i], labels[i + 1]);
        }
        Samples samples = new Samples(builder.build(), new ArrayList<>(), new ArrayList<>());
        for (int n = 0; n < SAMPLES; n++) {
            double value = shape.at(n);
            long jitter = 1 + random.nextInt(6);
            if (Double.doubleToRawLongBits(value) != Double.doubleToRawLongBits(ABSENT)) {
                samples.add(baseMs + (long) n * INTERVAL_MS + jitter, value);
            }
        }
        all.add(samples);
    }
}
