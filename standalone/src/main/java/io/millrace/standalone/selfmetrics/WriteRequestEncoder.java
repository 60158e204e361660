package io.millrace.standalone.selfmetrics;

import io.millrace.model.Labels;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes a remote write 1.0 request ({@code prometheus.WriteRequest}), not yet compressed, with one sample per series.
 * Stateless.
 */
final class WriteRequestEncoder {

    private static final int TIMESERIES = 1;
    private static final int LABEL = 1;
    private static final int LABEL_NAME = 1;
    private static final int LABEL_VALUE = 2;
    private static final int SAMPLE = 2;
    private static final int SAMPLE_VALUE = 1;
    private static final int SAMPLE_TIMESTAMP = 2;

    private WriteRequestEncoder() {}

    static byte[] encode(List<ScrapedSample> samples, long timestampMs) {
        Message request = new Message();
        for (ScrapedSample sample : samples) {
            Message series = new Message();
            Labels labels = sample.labels();
            labels.forEach((name, value) -> {
                Message label = new Message();
                label.bytes(LABEL_NAME, name.getBytes(StandardCharsets.UTF_8));
                label.bytes(LABEL_VALUE, value.getBytes(StandardCharsets.UTF_8));
                series.bytes(LABEL, label.toByteArray());
            });
            Message point = new Message();
            point.fixed64(SAMPLE_VALUE, Double.doubleToRawLongBits(sample.value()));
            point.int64(SAMPLE_TIMESTAMP, timestampMs);
            series.bytes(SAMPLE, point.toByteArray());
            request.bytes(TIMESERIES, series.toByteArray());
        }
        return request.toByteArray();
    }

    /** Protobuf fields in the order they are written. */
    private static final class Message {
        private static final int VARINT = 0;
        private static final int FIXED64 = 1;
        private static final int LENGTH_DELIMITED = 2;

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        byte[] toByteArray() {
            return out.toByteArray();
        }

        void bytes(int field, byte[] value) {
            varint((long) field << 3 | LENGTH_DELIMITED);
            varint(value.length);
            out.writeBytes(value);
        }

        void int64(int field, long value) {
            varint((long) field << 3 | VARINT);
            varint(value);
        }

        void fixed64(int field, long bits) {
            varint((long) field << 3 | FIXED64);
            for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
                out.write((int) (bits >>> shift) & 0xff);
            }
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
