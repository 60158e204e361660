package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.millrace.gateway.RunningGateway.Content;
import io.millrace.gateway.RunningGateway.Exemplar;
import io.millrace.gateway.RunningGateway.HistogramSample;
import io.millrace.gateway.RunningGateway.Metadata;
import io.millrace.gateway.RunningGateway.Sample;
import io.millrace.testkit.TestKafka;
import io.millrace.testkit.compliance.ComplianceCase;
import io.millrace.testkit.compliance.ComplianceCases;
import io.millrace.testkit.compliance.ComplianceSeries;
import io.millrace.testkit.remotewrite.ProtobufWriter;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteSeries;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private static final long MINUTE = 60_000;

    private static RunningGateway gateway;
    private static long clock;

    private final List<ComplianceSeries> expected = new ArrayList<>();
    private int goodReferences;

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

    @TestFactory
    Stream<DynamicTest> cases() {
        List<DynamicTest> tests = new ArrayList<>();
        negotiation(tests);
        for (ComplianceCase one : ComplianceCases.all()) {
            tests.add(dynamicTest(one.name(), () -> replay(one)));
            tests.add(dynamicTest(one.name() + " again, later", () -> replay(one)));
        }
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
            HttpResponse<String> response = Sender.to(gateway)
                    .chunked()
                    .send1(RemoteWriteRequest.of(
                            WriteSeries.of("job", "a", "__name__", "rw1").sample(clock, 1),
                            WriteSeries.of("job", "b", "__name__", "rw1", "a", "b")
                                    .sample(clock, 2)));
            assertThat(response.statusCode()).isEqualTo(204);
            assertThat(Sender.written(response)).isEqualTo("-/-/-");
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

    private void beyondTheSuite(List<DynamicTest> tests) {
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
        badReference(tests, "an odd number of references", new int[] {1, 2, 3}, 0, 0);
        badReference(tests, "a value reference outside of the symbols table", new int[] {1, 2, 3, 999}, 0, 0);
        badReference(tests, "a name reference outside of the symbols table", new int[] {1, 2, 4, 3}, 0, 0);
        badReference(tests, "a help reference outside of the symbols table", new int[] {1, 2}, 999, 0);
        badReference(tests, "a unit reference outside of the symbols table", new int[] {1, 2}, 0, 999);
    }

    /** A series whose references are broken, beside one that is good and kept. */
    private void badReference(List<DynamicTest> tests, String name, int[] labels, long help, long unit) {
        tests.add(dynamicTest(name, () -> {
            ProtobufWriter request = new ProtobufWriter();
            for (String symbol : List.of("", "__name__", "reference", "job")) {
                request.element(4, symbol);
            }
            request.message(5, series(new int[] {1, 2}, 0, 0, clock += 10));
            request.message(5, series(labels, help, unit, clock));
            HttpResponse<String> response =
                    Sender.to(gateway).v2().send(RemoteWriteRequest.snappy(request.toByteArray()));
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body())
                    .startsWith("1 of 2 samples refused, the rest is kept: millrace-invalid-symbol-reference 1");
            assertThat(Sender.written(response)).isEqualTo("1/0/0");
            goodReferences++;
        }));
    }

    private static ProtobufWriter series(int[] labels, long help, long unit, long timestamp) {
        ProtobufWriter sample = new ProtobufWriter();
        sample.doubleField(1, 1.5);
        sample.int64(2, timestamp);
        ProtobufWriter metadata = new ProtobufWriter();
        metadata.int64(1, 1);
        metadata.int64(3, help);
        metadata.int64(4, unit);
        ProtobufWriter series = new ProtobufWriter();
        series.packedUint(1, labels);
        series.message(2, sample);
        series.message(5, metadata);
        return series;
    }

    private void replay(ComplianceCase one) throws Exception {
        ComplianceCase.Request request = one.at(clock += 10);
        HttpResponse<String> response = Sender.to(gateway).chunked().send2(request.message());
        if (request.status() == 204) {
            assertThat(response.body()).isEmpty();
        } else {
            assertThat(response.body())
                    .startsWith(request.refused() + " of " + request.sent() + " samples")
                    .contains("millrace-");
        }
        assertThat(response.statusCode()).isEqualTo(request.status());
        assertThat(Sender.written(response)).isEqualTo(request.written());
        expected.addAll(request.good());
    }

    private void readBack() {
        Content content = gateway.received(RunningGateway.SHOP);
        int samples = 2 + goodReferences; // of remote write 1.0, and those beside bad references
        int histograms = 0;
        int exemplars = 0;
        for (ComplianceSeries series : expected) {
            RunningGateway.Stored stored =
                    content.series().getOrDefault(series.labels(), RunningGateway.Stored.empty());
            assertThat(stored.samples()).as(series.labels().toString()).containsAll(samples(series));
            assertThat(stored.histograms()).containsAll(histograms(series));
            assertThat(stored.exemplars()).containsAll(exemplars(series));
            samples += series.samples().size();
            histograms += series.histograms().size();
            exemplars += series.exemplars().size();
        }
        assertThat(content.metadata()).containsAll(expectedMetadata());
        assertThat(content.samples()).isEqualTo(samples);
        assertThat(content.of("job", "a", "__name__", "rw1").samples()).hasSize(1);
        assertThat(content.of("job", "b", "__name__", "rw1", "a", "b").samples())
                .hasSize(1);
        assertThat(content.series().values().stream()
                        .mapToInt(stored -> stored.histograms().size())
                        .sum())
                .isEqualTo(histograms);
        assertThat(content.series().values().stream()
                        .mapToInt(stored -> stored.exemplars().size())
                        .sum())
                .isEqualTo(exemplars);
    }

    private static List<Sample> samples(ComplianceSeries series) {
        return series.samples().stream()
                .map(sample -> new Sample(sample.timestamp(), sample.start(), sample.bits()))
                .toList();
    }

    private static List<HistogramSample> histograms(ComplianceSeries series) {
        return series.histograms().stream()
                .map(sample -> new HistogramSample(sample.timestamp(), sample.start(), sample.histogram()))
                .toList();
    }

    private static List<Exemplar> exemplars(ComplianceSeries series) {
        return series.exemplars().stream()
                .map(exemplar -> new Exemplar(exemplar.timestamp(), exemplar.value(), exemplar.labels()))
                .toList();
    }

    private List<Metadata> expectedMetadata() {
        return expected.stream()
                .map(ComplianceSeries::metadata)
                .filter(Objects::nonNull)
                .map(metadata -> new Metadata(metadata.type(), metadata.family(), metadata.help(), metadata.unit()))
                .toList();
    }
}
