package io.millrace.gateway;

import static io.millrace.gateway.RunningGateway.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.gateway.RunningGateway.Sample;
import io.millrace.model.Labels;
import io.millrace.model.RefusedItem;
import io.millrace.model.StaleMarker;
import io.millrace.testkit.TestKafka;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteSeries;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WriteIT {
    private static final long NOW = System.currentTimeMillis();
    private static final RemoteWriteRequest ONE =
            RemoteWriteRequest.of(WriteSeries.of("__name__", "one").sample(NOW, 1));

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = new RunningGateway(
                TestKafka.bootstrapServers(),
                Map.of(
                        "MILLRACE_GATEWAY_REQUESTS_MAX_BODY", "100KiB",
                        "MILLRACE_GATEWAY_REQUESTS_MAX_DECODED_BODY", "1MiB"));
        gateway.control.markReady();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void shouldKeepWhatItAcknowledges() throws Exception {
        RemoteWriteRequest request = RemoteWriteRequest.of(
                WriteSeries.of("job", "a", "__name__", "kept").sample(NOW, 1.5),
                WriteSeries.of("__name__", "kept", "job", "").sample(NOW - 3_600_000, StaleMarker.VALUE),
                WriteSeries.of("__name__", "kept").exemplar(NOW, 2.5, "trace_id", "ab"));
        request.metadata(1, "kept", "A \"counter\"", "bytes");

        HttpResponse<String> response = Sender.to(gateway).send1(request);

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
        assertThat(Sender.written(response)).isEqualTo("-/-/-");
        RunningGateway.Content content = gateway.received(SHOP);
        assertThat(content.of("__name__", "kept", "job", "a").samples()).containsExactly(Sample.of(NOW, 1.5));
        assertThat(content.of("__name__", "kept").samples())
                .containsExactly(new Sample(NOW - 3_600_000, 0, StaleMarker.BITS));
        assertThat(content.of("__name__", "kept").exemplars())
                .containsExactly(new RunningGateway.Exemplar(NOW, 2.5, Labels.of("trace_id", "ab")));
        assertThat(content.metadata())
                .contains(new RunningGateway.Metadata("counter", "kept", "A \"counter\"", "bytes"));
    }

    @Test
    void shouldKeepTheValidPartAndNameTheRest() throws Exception {
        List<WriteSeries> series = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            series.add(WriteSeries.of("__name__", "partial", "i", "" + i).sample(NOW, i));
        }
        series.add(WriteSeries.of("job", "nameless").sample(NOW, 1));
        series.add(WriteSeries.of("__name__", "late", "job", "x").sample(12, 1));
        series.add(WriteSeries.of("__name__", "late", "job", "y").sample(13, 1));

        HttpResponse<String> response = Sender.to(gateway).send2(RemoteWriteRequest.of(series));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(Sender.written(response)).isEqualTo("10/0/0");
        assertThat(response.body().lines().toList())
                .satisfiesExactly(
                        first -> assertThat(first)
                                .isEqualTo("3 of 13 samples refused, the rest is kept:"
                                        + " millrace-too-old 2, millrace-missing-metric-name 1"),
                        second -> assertThat(second)
                                .startsWith("millrace-too-old: 2, first late{job=\"x\"}: timestamp 12 ms")
                                .endsWith("not stored"),
                        third -> assertThat(third)
                                .startsWith("millrace-missing-metric-name: 1, first {job=\"nameless\"}: "));
        assertThat(gateway.received(SHOP).series().keySet())
                .filteredOn(labels -> labels.metricName().equals("partial"))
                .hasSize(10);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(gateway.rejections()).anySatisfy(rejection -> {
                    assertThat(rejection.reason()).isEqualTo("millrace-too-old");
                    assertThat(rejection.samples()).isEqualTo(2);
                    assertThat(rejection.metric()).isEqualTo("late");
                    assertThat(rejection.series()).isEqualTo("late{job=\"x\"}");
                    assertThat(rejection.item()).isEqualTo(RefusedItem.sample(12, Double.doubleToRawLongBits(1)));
                }));
        assertThat(gateway.counter("millrace.rejected.samples", "reason", "too-old", "tenant", "shop"))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-protobuf",
                "application/x-protobuf;proto=prometheus.WriteRequest",
                "application/x-protobuf; proto=prometheus.WriteRequest",
                "Application/X-Protobuf ;charset=utf-8 ; Proto=\"prometheus.WriteRequest\""
            })
    void shouldTakeVersion1(String contentType) throws Exception {
        assertThat(Sender.to(gateway)
                        .header("Content-Type", contentType)
                        .send1(ONE)
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void shouldTakeVersion1WithoutAnyHeaders() throws Exception {
        HttpResponse<String> response = Sender.to(gateway)
                .without("Content-Type")
                .without("Content-Encoding")
                .send(RemoteWriteRequest.snappy(ONE.version1()));

        assertThat(response.statusCode()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-protobuf;proto=io.prometheus.write.v2.Request",
                "application/x-protobuf; proto=io.prometheus.write.v2.Request",
                "application/x-protobuf;proto= io.prometheus.write.v2.Request "
            })
    void shouldTakeVersion2(String contentType) throws Exception {
        HttpResponse<String> response = Sender.to(gateway)
                .header("Content-Type", contentType)
                .chunked()
                .send(RemoteWriteRequest.snappy(ONE.version2()));

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(Sender.written(response)).isEqualTo("1/0/0");
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, snappy",
        "image/png, snappy",
        "yolo, snappy",
        "application/x-protobuf;proto=yolo, snappy",
        "application/x-protobuf, gzip",
        "application/x-protobuf, deflate",
        "application/x-protobuf, zstd",
        "application/x-protobuf, identity",
    })
    void shouldSay415BeforeLookingAtTheBody(String contentType, String encoding) throws Exception {
        HttpResponse<String> response = Sender.to(gateway)
                .header("Content-Type", contentType)
                .header("Content-Encoding", encoding)
                .send(new byte[] {'0', 1, 2, 3});

        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(response.body())
                .startsWith("millrace-unsupported-media-type: ")
                .contains("proto=io.prometheus.write.v2.Request");
    }

    static Stream<Arguments> badBodies() {
        byte[] good = RemoteWriteRequest.snappy(ONE.version1());
        byte[] corrupt = good.clone();
        corrupt[0] = '0';
        return Stream.of(
                Arguments.of("not snappy", "hello".getBytes(StandardCharsets.UTF_8), 400, "millrace-bad-snappy"),
                Arguments.of("empty", new byte[0], 400, "millrace-bad-snappy"),
                Arguments.of("corrupt", corrupt, 400, "millrace-bad-snappy"),
                Arguments.of(
                        "not protobuf",
                        RemoteWriteRequest.snappy("hello".getBytes(StandardCharsets.UTF_8)),
                        400,
                        "millrace-bad-protobuf"),
                Arguments.of("other schema", RemoteWriteRequest.snappy(ONE.version2()), 400, "millrace-bad-protobuf"),
                Arguments.of(
                        "bomb",
                        new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 0},
                        400,
                        "millrace-bad-snappy"),
                Arguments.of("large", new byte[102_401], 413, "millrace-body-too-large"),
                Arguments.of("very large", new byte[20_000_000], 413, "millrace-body-too-large"),
                Arguments.of(
                        "large after inflating",
                        RemoteWriteRequest.snappy(new byte[1_048_577]),
                        413,
                        "millrace-body-too-large"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badBodies")
    void shouldRefuseBodies(String name, byte[] body, int status, String reason) throws Exception {
        HttpResponse<String> plain = Sender.to(gateway).send(body);
        HttpResponse<String> chunked = Sender.to(gateway).chunked().send(body);

        for (HttpResponse<String> response : List.of(plain, chunked)) {
            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.body()).startsWith(reason + ": ").hasLineCount(1);
            assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
        }
    }

    @Test
    void shouldSendZeroCountsWithErrorsOfVersion2() throws Exception {
        assertThat(Sender.written(Sender.to(gateway).v2().send(new byte[] {1}))).isEqualTo("0/0/0");
        assertThat(Sender.written(Sender.to(gateway).credentials("a", "b").send2(ONE)))
                .isEqualTo("0/0/0");
        assertThat(Sender.written(Sender.to(gateway).send(new byte[] {1}))).isEqualTo("-/-/-");
    }

    @Test
    void shouldSay401() throws Exception {
        String id = gateway.key.key().id();
        for (Sender sender : List.of(
                Sender.to(gateway).without("Authorization"),
                Sender.to(gateway).header("Authorization", "Bearer abc"),
                Sender.to(gateway).header("Authorization", "Basic !!!"),
                Sender.to(gateway).credentials(id, "wrong"),
                Sender.to(gateway).credentials("MKAAAAAAAAAAAAAAAA", "wrong"),
                Sender.to(gateway, "/prometheus/No_Instance/api/v1/write").credentials("a", "b"),
                Sender.to(gateway, "/api/v1/write").credentials("a", "b"))) {
            HttpResponse<String> response = sender.send1(ONE);

            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.headers().firstValue("WWW-Authenticate"))
                    .contains("Basic realm=\"millrace\", charset=\"UTF-8\"");
            assertThat(response.body()).startsWith("millrace-unauthenticated: ").doesNotContain("wrong:");
        }
    }

    @Test
    void shouldLimitFailedAttemptsButNeverLockOutAValidKey() throws Exception {
        try (RunningGateway hammered = new RunningGateway(TestKafka.bootstrapServers(), Map.of())) {
            hammered.control.markReady();
            String id = hammered.key.key().id();
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                statuses.add(
                        Sender.to(hammered).credentials(id, "wrong").send1(ONE).statusCode());
            }
            HttpResponse<String> limited =
                    Sender.to(hammered).credentials(id, "wrong").send1(ONE);

            assertThat(statuses).startsWith(401, 401, 401).containsOnly(401, 429);
            assertThat(limited.statusCode()).isEqualTo(429);
            assertThat(limited.headers().firstValue("Retry-After")).isPresent();
            assertThat(Sender.to(hammered).send1(ONE).statusCode()).isEqualTo(204);
        }
    }

    @Test
    void shouldRefuseAKeyFromTheMomentItIsDisabled() throws Exception {
        var extra = io.millrace.runtime.control.AccessKeys.generate("writer", java.time.Instant.EPOCH, null);
        gateway.control.put(extra.key());
        assertThat(Sender.to(gateway).key(extra).send1(ONE).statusCode()).isEqualTo(204);

        gateway.disable(extra);

        assertThat(Sender.to(gateway).key(extra).send1(ONE).statusCode()).isEqualTo(401);
        assertThat(Sender.to(gateway).send1(ONE).statusCode()).isEqualTo(204);
    }

    @Test
    void shouldSay403() throws Exception {
        assertThat(Sender.to(gateway).key(gateway.readKey).send1(ONE))
                .satisfies(response -> assertThat(response.statusCode()).isEqualTo(403))
                .satisfies(response -> assertThat(response.body()).startsWith("millrace-forbidden: "));
        assertThat(Sender.to(gateway, "/prometheus/stopped/api/v1/write")
                        .send1(ONE)
                        .statusCode())
                .isEqualTo(403);
        assertThat(Sender.to(gateway, "/api/v1/write")
                        .key(gateway.readKey)
                        .send1(ONE)
                        .statusCode())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "foreign", "No_Instance"})
    void shouldSay404WithTheAddressForUnknownInstances(String instance) throws Exception {
        HttpResponse<String> response =
                Sender.to(gateway, "/prometheus/" + instance + "/api/v1/write").send1(ONE);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body())
                .startsWith("millrace-unknown-instance: your account has no instance \"" + instance + "\"")
                .contains(gateway.uri("/prometheus/").toString() + "<instance>/api/v1/write");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/prometheus/shop/api/v2/write", "/write", "/api/v1/push", "/prometheus/api/v1/write"})
    void shouldSay404WithTheAddressForWrongPaths(String path) throws Exception {
        HttpResponse<String> response = Sender.to(gateway, path).send1(ONE);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body())
                .isEqualTo("there is nothing at this path; the remote write address is " + gateway.uri("/prometheus/")
                        + "<instance>/api/v1/write\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"})
    void shouldSay405(String method) throws Exception {
        if (method.equals("TRACE")) {
            return; // the client refuses to send it
        }
        HttpResponse<String> response = Sender.to(gateway).send(method, new byte[0]);

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("POST");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/prometheus/shop/api/v1/write",
                "/prometheus/shop/api/v3/write",
                "/prometheus/shop/api/v1/write/"
            })
    void shouldKnowItsAddresses(String path) throws Exception {
        assertThat(Sender.to(gateway, path).send1(ONE).statusCode()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/write", "/api/v3/write", "/api/prom_write"})
    void shouldFindTheInstanceWithoutAPath(String path) throws Exception {
        RemoteWriteRequest other = RemoteWriteRequest.of(
                WriteSeries.of("__name__", "to_other", "path", path).sample(NOW, 1));

        assertThat(Sender.to(gateway, path).key(gateway.onlyShopKey).send1(ONE).statusCode())
                .as("the only instance of the key")
                .isEqualTo(204);
        assertThat(Sender.to(gateway, path).send1(ONE))
                .as("several instances")
                .satisfies(response -> assertThat(response.statusCode()).isEqualTo(404))
                .satisfies(response -> assertThat(response.body()).contains("X-Millrace-Instance"));
        assertThat(Sender.to(gateway, path)
                        .header("X-Millrace-Instance", "other-shop")
                        .send1(other)
                        .statusCode())
                .isEqualTo(204);
        assertThat(gateway.received(RunningGateway.OTHER_SHOP)
                        .of("__name__", "to_other", "path", path)
                        .samples())
                .hasSize(1);
    }

    @Test
    void shouldCountRequestsAndSamples() throws Exception {
        double before = gateway.counter("millrace.gateway.received.samples", "tenant", "shop");
        double requests = gateway.counter("millrace.gateway.requests", "protocol", "2.0", "status", "204");

        Sender.to(gateway).send2(ONE);

        assertThat(gateway.counter("millrace.gateway.received.samples", "tenant", "shop"))
                .isEqualTo(before + 1);
        assertThat(gateway.counter("millrace.gateway.requests", "protocol", "2.0", "status", "204"))
                .isEqualTo(requests + 1);
        Awaitility.await()
                .untilAsserted(() -> assertThat(gateway.registry
                                .get("millrace.gateway.in.flight.bytes")
                                .gauge()
                                .value())
                        .isZero());
        assertThat(gateway.registry.scrape()).contains("millrace_gateway_requests_total{");
    }

    @Test
    void shouldSplitARequestThatIsTooLargeForARecord() throws Exception {
        try (RunningGateway large = new RunningGateway(TestKafka.bootstrapServers(), Map.of())) {
            large.control.markReady();
            List<WriteSeries> series = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                series.add(WriteSeries.of("__name__", "large", "i", i + "x".repeat(200))
                        .sample(NOW, i));
            }

            HttpResponse<String> response = Sender.to(large).send1(RemoteWriteRequest.of(series));

            assertThat(response.statusCode()).isEqualTo(204);
            assertThat(large.records(large.topics().received()))
                    .hasSizeGreaterThan(3)
                    .allSatisfy(
                            record -> assertThat(record.serializedValueSize()).isLessThan(1_000_000));
            assertThat(large.received(SHOP).samples()).isEqualTo(20_000);
        }
    }

    @Test
    void shouldSay503WhileTheControlTablesAreNotRead() throws Exception {
        try (RunningGateway early = new RunningGateway(TestKafka.bootstrapServers(), Map.of())) {
            HttpResponse<String> response = Sender.to(early).send2(ONE);

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After"))
                    .hasValueSatisfying(
                            seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 2));
            assertThat(Sender.written(response)).isEqualTo("0/0/0");

            early.control.markReady();

            assertThat(Sender.to(early).send2(ONE).statusCode()).isEqualTo(204);
        }
    }
}
