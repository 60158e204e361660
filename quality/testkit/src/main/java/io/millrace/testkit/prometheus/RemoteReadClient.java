package io.millrace.testkit.prometheus;

import io.millrace.model.Labels;
import io.millrace.testkit.remotewrite.ProtobufWriter;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

/**
 * Reads everything a Prometheus has through its remote read endpoint: unlike a query, that gives stale markers, and every
 * bit of a value. Written from the specification by hand. Thread-safe.
 */
public final class RemoteReadClient {

    private static final int NOT_EQUAL = 1;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI url;
    private final @Nullable String authorization;

    /** @param url such as {@code http://127.0.0.1:9090/api/v1/read} */
    public RemoteReadClient(URI url) {
        this.url = url;
        this.authorization = null;
    }

    /** With basic auth. */
    public RemoteReadClient(URI url, String user, String password) {
        this.url = url;
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** All series with samples from {@code fromMs} to {@code toMs}, both inclusive, sorted by labels. */
    public List<RawSeries> readAll(long fromMs, long toMs) throws IOException, InterruptedException {
        ProtobufWriter matcher = new ProtobufWriter();
        matcher.int64(1, NOT_EQUAL);
        matcher.string(2, Labels.METRIC_NAME);
        ProtobufWriter query = new ProtobufWriter();
        query.int64(1, fromMs);
        query.int64(2, toMs);
        query.message(3, matcher);
        ProtobufWriter request = new ProtobufWriter();
        request.message(1, query);
        HttpRequest.Builder builder = HttpRequest.newBuilder(url)
                .header("Content-Type", "application/x-protobuf")
                .header("Content-Encoding", "snappy")
                .header("Accept-Encoding", "snappy")
                .header("X-Prometheus-Remote-Read-Version", "0.1.0")
                .POST(HttpRequest.BodyPublishers.ofByteArray(RemoteWriteRequest.snappy(request.toByteArray())));
        if (authorization != null) {
            builder.header("Authorization", authorization);
        }
        HttpResponse<byte[]> response = client.send(builder.build(), HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(url + " answered " + response.statusCode() + ": "
                    + new String(response.body(), StandardCharsets.UTF_8));
        }
        return new Answer(ByteBuffer.wrap(Snappy.uncompress(response.body()))).read();
    }

    /** Walks a ReadResponse; one result, since there is one query. */
    private static final class Answer {
        private final ByteBuffer bytes;

        Answer(ByteBuffer bytes) {
            this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
        }

        List<RawSeries> read() {
            List<RawSeries> all = new ArrayList<>();
            while (bytes.hasRemaining()) {
                expect(varint(), 1);
                ByteBuffer result = message();
                while (result.hasRemaining()) {
                    Answer inner = new Answer(result);
                    expect(inner.varint(), 1);
                    all.add(new Answer(inner.message()).series());
                }
            }
            all.sort((left, right) -> left.labels().compareTo(right.labels()));
            return all;
        }

        private RawSeries series() {
            Labels.Builder labels = Labels.builder();
            List<RawSeries.RawSample> samples = new ArrayList<>();
            while (bytes.hasRemaining()) {
                long tag = varint();
                Answer field = new Answer(message());
                if (tag >>> 3 == 1) {
                    field.label(labels);
                } else if (tag >>> 3 == 2) {
                    samples.add(field.sample());
                }
            }
            return new RawSeries(labels.build(), samples);
        }

        private void label(Labels.Builder labels) {
            String name = "";
            String value = "";
            while (bytes.hasRemaining()) {
                long tag = varint();
                String text = StandardCharsets.UTF_8.decode(message()).toString();
                if (tag >>> 3 == 1) {
                    name = text;
                } else {
                    value = text;
                }
            }
            labels.add(name, value);
        }

        private RawSeries.RawSample sample() {
            long bits = 0;
            long timestampMs = 0;
            while (bytes.hasRemaining()) {
                if (varint() >>> 3 == 1) {
                    bits = bytes.getLong();
                } else {
                    timestampMs = varint();
                }
            }
            return new RawSeries.RawSample(timestampMs, bits);
        }

        private ByteBuffer message() {
            int length = (int) varint();
            ByteBuffer message = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.position(bytes.position() + length);
            return message;
        }

        private long varint() {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = bytes.get();
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }

        private static void expect(long tag, int field) {
            if (tag >>> 3 != field) {
                throw new IllegalStateException("field " + (tag >>> 3) + " where " + field + " was expected");
            }
        }
    }
}
