package io.millrace.wire.remotewrite;

import static io.millrace.wire.remotewrite.MessageType.REQUEST_V2;
import static io.millrace.wire.remotewrite.MessageType.WRITE_REQUEST_V1;
import static io.millrace.wire.remotewrite.Received.NOW;
import static io.millrace.wire.remotewrite.TestRequest.basicHistogram;
import static io.millrace.wire.remotewrite.TestRequest.exemplar;
import static io.millrace.wire.remotewrite.TestRequest.histogram;
import static io.millrace.wire.remotewrite.TestRequest.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Labels;
import io.millrace.model.RefusedItem;
import io.millrace.model.RejectReason;
import io.millrace.model.SeriesId;
import io.millrace.model.StaleMarker;
import io.millrace.model.TenantLimits;
import io.millrace.wire.MalformedException;
import io.millrace.wire.labels.CanonicalLabels;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteWriteDecoderTest {
    private static final long BASIC = 0x7ff8000000000001L;

    @ParameterizedTest
    @EnumSource
    void shouldCarrySamples(MessageType type) {
        Received received =
                decode(type, sample(1.5, NOW, "__name__", "up", "job", "a"), sample(-0.0, NOW - 5, "__name__", "up"));

        assertThat(received.items("__name__", "up", "job", "a")).containsExactly(Received.Sample.of(1.5, NOW));
        assertThat(received.items("__name__", "up")).containsExactly(Received.Sample.of(-0.0, NOW - 5));
        assertThat(received.counts()).isEqualTo("2/0/0/0");
        assertThat(received.refusals()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {StaleMarker.BITS, BASIC, 0x7ff8000000000000L, 0xfff8dead00000001L, 0x7ff0000000000000L, 1L})
    void shouldCarryValuesBitForBit(long bits) {
        Received received = decode(REQUEST_V2, sample(Double.longBitsToDouble(bits), NOW, "__name__", "up"));

        assertThat(received.items("__name__", "up")).containsExactly(new Received.Sample(NOW, 0, bits));
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseSeriesThatMayNotBeKeptAndKeepTheRest(MessageType type) {
        SeriesId fresh = CanonicalLabels.id(Labels.of("__name__", "up", "job", "new"));
        TestRequest request = TestRequest.of(
                sample(1, NOW, "__name__", "up", "job", "old"), sample(2, NOW, "job", "new", "__name__", "up"));

        Received received = Received.decode(
                type,
                request.encode(type),
                (partition, idHigh, idLow, labels, length) -> idHigh == fresh.high() && idLow == fresh.low()
                        ? new NotAdmitted(
                                RejectReason.MAX_SERIES_PER_METRIC,
                                CanonicalLabels.metricName(labels, 0, length) + " is full")
                        : null);

        assertThat(received.series.keySet()).containsExactly(Labels.of("__name__", "up", "job", "old"));
        assertThat(received.counts()).isEqualTo("1/0/0/0");
        assertThat(received.refusals()).containsExactly("max-series-per-metric 1/0/0/0");
        assertThat(received.summary.refusals().list()).singleElement().satisfies(refusal -> {
            assertThat(refusal.example()).isEqualTo("up{job=\"new\"}");
            assertThat(refusal.detail()).isEqualTo("up is full");
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldSortLabelsAndDropEmptyValues(MessageType type) {
        Received received =
                decode(type, sample(1, NOW, "zone", "z", "job", "", "a", "1", "__name__", "up", "Z", "2", "ä", "ü"));

        assertThat(received.series.keySet())
                .containsExactly(Labels.of("Z", "2", "__name__", "up", "a", "1", "zone", "z", "ä", "ü"));
    }

    @ParameterizedTest
    @EnumSource
    void shouldSortNamesThatShareEightBytes(MessageType type) {
        Received received = decode(
                type,
                sample(
                        1,
                        NOW,
                        "label_name_b",
                        "1",
                        "label_name_a",
                        "2",
                        "label_na",
                        "3",
                        "label_n",
                        "4",
                        "__name__",
                        "m"));

        assertThat(received.series.keySet())
                .containsExactly(Labels.of(
                        "__name__", "m", "label_n", "4", "label_na", "3", "label_name_a", "2", "label_name_b", "1"));
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseOnlyTheSeriesThatIsWrong(MessageType type) {
        Received received = decode(
                type,
                sample(1, NOW, "__name__", "good"),
                sample(2, NOW, "job", "nameless"),
                sample(3, NOW, "__name__", "", "job", "nameless"),
                sample(4, NOW, "__name__", "twice", "a", "1", "a", "2"),
                sample(5, NOW, "__name__", "empty_name", "", "1"),
                sample(6, NOW, "__name__", "also_good"));

        assertThat(received.counts()).isEqualTo("2/0/0/0");
        assertThat(received.refusals())
                .containsExactly("missing-metric-name 2/0/0/0", "invalid-label 1/0/0/0", "duplicate-label 1/0/0/0");
        Refusals.Refusal first = received.summary.refusals().list().get(0);
        assertThat(first.example()).isEqualTo("{job=\"nameless\"}");
        assertThat(received.summary.refusals().list().get(2).detail()).contains("\"a\" appears twice");
        assertThat(received.refusedItems())
                .containsExactly(
                        RefusedItem.sample(NOW, Double.doubleToRawLongBits(2)),
                        RefusedItem.sample(NOW, Double.doubleToRawLongBits(5)),
                        RefusedItem.sample(NOW, Double.doubleToRawLongBits(4)));
    }

    @Test
    void shouldRefuseTextThatIsNotUtf8() {
        byte[] message =
                TestRequest.of(sample(1, NOW, "__name__", "up", "job", "abc")).v1();
        replace(message, "abc", new byte[] {'a', (byte) 0xc0, 'c'});

        Received received = Received.decode(WRITE_REQUEST_V1, message);

        assertThat(received.refusals()).containsExactly("invalid-label 1/0/0/0");
        assertThat(received.summary.refusals().list().get(0).detail()).isEqualTo("label \"job\" is not UTF-8");
    }

    @ParameterizedTest
    @EnumSource
    void shouldHoldTheTenantsLimits(MessageType type) {
        TenantLimits limits = new TenantLimits(3, 10, 20, 40, Duration.ofMinutes(10), Duration.ofHours(1), 1, 1);
        TestRequest request = TestRequest.of(
                sample(1, NOW, "__name__", "ok", "a", "1", "b", "2"),
                sample(1, NOW, "__name__", "many", "a", "1", "b", "2", "c", "3"),
                sample(1, NOW, "__name__", "empty_ones_do_not", "a", "1", "b", "2", "c", ""),
                sample(1, NOW, "__name__", "long_name", "a_label_name", "1"),
                sample(1, NOW, "__name__", "long_value", "a", "a label value that is long"),
                sample(1, NOW, "__name__", "all_together_1234567", "a", "12345678901234567890"),
                sample(1, NOW - 3_600_001, "__name__", "old"),
                sample(1, NOW - 3_600_000, "__name__", "just_not_old"),
                sample(1, NOW + 600_000, "__name__", "just_not_future"),
                sample(1, NOW + 600_001, "__name__", "future"),
                sample(1, Long.MAX_VALUE, "__name__", "far_future"),
                sample(1, Long.MIN_VALUE, "__name__", "far_past"));

        Received received = Received.decode(type, request.encode(type), limits);

        assertThat(received.counts()).isEqualTo("4/0/0/0");
        assertThat(received.refusals())
                .containsExactly(
                        "too-many-labels 1/0/0/0",
                        "label-name-too-long 1/0/0/0",
                        "label-value-too-long 1/0/0/0",
                        "labels-too-large 1/0/0/0",
                        "too-far-in-future 2/0/0/0",
                        "too-old 2/0/0/0");
        assertThat(received.summary.refusals().list().get(0).detail()).isEqualTo("4 labels, limit 3");
        assertThat(received.summary.refusals().list().get(2).detail())
                .isEqualTo("the value of label \"a\" has 26 bytes, limit 20");
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellTheLabelsOfAGoodSeriesWhoseSampleIsRefused(MessageType type) {
        String value = "v".repeat(150);

        Received received = decode(type, sample(1, 0, "__name__", "up", "job", value, "zone", "ä"));

        assertThat(received.summary.refusals().list())
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.example()).isEqualTo("up{job=\"" + value + "\", zone=\"ä\"}"));
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepGoodSamplesOfASeriesWithABadOne(MessageType type) {
        TestRequest.Series series = new TestRequest.Series(
                List.of("__name__", "up"),
                List.of(
                        new TestRequest.Sample(1, NOW - 1, 0),
                        new TestRequest.Sample(2, 0, 0),
                        new TestRequest.Sample(3, NOW, 0)),
                List.of(),
                List.of(),
                null,
                0);

        Received received = decode(type, series);

        assertThat(received.items("__name__", "up"))
                .containsExactly(Received.Sample.of(1, NOW - 1), Received.Sample.of(3, NOW));
        assertThat(received.refusals()).containsExactly("too-old 1/0/0/0");
        assertThat(received.refusedItems()).containsExactly(RefusedItem.sample(0, Double.doubleToRawLongBits(2)));
    }

    @ParameterizedTest
    @EnumSource
    void shouldCarryExemplarsAlsoWithoutSamples(MessageType type) {
        TestRequest.Exemplar traced =
                new TestRequest.Exemplar(List.of("trace_id", "é1", "span", "", "a", "b"), 7, NOW - 9);
        TestRequest.Exemplar bare = new TestRequest.Exemplar(List.of(), 8, NOW);
        TestRequest.Exemplar old = new TestRequest.Exemplar(List.of(), 8, 0);
        TestRequest.Exemplar twice = new TestRequest.Exemplar(List.of("a", "1", "a", "2"), 8, NOW);

        Received received = decode(
                type,
                exemplar(traced, "__name__", "m"),
                exemplar(bare, "__name__", "m"),
                exemplar(old, "__name__", "m"),
                exemplar(twice, "__name__", "m"));

        assertThat(received.items("__name__", "m"))
                .containsExactly(
                        new Received.Exemplar(
                                NOW - 9, Double.doubleToRawLongBits(7), Labels.of("trace_id", "é1", "a", "b")),
                        new Received.Exemplar(NOW, Double.doubleToRawLongBits(8), Labels.EMPTY));
        assertThat(received.refusals()).containsExactly("duplicate-label 0/0/1/0", "too-old 0/0/1/0");
        long eight = Double.doubleToRawLongBits(8);
        assertThat(received.refusedItems())
                .containsExactly(RefusedItem.exemplar(NOW, eight), RefusedItem.exemplar(0, eight));
    }

    @Test
    void shouldCarryMetadataFamiliesOf10() {
        byte[] message = new TestRequest()
                .family(1, "http_requests_total", "Requests.\n\"All\" of them", "")
                .family(4, "latency", "", "seconds")
                .family(1, "", "nameless", "")
                .v1();

        Received received = Received.decode(WRITE_REQUEST_V1, message);

        assertThat(received.metadata)
                .containsExactlyInAnyOrder(
                        new Received.Metadata("counter", "http_requests_total", "Requests.\n\"All\" of them", ""),
                        new Received.Metadata("gaugehistogram", "latency", "", "seconds"));
        assertThat(received.refusals()).containsExactly("missing-metric-name 0/0/0/1");
    }

    @Test
    void shouldSayEachMetadataOf20OnceAndByFamily() {
        TestRequest.Metadata metadata = new TestRequest.Metadata(3, "How long", "seconds");
        TestRequest request = new TestRequest();
        for (String suffix : List.of("_bucket", "_bucket", "_sum", "_count")) {
            request.series.add(withMetadata(metadata, "__name__", "latency" + suffix));
        }
        request.series.add(withMetadata(new TestRequest.Metadata(0, "", ""), "__name__", "nothing_known"));
        request.series.add(withMetadata(new TestRequest.Metadata(1, "", ""), "__name__", "a_count"));

        Received received = Received.decode(REQUEST_V2, request.v2());

        assertThat(received.metadata)
                .containsExactlyInAnyOrder(
                        new Received.Metadata("histogram", "latency", "How long", "seconds"),
                        new Received.Metadata("counter", "a_count", "", ""));
        assertThat(received.counts()).isEqualTo("6/0/0/5");
    }

    private static TestRequest.Series withMetadata(TestRequest.Metadata metadata, String... labels) {
        return new TestRequest.Series(
                List.of(labels), List.of(new TestRequest.Sample(1, NOW, 0)), List.of(), List.of(), metadata, 0);
    }

    @Test
    void shouldCarryStartTimestamps() {
        TestRequest.Series own = new TestRequest.Series(
                List.of("__name__", "own"),
                List.of(new TestRequest.Sample(1, NOW, NOW - 50)),
                List.of(),
                List.of(),
                null,
                7);
        TestRequest.Series created = new TestRequest.Series(
                List.of("__name__", "created"),
                List.of(new TestRequest.Sample(1, NOW, 0)),
                List.of(basicHistogram(NOW)),
                List.of(),
                null,
                NOW - 60);

        Received received = decode(REQUEST_V2, own, created);

        assertThat(received.items("__name__", "own"))
                .containsExactly(new Received.Sample(NOW, NOW - 50, Double.doubleToRawLongBits(1)));
        assertThat(received.items("__name__", "created"))
                .first()
                .isEqualTo(new Received.Sample(NOW, NOW - 60, Double.doubleToRawLongBits(1)));
        assertThat(((Received.Histogram) received.items("__name__", "created").get(1)).start())
                .isEqualTo(NOW - 60);
    }

    @Test
    void shouldRefuseSeriesWithBadReferencesAndKeepTheRest() {
        byte[] good = TestRequest.write(out -> {
            out.writeByteArray(1, new byte[] {1, 2});
            out.writeByteArray(2, sampleMessage());
        });
        byte[] odd = TestRequest.write(out -> {
            out.writeByteArray(1, new byte[] {1, 2, 1});
            out.writeByteArray(2, sampleMessage());
            out.writeByteArray(4, new byte[0]);
        });
        byte[] outside = TestRequest.write(out -> {
            out.writeByteArray(1, new byte[] {1, 2, 3, 100});
            out.writeByteArray(2, sampleMessage());
        });
        byte[] badMetadata = TestRequest.write(out -> {
            out.writeByteArray(1, new byte[] {1, 2});
            out.writeByteArray(2, sampleMessage());
            out.writeByteArray(5, TestRequest.write(inner -> inner.writeUInt32(4, 99)));
        });
        byte[] badExemplar = TestRequest.write(out -> {
            out.writeByteArray(1, new byte[] {1, 2});
            out.writeByteArray(4, TestRequest.write(inner -> {
                inner.writeByteArray(1, new byte[] {1, 77});
                inner.writeInt64(3, NOW);
            }));
        });
        byte[] notPacked = TestRequest.write(out -> {
            out.writeUInt32(1, 1);
            out.writeUInt32(1, 3);
            out.writeByteArray(2, sampleMessage());
        });
        byte[] message = TestRequest.write(out -> {
            // series before the symbols they refer to: any order is legal
            for (byte[] series : List.of(good, odd, outside, badMetadata, badExemplar, notPacked)) {
                out.writeByteArray(5, series);
            }
            for (String symbol : List.of("", "__name__", "up", "down")) {
                out.writeString(4, symbol);
            }
        });

        Received received = Received.decode(REQUEST_V2, message);

        assertThat(received.series.keySet())
                .containsExactlyInAnyOrder(Labels.of("__name__", "up"), Labels.of("__name__", "down"));
        assertThat(received.counts()).isEqualTo("2/0/0/0");
        assertThat(received.refusals()).containsExactly("invalid-symbol-reference 3/0/2/0");
        assertThat(received.summary.refusals().list().get(0).detail()).isEqualTo("labels_refs has the odd length 3");
    }

    private static byte[] sampleMessage() {
        return TestRequest.write(inner -> {
            inner.writeDouble(1, 1);
            inner.writeInt64(2, NOW);
        });
    }

    @Test
    void shouldRefuseEmptySeriesOf20Only() {
        TestRequest.Series empty =
                new TestRequest.Series(List.of("__name__", "empty"), List.of(), List.of(), List.of(), null, 0);
        TestRequest.Series onlyMetadata = new TestRequest.Series(
                List.of("__name__", "told"),
                List.of(),
                List.of(),
                List.of(),
                new TestRequest.Metadata(2, "help", ""),
                0);

        assertThat(decode(REQUEST_V2, empty).refusals()).containsExactly("no-samples 0/0/0/1");
        assertThat(decode(REQUEST_V2, onlyMetadata).metadata)
                .containsExactly(new Received.Metadata("gauge", "told", "help", ""));
        assertThat(decode(WRITE_REQUEST_V1, empty).refusals()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldAcceptLabelsAfterItems(MessageType type) {
        byte[] labels = TestRequest.of(sample(1, NOW, "__name__", "up")).encode(type);
        // the message of a series, its two fields swapped
        byte[] symbols = TestRequest.write(out -> {
            out.writeString(4, "");
            out.writeString(4, "__name__");
            out.writeString(4, "up");
        });
        byte[] message = TestRequest.write(out -> {
            out.writeByteArray(type == WRITE_REQUEST_V1 ? 1 : 5, TestRequest.write(series -> {
                series.writeByteArray(2, sampleMessage());
                if (type == WRITE_REQUEST_V1) {
                    series.writeByteArray(1, TestRequest.write(label -> {
                        label.writeString(2, "up");
                        label.writeString(1, "__name__");
                    }));
                } else {
                    series.writeByteArray(1, new byte[] {1, 2});
                }
            }));
            if (type == REQUEST_V2) {
                out.writeRawBytes(symbols);
            }
        });

        assertThat(Received.decode(type, message).series).isEqualTo(Received.decode(type, labels).series);
    }

    @Test
    void shouldSkipUnknownFields() {
        byte[] message = TestRequest.write(out -> {
            out.writeInt32(2, 1); // "source", reserved since Cortex used it
            out.writeByteArray(1, TestRequest.write(series -> {
                series.writeByteArray(1, TestRequest.write(label -> {
                    label.writeString(1, "__name__");
                    label.writeString(2, "up");
                    label.writeString(9, "later");
                }));
                series.writeByteArray(2, TestRequest.write(inner -> {
                    inner.writeDouble(1, 1);
                    inner.writeInt64(2, NOW);
                    inner.writeFixed32(8, 3);
                }));
                series.writeFixed64(12, 9);
            }));
            out.writeString(77, "later");
        });

        assertThat(Received.decode(WRITE_REQUEST_V1, message).items("__name__", "up"))
                .containsExactly(Received.Sample.of(1, NOW));
    }

    @Test
    void shouldRefuseTheOtherSchema() {
        TestRequest request = TestRequest.of(sample(1, NOW, "__name__", "up"));

        assertThatThrownBy(() -> Received.decode(REQUEST_V2, request.v1()))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("looks like prometheus.WriteRequest");
        assertThatThrownBy(() -> Received.decode(WRITE_REQUEST_V1, request.v2()))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("looks like io.prometheus.write.v2.Request");
    }

    @ParameterizedTest
    @EnumSource
    void shouldAcceptAnEmptyRequest(MessageType type) {
        assertThat(decode(type).counts()).isEqualTo("0/0/0/0");
    }

    @Test
    void shouldRefuseBytesThatAreNoMessage() {
        byte[] message = TestRequest.of(sample(1, NOW, "__name__", "up")).v1();
        for (int length = 1; length < message.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(message, length);
            assertThatThrownBy(() -> Received.decode(WRITE_REQUEST_V1, cut)).isInstanceOf(MalformedException.class);
        }
        assertThatThrownBy(() -> Received.decode(WRITE_REQUEST_V1, new byte[] {(byte) 0xff, 0, 0}))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void shouldBoundSeriesAndSymbols() {
        RemoteWriteDecoder decoder = new RemoteWriteDecoder(new RequestLimits(1000, 2, 5));
        TestRequest two = TestRequest.of(sample(1, NOW, "__name__", "a"), sample(1, NOW, "__name__", "b"));
        TestRequest three = TestRequest.of(
                sample(1, NOW, "__name__", "a"), sample(1, NOW, "__name__", "a"), sample(1, NOW, "__name__", "a"));
        TestRequest symbols = TestRequest.of(sample(1, NOW, "__name__", "a", "b", "c", "d", "e"));

        assertThat(Received.decode(decoder, WRITE_REQUEST_V1, two.v1(), TenantLimits.DEFAULT)
                        .counts())
                .isEqualTo("2/0/0/0");
        for (MessageType type : MessageType.values()) {
            assertThatThrownBy(() -> Received.decode(decoder, type, three.encode(type), TenantLimits.DEFAULT))
                    .isInstanceOf(RequestTooLargeException.class)
                    .hasMessageContaining("more than 2 series");
        }
        assertThatThrownBy(() -> Received.decode(decoder, REQUEST_V2, symbols.v2(), TenantLimits.DEFAULT))
                .isInstanceOf(RequestTooLargeException.class);
        assertThatThrownBy(() -> Received.decode(decoder, WRITE_REQUEST_V1, new byte[1001], TenantLimits.DEFAULT))
                .isInstanceOf(RequestTooLargeException.class);
        assertThat(Received.decode(decoder, WRITE_REQUEST_V1, two.v1(), TenantLimits.DEFAULT)
                        .counts())
                .as("the decoder works on after a refusal")
                .isEqualTo("2/0/0/0");
    }

    @ParameterizedTest
    @EnumSource
    void shouldSplitBatchesThatAreTooLargeForARecord(MessageType type) {
        TestRequest request = new TestRequest();
        List<TestRequest.Sample> many = new java.util.ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            many.add(new TestRequest.Sample(i, NOW - 100_000 + i, 0));
        }
        request.series.add(new TestRequest.Series(List.of("__name__", "long"), many, List.of(), List.of(), null, 0));
        for (int i = 0; i < 5_000; i++) {
            request.series.add(sample(i, NOW, "__name__", "wide", "i", i + "x".repeat(400)));
        }

        Received received = Received.decode(type, request.encode(type));

        assertThat(received.counts()).isEqualTo("105000/0/0/0");
        assertThat(received.batches).isGreaterThanOrEqualTo(5);
        assertThat(received.items("__name__", "long")).hasSize(100_000);
        assertThat(received.items("__name__", "long").get(99_999)).isEqualTo(Received.Sample.of(99_999, NOW - 1));
        assertThat(received.series).hasSize(5_001);
    }

    @ParameterizedTest
    @EnumSource
    void shouldCountEverythingOfARefusedSeries(MessageType type) {
        TestRequest.Series series = new TestRequest.Series(
                List.of("job", "nameless"),
                List.of(new TestRequest.Sample(1, NOW, 0), new TestRequest.Sample(2, NOW, 0)),
                List.of(basicHistogram(NOW)),
                List.of(
                        new TestRequest.Exemplar(List.of(), 1, NOW),
                        new TestRequest.Exemplar(List.of(), 1, NOW),
                        new TestRequest.Exemplar(List.of(), 1, NOW)),
                null,
                0);

        Received received = decode(type, series, histogram(basicHistogram(NOW), "__name__", "kept"));

        assertThat(received.refusals()).containsExactly("missing-metric-name 2/1/3/0");
        assertThat(received.counts()).isEqualTo("0/1/0/0");
    }

    private static Received decode(MessageType type, TestRequest.Series... series) {
        return Received.decode(type, TestRequest.of(series).encode(type));
    }

    private static void replace(byte[] message, String old, byte[] with) {
        int at = new String(message, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(old);
        System.arraycopy(with, 0, message, at, with.length);
    }
}
