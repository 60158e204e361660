package io.millrace.query.api;

import static io.millrace.query.api.ApiHarness.NOW_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.model.StaleMarker;
import io.millrace.query.api.ProtobufMessage.Field;
import io.millrace.wire.chunk.ChunkEncoding;
import io.millrace.wire.chunk.Chunks;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

class RemoteReadTest {
    private static final int SAMPLES = 0;
    private static final int CHUNKS = 1;
    private final Map<String, Map<Long, Long>> expected = new TreeMap<>();
    private ApiHarness api;

    @BeforeEach
    void start() throws Exception {
        api = new ApiHarness();
        for (int s = 0; s < 5; s++) {
            Labels labels = Labels.of("__name__", "m", "s", "" + s);
            Map<Long, Long> samples = new TreeMap<>();
            for (int i = 0; i < 300; i++) {
                double value = i == 100 ? StaleMarker.VALUE : i * 0.5;
                long at = NOW_MS - 300_000 + i * 1000L;
                api.sample(labels, at, value);
                samples.put(at, Double.doubleToRawLongBits(value));
            }
            expected.put(labels.toString(), samples);
        }
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static byte[] request(long from, long to, int... types) throws Exception {
        ProtobufMessage matcher =
                new ProtobufMessage().number(1, 2).text(2, "__name__").text(3, "m|x");
        ProtobufMessage query =
                new ProtobufMessage().number(1, from).number(2, to).bytes(3, matcher.build());
        ProtobufMessage request = new ProtobufMessage().bytes(1, query.build()).bytes(1, query.build());
        for (int type : types) {
            request.number(2, type);
        }
        return Snappy.compress(request.build());
    }

    @Test
    void shouldAnswerWithSamplesBitForBit() throws Exception {
        // when: the client does not say what it takes
        HttpResponse<byte[]> response = api.remoteRead(request(0, NOW_MS));

        // then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/x-protobuf");
        assertThat(response.headers().firstValue("Content-Encoding")).hasValue("snappy");
        List<Field> results = ProtobufMessage.read(Snappy.uncompress(response.body()));
        assertThat(results).hasSize(2);
        Map<String, Map<Long, Long>> found = new LinkedHashMap<>();
        for (Field series : ProtobufMessage.read(results.get(1).bytes())) {
            Map<Long, Long> samples = new TreeMap<>();
            Labels.Builder labels = Labels.builder();
            for (Field field : ProtobufMessage.read(series.bytes())) {
                if (field.number() == 1) {
                    label(labels, field);
                } else {
                    long[] sample = new long[3];
                    ProtobufMessage.read(field.bytes()).forEach(f -> sample[f.number()] = f.value());
                    samples.put(sample[2], sample[1]);
                }
            }
            found.put(labels.build().toString(), samples);
        }
        assertThat(found).isEqualTo(expected);
        assertThat(List.copyOf(found.keySet())).isSorted();
    }

    @Test
    void shouldStreamChunksInFrames() throws Exception {
        // when
        HttpResponse<byte[]> response = api.remoteRead(request(0, NOW_MS, CHUNKS, SAMPLES));

        // then
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValue("application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse");
        assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(frames(response.body())).isEqualTo(List.of(expected, expected));
    }

    @Test
    void shouldCutChunksThatReachBeyondTheRange() throws Exception {
        // when
        HttpResponse<byte[]> response = api.remoteRead(request(NOW_MS - 200_500, NOW_MS - 100_500, CHUNKS));

        // then
        assertThat(frames(response.body()).get(0).values())
                .hasSize(5)
                .allSatisfy(samples -> assertThat(samples).hasSize(100));
    }

    private static List<Map<String, Map<Long, Long>>> frames(byte[] body) {
        List<Map<String, Map<Long, Long>>> queries = new ArrayList<>(List.of(new TreeMap<>(), new TreeMap<>()));
        ByteBuffer in = ByteBuffer.wrap(body);
        while (in.hasRemaining()) {
            byte[] message = new byte[(int) ProtobufMessage.readVarint(in)];
            int checksum = in.getInt();
            in.get(message);
            CRC32C crc = new CRC32C();
            crc.update(message);
            assertThat((int) crc.getValue()).isEqualTo(checksum);
            int query = 0;
            List<Field> all = new ArrayList<>();
            for (Field field : ProtobufMessage.read(message)) {
                if (field.number() == 2) {
                    query = (int) field.value();
                } else {
                    all.add(field);
                }
            }
            for (Field series : all) {
                readSeries(series.bytes(), queries.get(query));
            }
        }
        return queries;
    }

    private static void readSeries(byte[] message, Map<String, Map<Long, Long>> into) {
        Labels.Builder labels = Labels.builder();
        Map<Long, Long> samples = new TreeMap<>();
        for (Field field : ProtobufMessage.read(message)) {
            if (field.number() == 1) {
                label(labels, field);
            } else {
                SampleColumns columns = new SampleColumns();
                for (Field part : ProtobufMessage.read(field.bytes())) {
                    if (part.number() == 4) {
                        Chunks.decode(ChunkEncoding.XOR, part.bytes(), Long.MIN_VALUE, Long.MAX_VALUE, columns);
                    }
                }
                for (int i = 0; i < columns.size(); i++) {
                    samples.put(columns.timestamp(i), Double.doubleToRawLongBits(columns.value(i)));
                }
            }
        }
        into.computeIfAbsent(labels.build().toString(), l -> new TreeMap<>()).putAll(samples);
    }

    private static void label(Labels.Builder labels, Field field) {
        List<Field> pair = ProtobufMessage.read(field.bytes());
        labels.add(pair.get(0).text(), pair.get(1).text());
    }

    @Test
    void shouldRefuseWhatIsNotAReadRequest() throws Exception {
        byte[] unknownType = request(0, NOW_MS, 7);
        assertThat(api.remoteRead(unknownType).statusCode()).isEqualTo(400);
        assertThat(api.remoteRead("plain text".getBytes(StandardCharsets.UTF_8)).statusCode())
                .isEqualTo(400);
        assertThat(api.remoteRead(Snappy.compress(new byte[] {10, 100})).statusCode())
                .isEqualTo(400);
        byte[] bomb = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0x7f, 0};
        assertThat(api.remoteRead(bomb).statusCode()).isEqualTo(400);
        assertThat(api.get("read").statusCode()).isEqualTo(405);
    }

    @Test
    void shouldFederateTheNewestSamples() throws Exception {
        // given
        api.sample(Labels.of("__name__", "caf\u00e9", "job", "a\"b\n"), NOW_MS, 1e6);
        api.sample(Labels.of("__name__", "gone"), NOW_MS, StaleMarker.VALUE);

        // when
        HttpResponse<String> response = api.send(api.request("/prometheus/shop/federate?match%5B%5D="
                + ApiHarness.encode("{__name__=~\"caf.|gone\"}") + "&match%5B%5D=" + ApiHarness.encode("m{s=\"1\"}")));

        // then
        assertThat(response.body()).isEqualTo("""
                # TYPE "caf\u00e9" untyped
                {"caf\u00e9",job="a\\"b\\n",instance=""} 1e+06 1435781460000
                # TYPE m untyped
                m{s="1",instance=""} 149.5 1435781459000
                """);
    }

    @Test
    void shouldFederateAsPrometheusDoesWithAnInstanceAndWithoutSelectors() throws Exception {
        // given
        api.sample(Labels.of("__name__", "up", "instance", "i"), NOW_MS, 1);

        // then
        assertThat(api.send(api.request("/prometheus/shop/federate?match%5B%5D=up"))
                        .body())
                .isEqualTo("""
                # TYPE up untyped
                up{instance="i"} 1 1435781460000
                """);
        assertThat(api.send(api.request("/prometheus/shop/federate")).statusCode())
                .isEqualTo(200);
        assertThat(api.send(api.request("/prometheus/shop/federate")).body()).isEmpty();
        assertThat(api.send(api.request("/prometheus/shop/federate?match%5B%5D=up%7B"))
                        .statusCode())
                .isEqualTo(400);
    }
}
