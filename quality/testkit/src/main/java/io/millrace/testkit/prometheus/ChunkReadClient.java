package io.millrace.testkit.prometheus;

import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.testkit.remotewrite.ProtobufWriter;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.wire.chunk.ChunkEncoding;
import io.millrace.wire.chunk.Chunks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** Reads series as streamed chunks through a remote read endpoint: floats, native histograms and stale markers. Thread-safe. */
public final class ChunkReadClient {
    private static final int STREAMED_XOR_CHUNKS = 1;
    private static final int NOT_EQUAL = 1;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI url;
    private final String authorization;

    /** @param url such as {@code http://127.0.0.1:9203/prometheus/demo/api/v1/read} */
    public ChunkReadClient(URI url, String user, String password) {
        this.url = url;
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** All samples of the series that have a label, from {@code fromMs} to {@code toMs}, both inclusive. */
    public Map<Labels, SampleColumns> readWith(String label, long fromMs, long toMs)
            throws IOException, InterruptedException {
        ProtobufWriter matcher = new ProtobufWriter();
        matcher.int64(1, NOT_EQUAL);
        matcher.string(2, label);
        ProtobufWriter query = new ProtobufWriter();
        query.int64(1, fromMs);
        query.int64(2, toMs);
        query.message(3, matcher);
        ProtobufWriter request = new ProtobufWriter();
        request.message(1, query);
        request.int64(2, STREAMED_XOR_CHUNKS);
        HttpResponse<byte[]> response = client.send(
                HttpRequest.newBuilder(url)
                        .header("Authorization", authorization)
                        .header("Content-Type", "application/x-protobuf")
                        .header("Content-Encoding", "snappy")
                        .header("X-Prometheus-Remote-Read-Version", "0.1.0")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(RemoteWriteRequest.snappy(request.toByteArray())))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(url + " answered " + response.statusCode() + ": "
                    + new String(response.body(), StandardCharsets.UTF_8));
        }
        Map<Labels, SampleColumns> found = new TreeMap<>();
        ByteBuffer frames = ByteBuffer.wrap(response.body());
        while (frames.hasRemaining()) {
            frame(frames, found);
        }
        return found;
    }

    private static void frame(ByteBuffer frames, Map<Labels, SampleColumns> found) throws IOException {
        byte[] message = new byte[(int) varint(frames)];
        int checksum = frames.getInt();
        frames.get(message);
        CRC32C actual = new CRC32C();
        actual.update(message);
        if ((int) actual.getValue() != checksum) {
            throw new IOException("a frame whose checksum is wrong");
        }
        walk(ByteBuffer.wrap(message), (field, bytes, number) -> {
            if (field == 1) {
                series(bytes, found);
            }
        });
    }

    private static void series(ByteBuffer series, Map<Labels, SampleColumns> found) throws IOException {
        Labels.Builder labels = Labels.builder();
        SampleColumns samples = new SampleColumns();
        walk(series, (field, bytes, number) -> {
            if (field == 1) {
                String[] pair = {"", ""};
                walk(
                        bytes,
                        (part, text, none) -> pair[part - 1] =
                                StandardCharsets.UTF_8.decode(text).toString());
                labels.add(pair[0], pair[1]);
            } else {
                chunk(bytes, samples);
            }
        });
        SampleColumns all = found.computeIfAbsent(labels.build(), l -> new SampleColumns());
        for (int i = 0; i < samples.size(); i++) {
            all.addFrom(samples, i);
        }
    }

    private static void chunk(ByteBuffer chunk, SampleColumns samples) throws IOException {
        int[] encoding = {0};
        byte[][] data = {new byte[0]};
        walk(chunk, (field, bytes, number) -> {
            if (field == 3) {
                encoding[0] = (int) number;
            } else if (field == 4) {
                data[0] = new byte[bytes.remaining()];
                bytes.get(data[0]);
            }
        });
        Chunks.decode(ChunkEncoding.ofNumber(encoding[0]), data[0], Long.MIN_VALUE, Long.MAX_VALUE, samples);
    }

    private interface Field {
        void visit(int field, ByteBuffer bytes, long number) throws IOException;
    }

    /** Fields of a message that has numbers and messages only. */
    private static void walk(ByteBuffer message, Field visitor) throws IOException {
        while (message.hasRemaining()) {
            long tag = varint(message);
            boolean delimited = (tag & 7) == 2;
            long number = varint(message);
            ByteBuffer bytes = ByteBuffer.allocate(0);
            if (delimited) {
                bytes = message.slice(message.position(), (int) number);
                message.position(message.position() + (int) number);
            }
            visitor.visit((int) (tag >>> 3), bytes, number);
        }
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
