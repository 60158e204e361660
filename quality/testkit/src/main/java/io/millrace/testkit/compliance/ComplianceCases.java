package io.millrace.testkit.compliance;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.StaleMarker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/**
 * The cases of the Prometheus compliance suite for receivers whose answer depends on the data, and more that the suite
 * lacks: bits of NaNs, float histograms, duplicate labels. What must be said and stored is told by the cases, so that every
 * way of reading back can check it. The cases about headers and broken bodies stand where they are tested.
 */
public final class ComplianceCases {
    private static final long HOUR = 3_600_000;
    private static final long MINUTE = 60_000;

    private static final int COUNTER = 1;
    private static final int GAUGE = 2;
    private static final int HISTOGRAM = 3;

    private final List<ComplianceCase> cases = new ArrayList<>();

    private ComplianceCases() {}

    /** All of them, the suite's in its order. */
    public static List<ComplianceCase> all() {
        ComplianceCases all = new ComplianceCases();
        all.samples();
        all.histograms();
        all.metadata();
        all.exemplars();
        all.combinations();
        all.beyondTheSuite();
        return List.copyOf(all.cases);
    }

    private void kept(String name, LongFunction<List<ComplianceSeries>> good) {
        cases.add(new ComplianceCase(name, good, t -> List.of()));
    }

    private void refused(
            String name, LongFunction<List<ComplianceSeries>> good, LongFunction<List<ComplianceSeries>> bad) {
        cases.add(new ComplianceCase(name, good, bad));
    }

    private void samples() {
        // the suite's "NaN"s are the bits converted to numbers; the real ones are ours
        double[] values = {
            1,
            9.218868437227405e18,
            9.221120237041091e18,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            StaleMarker.VALUE,
            Double.longBitsToDouble(0x7ff8000000000001L)
        };
        for (double value : values) {
            String name = "4 single metric " + value + " ";
            kept(name + "a", t -> List.of(new ComplianceSeries("__name__", "up").sample(t, value)));
            kept(
                    name + "b",
                    t -> List.of(new ComplianceSeries("job", "j", "instance", "i", "__name__", "up").sample(t, value)));
            kept(
                    name + "c",
                    t -> List.of(new ComplianceSeries("job", "test\njob\n", "__name__", "up").sample(t, value)));
            kept(
                    name + "d",
                    t -> List.of(new ComplianceSeries(
                                    "job.name", "j", "__name__", "resource.cpu.usage", "instance.name", "i")
                            .sample(t, value)));
            kept(
                    name + "e",
                    t -> List.of(
                            new ComplianceSeries("job name", "j", "__name__", "resource cpu usage").sample(t, value)));
            refused(
                    name + "f",
                    t -> List.of(),
                    t -> List.of(new ComplianceSeries("job", "j", "instance", "i").sample(t, value)));
            refused(name + "g", t -> List.of(), t -> List.of(new ComplianceSeries().sample(t, value)));
        }
        kept(
                "5 counter with created timestamp",
                t -> List.of(new ComplianceSeries("job", "api", "__name__", "http_requests_total")
                        .created(t - HOUR)
                        .sample(t, 100)));
        for (double value : values) {
            kept("6 multiple metrics " + value, t -> ups(t, value, 4));
            refused(
                    "6 multiple metrics, all nameless " + value,
                    t -> List.of(),
                    t -> List.of(
                            new ComplianceSeries("instance", "1").sample(t, value),
                            new ComplianceSeries("instance", "2").sample(t, value),
                            new ComplianceSeries("instance", "3").sample(t, value),
                            new ComplianceSeries("instance", "4").sample(t, value)));
            refused(
                    "6 multiple metrics, one nameless " + value,
                    t -> ups(t, value, 3),
                    t -> List.of(new ComplianceSeries("instance", "4").sample(t, value)));
        }
    }

    private static List<ComplianceSeries> ups(long t, double value, int count) {
        List<ComplianceSeries> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(new ComplianceSeries("instance", "i" + i, "__name__", "up").sample(t, value));
        }
        return parts;
    }

    private static final int[] NONE = {};

    private static NativeHistogram integer(
            double count,
            double zero,
            int[] positive,
            double[] positiveCounts,
            int[] negative,
            double... negativeCounts) {
        return new NativeHistogram(
                true,
                ResetHint.UNKNOWN,
                0,
                0,
                zero,
                count,
                12.5,
                positive,
                positiveCounts,
                negative,
                negativeCounts,
                new double[0]);
    }

    private static final NativeHistogram BASIC =
            integer(27, 1, new int[] {0, 3, 2, 2}, new double[] {1, 3, 4, 7, 8}, new int[] {0, 2}, 1, 2);
    private static final NativeHistogram POSITIVE_AND_ZERO =
            integer(24, 1, new int[] {0, 3, 2, 2}, new double[] {1, 3, 4, 7, 8}, NONE);
    private static final NativeHistogram NEGATIVE = integer(3, 0, NONE, new double[0], new int[] {0, 2}, 1, 2);
    private static final NativeHistogram ZERO = integer(1, 1, NONE, new double[0], NONE);
    private static final NativeHistogram EMPTY = integer(0, 0, NONE, new double[0], NONE);
    private static final NativeHistogram BAD_COUNT =
            integer(99, 0, new int[] {0, 3, 2, 2}, new double[] {1, 3, 4, 7, 8}, NONE);
    private static final NativeHistogram CUSTOM = new NativeHistogram(
            true,
            ResetHint.UNKNOWN,
            NativeHistogram.CUSTOM_BUCKETS,
            0,
            0,
            30,
            99,
            new int[] {0, 6},
            new double[] {2, 3, 5, 8, 7, 5},
            NONE,
            new double[0],
            new double[] {.1, .5, 1, 2.5, 5, 10});
    private static final NativeHistogram FLOAT = new NativeHistogram(
            false,
            ResetHint.GAUGE,
            3,
            0.01,
            0.5,
            9.75,
            -4,
            new int[] {-2, 2, 1, 1},
            new double[] {1.25, 2, 3},
            new int[] {1, 1},
            new double[] {3},
            new double[0]);
    private static final NativeHistogram CUSTOM_FLOAT = new NativeHistogram(
            false,
            ResetHint.NO,
            NativeHistogram.CUSTOM_BUCKETS,
            0,
            0,
            7.5,
            3,
            new int[] {0, 2},
            new double[] {2.5, 5},
            NONE,
            new double[0],
            new double[] {1, 2});

    private void histograms() {
        Map<String, NativeHistogram> kinds = Map.of(
                "basic",
                BASIC,
                "custom buckets",
                CUSTOM,
                "positive and zero",
                POSITIVE_AND_ZERO,
                "negative",
                NEGATIVE,
                "zero",
                ZERO);
        kinds.forEach((kind, histogram) -> kept(
                "9 histogram " + kind,
                t -> List.of(new ComplianceSeries("__name__", "test_histogram", "job", "j").histogram(t, histogram))));
        refused(
                "9 histogram bad count",
                t -> List.of(),
                t -> List.of(new ComplianceSeries("__name__", "test_histogram").histogram(t, BAD_COUNT)));
        kept(
                "10 histogram with created timestamp",
                t -> List.of(new ComplianceSeries("__name__", "created_histogram")
                        .created(t - 30 * MINUTE)
                        .histogram(t, BASIC)));
        kept(
                "11 multiple histograms",
                t -> List.of(
                        new ComplianceSeries("job", "j", "__name__", "hist1").histogram(t, POSITIVE_AND_ZERO),
                        new ComplianceSeries("job", "j", "__name__", "hist2").histogram(t, NEGATIVE)));
        kept("12 empty histogram", t -> List.of(new ComplianceSeries("__name__", "empty").histogram(t, EMPTY)));
        kept(
                "13 histogram with metadata",
                t -> List.of(new ComplianceSeries("__name__", "hist_md")
                        .histogram(t, BASIC)
                        .metadata(HISTOGRAM, "A histogram", "seconds")));
        kept(
                "14 histogram with exemplar",
                t -> List.of(new ComplianceSeries("__name__", "hist_ex")
                        .histogram(t, BASIC)
                        .exemplar(t, 1.5, "trace_id", "abc", "span_id", "def")));
        kept(
                "15 histogram with metadata and exemplar",
                t -> List.of(new ComplianceSeries("__name__", "hist_md_ex")
                        .histogram(t, BASIC)
                        .exemplar(t, 1048576, "trace_id", "abc")
                        .metadata(HISTOGRAM, "Bytes", "bytes")));
        kept(
                "16 multiple histograms with metadata",
                t -> List.of(
                        new ComplianceSeries("__name__", "hist_md_1")
                                .histogram(t, BASIC)
                                .metadata(HISTOGRAM, "One", "seconds"),
                        new ComplianceSeries("__name__", "hist_md_2")
                                .histogram(t, ZERO)
                                .metadata(HISTOGRAM, "Two", "bytes")));
    }

    private void metadata() {
        metadataCase("counter", COUNTER, "Requests", "requests");
        metadataCase("gauge", GAUGE, "Temperature", "celsius");
        metadataCase("no help or unit", COUNTER, "", "");
        metadataCase("special characters", COUNTER, "Help with\nnewline and \"quotes\"", "bytes/sec");
        metadataCase("unspecified", 0, "", "");
        metadataCase("unspecified with help", 0, "What is this", "");
        metadataCase("info", 6, "Version", "");
        metadataCase("state set", 7, "State", "");
        metadataCase("summary", 5, "Latency", "seconds");
        metadataCase("gauge histogram", 4, "Sizes", "bytes");
        kept(
                "17 metadata histogram",
                t -> List.of(new ComplianceSeries("__name__", "md_histogram")
                        .histogram(t, BASIC)
                        .metadata(HISTOGRAM, "H", "seconds")));
        kept(
                "18 counter metadata with created timestamp",
                t -> List.of(new ComplianceSeries("__name__", "md_created_total")
                        .created(t - HOUR)
                        .sample(t, 150)
                        .metadata(COUNTER, "Created", "")));
        kept(
                "19 metadata with samples",
                t -> List.of(new ComplianceSeries("__name__", "md_sample")
                        .sample(t, 42)
                        .metadata(GAUGE, "Answer", "")));
        kept(
                "20 multiple metadata",
                t -> List.of(
                        new ComplianceSeries("__name__", "cpu").sample(t, 1).metadata(COUNTER, "CPU", "seconds"),
                        new ComplianceSeries("__name__", "memory").sample(t, 2).metadata(GAUGE, "Memory", "bytes"),
                        new ComplianceSeries("__name__", "disk").sample(t, 3).metadata(GAUGE, "Disk", "bytes")));
        kept(
                "21 metadata with complex labels",
                t -> List.of(new ComplianceSeries(
                                "service",
                                "api",
                                "method",
                                "POST",
                                "__name__",
                                "request_duration",
                                "status",
                                "200",
                                "region",
                                "eu",
                                "zone",
                                "b")
                        .histogram(t, BASIC)
                        .metadata(HISTOGRAM, "Duration", "seconds")));
        refused(
                "22 metadata without a name",
                t -> List.of(),
                t -> List.of(new ComplianceSeries("job", "j").sample(t, 1).metadata(COUNTER, "Nameless", "")));
        refused(
                "22 metadata with an empty name",
                t -> List.of(),
                t -> List.of(new ComplianceSeries("__name__", "", "job", "j")
                        .sample(t, 1)
                        .metadata(COUNTER, "Nameless", "")));
        kept(
                "22 metadata valid",
                t -> List.of(new ComplianceSeries("__name__", "md_valid")
                        .sample(t, 1)
                        .metadata(COUNTER, "Valid", "")));
    }

    private void metadataCase(String what, int type, String help, String unit) {
        String metric = "md_" + what.replace(' ', '_');
        kept(
                "17 metadata " + what,
                t -> List.of(
                        new ComplianceSeries("__name__", metric).sample(t, 1).metadata(type, help, unit)));
    }

    private void exemplars() {
        String[][] labels = {
            {"trace_id", "abc123"},
            {"trace_id", "abc123", "span_id", "def456"},
            {"user_id", "u1"},
            {"trace_id", "abc", "span_id", "def", "user_id", "u1"},
            {},
            {"trace-id", "abc-123", "span.id", "def.456"},
            {"trace_id", "测试-🔥"}
        };
        for (String[] pairs : labels) {
            kept(
                    "23 exemplar " + String.join(" ", pairs),
                    t -> List.of(
                            new ComplianceSeries("__name__", "ex").sample(t, 1).exemplar(t, 1, pairs)));
        }
        kept(
                "24 exemplar with created timestamp",
                t -> List.of(new ComplianceSeries("__name__", "ex_created")
                        .created(t - 2 * HOUR)
                        .sample(t, 250)
                        .exemplar(t, 250, "trace_id", "a")));
        kept(
                "25 multiple exemplars",
                t -> List.of(
                        new ComplianceSeries("__name__", "ex1").sample(t, 1).exemplar(t, 1, "trace_id", "1"),
                        new ComplianceSeries("__name__", "ex2").sample(t, 2).exemplar(t, 2, "trace_id", "2"),
                        new ComplianceSeries("__name__", "ex3").sample(t, 3).exemplar(t, 3, "trace_id", "3")));
        kept(
                "26 exemplar timestamps, one series three times",
                t -> Stream.of(t - HOUR, t - MINUTE, t)
                        .map(at -> new ComplianceSeries("__name__", "latency_hist")
                                .sample(at, 0.5)
                                .exemplar(at, 0.5, "trace_id", "t" + at))
                        .toList());
        refused(
                "27 exemplar without a name",
                t -> List.of(),
                t -> List.of(new ComplianceSeries("job", "j").sample(t, 1).exemplar(t, 1, "trace_id", "a")));
        refused(
                "27 exemplar with an empty name",
                t -> List.of(),
                t -> List.of(new ComplianceSeries("__name__", "").sample(t, 1).exemplar(t, 1, "trace_id", "a")));
        kept(
                "27 exemplar valid",
                t -> List.of(new ComplianceSeries("__name__", "ex_valid")
                        .sample(t, 1)
                        .exemplar(t, 1, "trace_id", "a")));
        for (double value : new double[] {
            0, -123.456, 1e10, 1e-10, 9.221120237041091e18, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
        }) {
            kept(
                    "28 exemplar value " + value,
                    t -> List.of(new ComplianceSeries("__name__", "ex_value")
                            .sample(t, value)
                            .exemplar(t, value, "trace_id", "a")));
        }
    }

    private void combinations() {
        kept(
                "29 samples with metadata and exemplars",
                t -> List.of(new ComplianceSeries("method", "GET", "job", "api", "__name__", "http_requests_total")
                        .sample(t, 1000)
                        .exemplar(t, 1, "trace_id", "a")
                        .metadata(COUNTER, "Requests", "requests")));
        kept(
                "30 histograms with metadata and exemplars",
                t -> List.of(new ComplianceSeries("service", "auth", "__name__", "request_duration_seconds")
                        .histogram(t, BASIC)
                        .exemplar(t, 1, "trace_id", "a")
                        .metadata(HISTOGRAM, "Duration", "seconds")));
        kept(
                "31 complex samples",
                t -> List.of(
                        new ComplianceSeries("__name__", "cpu_usage")
                                .sample(t, 75)
                                .exemplar(t, 75, "core", "0")
                                .metadata(GAUGE, "CPU", "percent"),
                        new ComplianceSeries("__name__", "memory_usage")
                                .sample(t, 4e9)
                                .metadata(GAUGE, "Memory", "bytes")));
        kept(
                "32 complex histograms",
                t -> List.of(
                        new ComplianceSeries("__name__", "h_one")
                                .histogram(t, BASIC)
                                .exemplar(t, 1, "trace_id", "a")
                                .metadata(HISTOGRAM, "One", "s"),
                        new ComplianceSeries("__name__", "h_two")
                                .histogram(t, POSITIVE_AND_ZERO)
                                .metadata(HISTOGRAM, "Two", "s")));
        kept(
                "33 multiple metric families, samples",
                t -> List.of(
                        new ComplianceSeries("__name__", "family_total")
                                .sample(t, 5)
                                .exemplar(t, 5, "trace_id", "a")
                                .metadata(COUNTER, "Counter", ""),
                        new ComplianceSeries("__name__", "family_gauge")
                                .sample(t, 6)
                                .metadata(GAUGE, "Gauge", "")));
        kept(
                "34 multiple metric families, histograms",
                t -> List.of(new ComplianceSeries("__name__", "family_hist")
                        .histogram(t, BASIC)
                        .exemplar(t, 1, "trace_id", "a")
                        .metadata(HISTOGRAM, "Hist", "seconds")));
        kept(
                "35 metadata without data",
                t -> List.of(new ComplianceSeries("__name__", "md_only").metadata(COUNTER, "Only metadata", "")));
        kept(
                "35 exemplars without data",
                t -> List.of(new ComplianceSeries("__name__", "ex_only").exemplar(t, 1, "trace_id", "a")));
        kept(
                "35 mixed timestamps",
                t -> List.of(
                        new ComplianceSeries("__name__", "old_metric")
                                .sample(t - HOUR, 1)
                                .exemplar(t - 30 * MINUTE, 1, "trace_id", "a"),
                        new ComplianceSeries("__name__", "new_metric").sample(t, 2)));
        kept("36 many samples", t -> many(t, part -> part.sample(t, 1)));
        kept("37 many histograms", t -> many(t, part -> part.histogram(t, BASIC)));
        kept(
                "38 special characters",
                t -> List.of(new ComplianceSeries(
                                "job", "test-job_with.special@chars", "environment", "prod-🚀", "__name__", "special")
                        .sample(t, 1)
                        .exemplar(t, 1, "trace_id", "ünïcödé")
                        .metadata(GAUGE, "Häuser\n\"quoted\"", "special/units")));
        kept(
                "39 custom buckets with exemplar",
                t -> List.of(new ComplianceSeries("__name__", "nhcb")
                        .histogram(t, CUSTOM)
                        .exemplar(t, 0.7, "trace_id", "a")));
    }

    private static List<ComplianceSeries> many(long t, Consumer<ComplianceSeries> data) {
        List<ComplianceSeries> parts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            ComplianceSeries part = new ComplianceSeries("index", "" + i, "__name__", "many");
            data.accept(part);
            parts.add(part.exemplar(t, i, "trace_id", "t" + i).metadata(COUNTER, "Many", ""));
        }
        return parts;
    }

    private void beyondTheSuite() {
        kept("float histogram", t -> List.of(new ComplianceSeries("__name__", "float_h").histogram(t, FLOAT)));
        kept(
                "custom float histogram",
                t -> List.of(new ComplianceSeries("__name__", "c_f").histogram(t, CUSTOM_FLOAT)));
        kept(
                "samples and histograms in one series",
                t -> List.of(new ComplianceSeries("__name__", "mixed")
                        .sample(t, 1)
                        .histogram(t + 1, BASIC)
                        .histogram(t + 2, FLOAT)));
        refused(
                "duplicate labels",
                t -> List.of(new ComplianceSeries("__name__", "beside").sample(t, 1)),
                t -> List.of(new ComplianceSeries("__name__", "dup", "a", "1", "a", "2").sample(t, 1)));
        refused(
                "one histogram in between is bad",
                t -> List.of(
                        new ComplianceSeries("__name__", "fine_1").sample(t, 1).exemplar(t, 1, "trace_id", "a"),
                        new ComplianceSeries("__name__", "fine_2").histogram(t, BASIC),
                        new ComplianceSeries("__name__", "fine_3").sample(t, 1)),
                t -> List.of(new ComplianceSeries("__name__", "bad").histogram(t, BAD_COUNT)));
        refused(
                "too far in the future",
                t -> List.of(new ComplianceSeries("__name__", "beside").sample(t, 1)),
                t -> List.of(new ComplianceSeries("__name__", "future")
                        .sample(System.currentTimeMillis() + 11 * MINUTE, 1)));
    }
}
