package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.millrace.gateway.RunningGateway.Content;
import io.millrace.gateway.RunningGateway.Exemplar;
import io.millrace.gateway.RunningGateway.HistogramSample;
import io.millrace.gateway.RunningGateway.Metadata;
import io.millrace.gateway.RunningGateway.Sample;
import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.StaleMarker;
import io.millrace.testkit.TestKafka;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteSeries;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The 39 cases of the receiver compliance suite, replayed stricter than it judges: success is 204 with exact Written
 * headers and everything read back from Kafka bit for bit; a refusal is exactly 400 with the exact counts of what was
 * kept. As in the suite, labels come in no order, bodies are chunked, and each success case runs twice, the second time
 * with later timestamps, so that samples of an hour ago arrive after newer ones.
 */
class ComplianceIT {
    private static final long HOUR = 3_600_000;
    private static final long MINUTE = 60_000;

    private static final int COUNTER = 1;
    private static final int GAUGE = 2;
    private static final int HISTOGRAM = 3;

    private static RunningGateway gateway;
    private static long clock;

    private final List<Part> expected = new ArrayList<>();
    private final List<Metadata> expectedMetadata = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        gateway = new RunningGateway(TestKafka.bootstrapServers(), Map.of());
        gateway.control.markReady();
        clock = System.currentTimeMillis() - MINUTE;
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** A series of a request, and what must come out of the topic. */
    private static final class Part {
        private final String[] labels;
        private final List<Sample> samples = new ArrayList<>();
        private final List<HistogramSample> histograms = new ArrayList<>();
        private final List<Exemplar> exemplars = new ArrayList<>();
        private final WriteSeries series;
        private Metadata metadata;
        private long created;

        Part(String... labels) {
            this.labels = labels;
            this.series = WriteSeries.of(labels);
        }

        /** Before samples and histograms. */
        Part created(long ms) {
            created = ms;
            series.created(ms);
            return this;
        }

        Part sample(long ts, double value) {
            series.sample(ts, value);
            samples.add(new Sample(ts, created, Double.doubleToRawLongBits(value)));
            return this;
        }

        Part histogram(long ts, NativeHistogram histogram) {
            series.histogram(ts, histogram);
            histograms.add(new HistogramSample(ts, created, histogram));
            return this;
        }

        Part exemplar(long ts, double value, String... pairs) {
            series.exemplar(ts, value, pairs);
            exemplars.add(new Exemplar(ts, value, Labels.of(pairs)));
            return this;
        }

        Part metadata(int type, String help, String unit) {
            series.metadata(type, help, unit);
            if (type != 0 || !help.isEmpty() || !unit.isEmpty()) {
                metadata = new Metadata(
                        io.millrace.model.MetricType.ofNumber(type).apiName(),
                        Labels.of(labels).metricName(),
                        help,
                        unit);
            }
            return this;
        }
    }

    /** A request made at a time. */
    private interface Case extends LongFunction<List<Part>> {}

    @TestFactory
    Stream<DynamicTest> cases() {
        List<DynamicTest> tests = new ArrayList<>();
        negotiation(tests);
        samples(tests);
        histograms(tests);
        metadata(tests);
        exemplars(tests);
        combinations(tests);
        beyondTheSuite(tests);
        tests.add(dynamicTest("everything is read back, and nothing else", this::readBack));
        return tests.stream();
    }

    private void negotiation(List<DynamicTest> tests) {
        RemoteWriteRequest up =
                RemoteWriteRequest.of(WriteSeries.of("__name__", "up").sample(clock, 1));
        for (String type : List.of("application/json", "image/png")) {
            tests.add(dynamicTest(
                    "1 bad content type " + type,
                    () -> assertThat(Sender.to(gateway)
                                    .header("Content-Type", type)
                                    .send(corrupt(up, '0'))
                                    .statusCode())
                            .isEqualTo(415)));
        }
        for (String encoding : List.of("gzip", "deflate")) {
            tests.add(dynamicTest(
                    "2 bad content encoding " + encoding,
                    () -> assertThat(Sender.to(gateway)
                                    .v2()
                                    .header("Content-Encoding", encoding)
                                    .send(corrupt(up, '0'))
                                    .statusCode())
                            .isEqualTo(415)));
        }
        tests.add(dynamicTest(
                "3 corrupt body",
                () -> assertThat(Sender.to(gateway).v2().send(corrupt(up, '0')).statusCode())
                        .isEqualTo(400)));
        tests.add(dynamicTest("7 remote write 1.0", () -> {
            Part one = new Part("job", "a", "__name__", "rw1").sample(clock, 1);
            Part two = new Part("job", "b", "__name__", "rw1", "a", "b").sample(clock, 2);
            HttpResponse<String> response =
                    Sender.to(gateway).chunked().send1(RemoteWriteRequest.of(one.series, two.series));
            assertThat(response.statusCode()).isEqualTo(204);
            assertThat(Sender.written(response)).isEqualTo("-/-/-");
            expected.addAll(List.of(one, two));
        }));
        tests.add(dynamicTest("8 remote write 1.0, corrupt", () -> {
            byte[] body = RemoteWriteRequest.snappy(up.version1());
            body[0] = (byte) 0xff;
            assertThat(Sender.to(gateway).send(body).statusCode()).isEqualTo(400);
        }));
    }

    private static byte[] corrupt(RemoteWriteRequest request, char first) {
        byte[] body = RemoteWriteRequest.snappy(request.version2());
        body[0] = (byte) first;
        return body;
    }

    private void samples(List<DynamicTest> tests) {
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
            kept(tests, name + "a", t -> List.of(new Part("__name__", "up").sample(t, value)));
            kept(
                    tests,
                    name + "b",
                    t -> List.of(new Part("job", "j", "instance", "i", "__name__", "up").sample(t, value)));
            kept(tests, name + "c", t -> List.of(new Part("job", "test\njob\n", "__name__", "up").sample(t, value)));
            kept(
                    tests,
                    name + "d",
                    t -> List.of(new Part("job.name", "j", "__name__", "resource.cpu.usage", "instance.name", "i")
                            .sample(t, value)));
            kept(
                    tests,
                    name + "e",
                    t -> List.of(new Part("job name", "j", "__name__", "resource cpu usage").sample(t, value)));
            refused(
                    tests,
                    name + "f",
                    "0/0/0",
                    t -> List.of(),
                    t -> List.of(new Part("job", "j", "instance", "i").sample(t, value)));
            refused(tests, name + "g", "0/0/0", t -> List.of(), t -> List.of(new Part().sample(t, value)));
        }
        kept(
                tests,
                "5 counter with created timestamp",
                t -> List.of(new Part("job", "api", "__name__", "http_requests_total")
                        .created(t - HOUR)
                        .sample(t, 100)));
        for (double value : values) {
            kept(tests, "6 multiple metrics " + value, t -> ups(t, value, 4));
            refused(
                    tests,
                    "6 multiple metrics, all nameless " + value,
                    "0/0/0",
                    t -> List.of(),
                    t -> List.of(
                            new Part("instance", "1").sample(t, value),
                            new Part("instance", "2").sample(t, value),
                            new Part("instance", "3").sample(t, value),
                            new Part("instance", "4").sample(t, value)));
            refused(
                    tests,
                    "6 multiple metrics, one nameless " + value,
                    "3/0/0",
                    t -> ups(t, value, 3),
                    t -> List.of(new Part("instance", "4").sample(t, value)));
        }
    }

    private static List<Part> ups(long t, double value, int count) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(new Part("instance", "i" + i, "__name__", "up").sample(t, value));
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

    private void histograms(List<DynamicTest> tests) {
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
                tests,
                "9 histogram " + kind,
                t -> List.of(new Part("__name__", "test_histogram", "job", "j").histogram(t, histogram))));
        refused(
                tests,
                "9 histogram bad count",
                "0/0/0",
                t -> List.of(),
                t -> List.of(new Part("__name__", "test_histogram").histogram(t, BAD_COUNT)));
        kept(
                tests,
                "10 histogram with created timestamp",
                t -> List.of(new Part("__name__", "created_histogram")
                        .created(t - 30 * MINUTE)
                        .histogram(t, BASIC)));
        kept(
                tests,
                "11 multiple histograms",
                t -> List.of(
                        new Part("job", "j", "__name__", "hist1").histogram(t, POSITIVE_AND_ZERO),
                        new Part("job", "j", "__name__", "hist2").histogram(t, NEGATIVE)));
        kept(tests, "12 empty histogram", t -> List.of(new Part("__name__", "empty").histogram(t, EMPTY)));
        kept(
                tests,
                "13 histogram with metadata",
                t -> List.of(new Part("__name__", "hist_md")
                        .histogram(t, BASIC)
                        .metadata(HISTOGRAM, "A histogram", "seconds")));
        kept(
                tests,
                "14 histogram with exemplar",
                t -> List.of(new Part("__name__", "hist_ex")
                        .histogram(t, BASIC)
                        .exemplar(t, 1.5, "trace_id", "abc", "span_id", "def")));
        kept(
                tests,
                "15 histogram with metadata and exemplar",
                t -> List.of(new Part("__name__", "hist_md_ex")
                        .histogram(t, BASIC)
                        .exemplar(t, 1048576, "trace_id", "abc")
                        .metadata(HISTOGRAM, "Bytes", "bytes")));
        kept(
                tests,
                "16 multiple histograms with metadata",
                t -> List.of(
                        new Part("__name__", "hist_md_1").histogram(t, BASIC).metadata(HISTOGRAM, "One", "seconds"),
                        new Part("__name__", "hist_md_2").histogram(t, ZERO).metadata(HISTOGRAM, "Two", "bytes")));
    }

    private void metadata(List<DynamicTest> tests) {
        metadataCase(tests, "counter", COUNTER, "Requests", "requests");
        metadataCase(tests, "gauge", GAUGE, "Temperature", "celsius");
        metadataCase(tests, "no help or unit", COUNTER, "", "");
        metadataCase(tests, "special characters", COUNTER, "Help with\nnewline and \"quotes\"", "bytes/sec");
        metadataCase(tests, "unspecified", 0, "", "");
        metadataCase(tests, "unspecified with help", 0, "What is this", "");
        metadataCase(tests, "info", 6, "Version", "");
        metadataCase(tests, "state set", 7, "State", "");
        metadataCase(tests, "summary", 5, "Latency", "seconds");
        metadataCase(tests, "gauge histogram", 4, "Sizes", "bytes");
        kept(
                tests,
                "17 metadata histogram",
                t -> List.of(
                        new Part("__name__", "md_histogram").histogram(t, BASIC).metadata(HISTOGRAM, "H", "seconds")));
        kept(
                tests,
                "18 counter metadata with created timestamp",
                t -> List.of(new Part("__name__", "md_created_total")
                        .created(t - HOUR)
                        .sample(t, 150)
                        .metadata(COUNTER, "Created", "")));
        kept(
                tests,
                "19 metadata with samples",
                t -> List.of(new Part("__name__", "md_sample").sample(t, 42).metadata(GAUGE, "Answer", "")));
        kept(
                tests,
                "20 multiple metadata",
                t -> List.of(
                        new Part("__name__", "cpu").sample(t, 1).metadata(COUNTER, "CPU", "seconds"),
                        new Part("__name__", "memory").sample(t, 2).metadata(GAUGE, "Memory", "bytes"),
                        new Part("__name__", "disk").sample(t, 3).metadata(GAUGE, "Disk", "bytes")));
        kept(
                tests,
                "21 metadata with complex labels",
                t -> List.of(new Part(
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
                tests,
                "22 metadata without a name",
                "0/0/0",
                t -> List.of(),
                t -> List.of(new Part("job", "j").sample(t, 1).metadata(COUNTER, "Nameless", "")));
        refused(
                tests,
                "22 metadata with an empty name",
                "0/0/0",
                t -> List.of(),
                t -> List.of(new Part("__name__", "", "job", "j").sample(t, 1).metadata(COUNTER, "Nameless", "")));
        kept(
                tests,
                "22 metadata valid",
                t -> List.of(new Part("__name__", "md_valid").sample(t, 1).metadata(COUNTER, "Valid", "")));
    }

    private void metadataCase(List<DynamicTest> tests, String what, int type, String help, String unit) {
        String metric = "md_" + what.replace(' ', '_');
        kept(
                tests,
                "17 metadata " + what,
                t -> List.of(new Part("__name__", metric).sample(t, 1).metadata(type, help, unit)));
    }

    private void exemplars(List<DynamicTest> tests) {
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
                    tests,
                    "23 exemplar " + String.join(" ", pairs),
                    t -> List.of(new Part("__name__", "ex").sample(t, 1).exemplar(t, 1, pairs)));
        }
        kept(
                tests,
                "24 exemplar with created timestamp",
                t -> List.of(new Part("__name__", "ex_created")
                        .created(t - 2 * HOUR)
                        .sample(t, 250)
                        .exemplar(t, 250, "trace_id", "a")));
        kept(
                tests,
                "25 multiple exemplars",
                t -> List.of(
                        new Part("__name__", "ex1").sample(t, 1).exemplar(t, 1, "trace_id", "1"),
                        new Part("__name__", "ex2").sample(t, 2).exemplar(t, 2, "trace_id", "2"),
                        new Part("__name__", "ex3").sample(t, 3).exemplar(t, 3, "trace_id", "3")));
        kept(
                tests,
                "26 exemplar timestamps, one series three times",
                t -> Stream.of(t - HOUR, t - MINUTE, t)
                        .map(at -> new Part("__name__", "latency_hist")
                                .sample(at, 0.5)
                                .exemplar(at, 0.5, "trace_id", "t" + at))
                        .toList());
        refused(
                tests,
                "27 exemplar without a name",
                "0/0/0",
                t -> List.of(),
                t -> List.of(new Part("job", "j").sample(t, 1).exemplar(t, 1, "trace_id", "a")));
        refused(
                tests,
                "27 exemplar with an empty name",
                "0/0/0",
                t -> List.of(),
                t -> List.of(new Part("__name__", "").sample(t, 1).exemplar(t, 1, "trace_id", "a")));
        kept(
                tests,
                "27 exemplar valid",
                t -> List.of(new Part("__name__", "ex_valid").sample(t, 1).exemplar(t, 1, "trace_id", "a")));
        for (double value : new double[] {
            0, -123.456, 1e10, 1e-10, 9.221120237041091e18, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
        }) {
            kept(
                    tests,
                    "28 exemplar value " + value,
                    t -> List.of(
                            new Part("__name__", "ex_value").sample(t, value).exemplar(t, value, "trace_id", "a")));
        }
    }

    private void combinations(List<DynamicTest> tests) {
        kept(
                tests,
                "29 samples with metadata and exemplars",
                t -> List.of(new Part("method", "GET", "job", "api", "__name__", "http_requests_total")
                        .sample(t, 1000)
                        .exemplar(t, 1, "trace_id", "a")
                        .metadata(COUNTER, "Requests", "requests")));
        kept(
                tests,
                "30 histograms with metadata and exemplars",
                t -> List.of(new Part("service", "auth", "__name__", "request_duration_seconds")
                        .histogram(t, BASIC)
                        .exemplar(t, 1, "trace_id", "a")
                        .metadata(HISTOGRAM, "Duration", "seconds")));
        kept(
                tests,
                "31 complex samples",
                t -> List.of(
                        new Part("__name__", "cpu_usage")
                                .sample(t, 75)
                                .exemplar(t, 75, "core", "0")
                                .metadata(GAUGE, "CPU", "percent"),
                        new Part("__name__", "memory_usage").sample(t, 4e9).metadata(GAUGE, "Memory", "bytes")));
        kept(
                tests,
                "32 complex histograms",
                t -> List.of(
                        new Part("__name__", "h_one")
                                .histogram(t, BASIC)
                                .exemplar(t, 1, "trace_id", "a")
                                .metadata(HISTOGRAM, "One", "s"),
                        new Part("__name__", "h_two")
                                .histogram(t, POSITIVE_AND_ZERO)
                                .metadata(HISTOGRAM, "Two", "s")));
        kept(
                tests,
                "33 multiple metric families, samples",
                t -> List.of(
                        new Part("__name__", "family_total")
                                .sample(t, 5)
                                .exemplar(t, 5, "trace_id", "a")
                                .metadata(COUNTER, "Counter", ""),
                        new Part("__name__", "family_gauge").sample(t, 6).metadata(GAUGE, "Gauge", "")));
        kept(
                tests,
                "34 multiple metric families, histograms",
                t -> List.of(new Part("__name__", "family_hist")
                        .histogram(t, BASIC)
                        .exemplar(t, 1, "trace_id", "a")
                        .metadata(HISTOGRAM, "Hist", "seconds")));
        kept(
                tests,
                "35 metadata without data",
                t -> List.of(new Part("__name__", "md_only").metadata(COUNTER, "Only metadata", "")));
        kept(
                tests,
                "35 exemplars without data",
                t -> List.of(new Part("__name__", "ex_only").exemplar(t, 1, "trace_id", "a")));
        kept(
                tests,
                "35 mixed timestamps",
                t -> List.of(
                        new Part("__name__", "old_metric")
                                .sample(t - HOUR, 1)
                                .exemplar(t - 30 * MINUTE, 1, "trace_id", "a"),
                        new Part("__name__", "new_metric").sample(t, 2)));
        kept(tests, "36 many samples", t -> many(t, part -> part.sample(t, 1)));
        kept(tests, "37 many histograms", t -> many(t, part -> part.histogram(t, BASIC)));
        kept(
                tests,
                "38 special characters",
                t -> List.of(
                        new Part("job", "test-job_with.special@chars", "environment", "prod-🚀", "__name__", "special")
                                .sample(t, 1)
                                .exemplar(t, 1, "trace_id", "ünïcödé")
                                .metadata(GAUGE, "Häuser\n\"quoted\"", "special/units")));
        kept(
                tests,
                "39 custom buckets with exemplar",
                t -> List.of(new Part("__name__", "nhcb").histogram(t, CUSTOM).exemplar(t, 0.7, "trace_id", "a")));
    }

    private static List<Part> many(long t, Consumer<Part> data) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Part part = new Part("index", "" + i, "__name__", "many");
            data.accept(part);
            parts.add(part.exemplar(t, i, "trace_id", "t" + i).metadata(COUNTER, "Many", ""));
        }
        return parts;
    }

    private void beyondTheSuite(List<DynamicTest> tests) {
        kept(tests, "float histogram", t -> List.of(new Part("__name__", "float_h").histogram(t, FLOAT)));
        kept(tests, "custom float histogram", t -> List.of(new Part("__name__", "c_f").histogram(t, CUSTOM_FLOAT)));
        kept(
                tests,
                "samples and histograms in one series",
                t -> List.of(new Part("__name__", "mixed")
                        .sample(t, 1)
                        .histogram(t + 1, BASIC)
                        .histogram(t + 2, FLOAT)));
        refused(
                tests,
                "duplicate labels",
                "1/0/0",
                t -> List.of(new Part("__name__", "beside").sample(t, 1)),
                t -> List.of(new Part("__name__", "dup", "a", "1", "a", "2").sample(t, 1)));
        refused(
                tests,
                "one histogram in between is bad",
                "2/1/1",
                t -> List.of(
                        new Part("__name__", "fine_1").sample(t, 1).exemplar(t, 1, "trace_id", "a"),
                        new Part("__name__", "fine_2").histogram(t, BASIC),
                        new Part("__name__", "fine_3").sample(t, 1)),
                t -> List.of(new Part("__name__", "bad").histogram(t, BAD_COUNT)));
        refused(
                tests,
                "too far in the future",
                "1/0/0",
                t -> List.of(new Part("__name__", "beside").sample(t, 1)),
                t -> List.of(new Part("__name__", "future").sample(System.currentTimeMillis() + 11 * MINUTE, 1)));
        tests.add(dynamicTest("an empty request", () -> {
            HttpResponse<String> response = Sender.to(gateway).send2(RemoteWriteRequest.of());
            assertThat(response.statusCode()).isEqualTo(204);
            assertThat(Sender.written(response)).isEqualTo("0/0/0");
        }));
        tests.add(dynamicTest("a 1.0 body under the content type of 2.0", () -> {
            byte[] body = RemoteWriteRequest.of(WriteSeries.of("__name__", "up").sample(clock, 1))
                    .version1();
            HttpResponse<String> response = Sender.to(gateway).v2().send(RemoteWriteRequest.snappy(body));
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(Sender.written(response)).isEqualTo("0/0/0");
        }));
    }

    private void kept(List<DynamicTest> tests, String name, Case one) {
        for (String variant : List.of("", " again, later")) {
            tests.add(dynamicTest(name + variant, () -> {
                List<Part> parts = one.apply(clock += 10);
                HttpResponse<String> response = send(parts);
                assertThat(response.body()).isEmpty();
                assertThat(response.statusCode()).isEqualTo(204);
                assertThat(Sender.written(response)).isEqualTo(counts(parts));
                expect(parts);
            }));
        }
    }

    private void refused(List<DynamicTest> tests, String name, String written, Case good, Case bad) {
        tests.add(dynamicTest(name, () -> {
            long at = clock += 10;
            List<Part> keptParts = good.apply(at);
            List<Part> all = new ArrayList<>(keptParts);
            all.addAll(all.size() / 2, bad.apply(at));
            HttpResponse<String> response = send(all);
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body())
                    .startsWith(total(all) - total(keptParts) + " of " + total(all) + " samples")
                    .contains("millrace-");
            assertThat(Sender.written(response)).isEqualTo(written).isEqualTo(counts(keptParts));
            expect(keptParts);
        }));
    }

    private static long total(List<Part> parts) {
        return parts.stream()
                .mapToLong(part -> part.samples.size() + part.histograms.size())
                .sum();
    }

    private static HttpResponse<String> send(List<Part> parts) throws Exception {
        return Sender.to(gateway)
                .chunked()
                .send2(RemoteWriteRequest.of(
                        parts.stream().map(part -> part.series).toList()));
    }

    private static String counts(List<Part> parts) {
        return parts.stream().mapToInt(part -> part.samples.size()).sum() + "/"
                + parts.stream().mapToInt(part -> part.histograms.size()).sum() + "/"
                + parts.stream().mapToInt(part -> part.exemplars.size()).sum();
    }

    private void expect(List<Part> parts) {
        expected.addAll(parts);
        parts.stream().filter(part -> part.metadata != null).forEach(part -> expectedMetadata.add(part.metadata));
    }

    private void readBack() {
        Content content = gateway.received(RunningGateway.SHOP);
        for (Part part : expected) {
            RunningGateway.Stored stored = content.of(part.labels);
            assertThat(stored.samples()).as(Labels.of(part.labels).toString()).containsAll(part.samples);
            assertThat(stored.histograms()).containsAll(part.histograms);
            assertThat(stored.exemplars()).containsAll(part.exemplars);
        }
        assertThat(content.metadata()).containsAll(expectedMetadata);
        assertThat(content.samples())
                .isEqualTo(
                        expected.stream().mapToInt(part -> part.samples.size()).sum());
        assertThat(content.series().values().stream()
                        .mapToInt(stored -> stored.histograms().size())
                        .sum())
                .isEqualTo(expected.stream()
                        .mapToInt(part -> part.histograms.size())
                        .sum());
        assertThat(content.series().values().stream()
                        .mapToInt(stored -> stored.exemplars().size())
                        .sum())
                .isEqualTo(expected.stream()
                        .mapToInt(part -> part.exemplars.size())
                        .sum());
    }
}
