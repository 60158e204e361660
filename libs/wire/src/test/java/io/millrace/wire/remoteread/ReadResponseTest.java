package io.millrace.wire.remoteread;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.SampleColumns;
import io.millrace.model.StaleMarker;
import io.millrace.wire.ByteReader;
import io.millrace.wire.chunk.ChunkEncoding;
import io.millrace.wire.record.HistogramMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class ReadResponseTest {
    private static final Labels UP = Labels.of("__name__", "up", "job", "äpi");

    @Test
    void shouldWriteSamples() {
        // given
        ReadResponseWriter writer = new ReadResponseWriter();
        SampleColumns samples = new SampleColumns();
        samples.add(-7, 0.0);
        samples.add(0, -0.0);
        samples.add(1_700_000_000_000L, StaleMarker.VALUE);
        SampleColumns histograms = new SampleColumns();
        NativeHistogram histogram = new NativeHistogram(
                true,
                ResetHint.NO,
                3,
                0x1p-128,
                1,
                6,
                2.5,
                new int[] {0, 2},
                new double[] {2, 3},
                new int[0],
                new double[0],
                new double[0]);
        histograms.add(5, histogram);

        // when
        writer.series(UP, samples);
        writer.endResult();
        writer.endResult();
        writer.series(Labels.EMPTY, histograms);
        writer.endResult();

        // then
        DynamicMessage response = PrometheusMessages.parse("ReadResponse", writer.toByteArray());
        List<DynamicMessage> results = list(response, "results");
        assertThat(results).hasSize(3);
        DynamicMessage series = list(results.get(0), "timeseries").get(0);
        assertThat(labels(series)).isEqualTo(UP);
        List<DynamicMessage> values = list(series, "samples");
        assertThat(values).extracting(sample -> get(sample, "timestamp")).containsExactly(-7L, 0L, 1_700_000_000_000L);
        assertThat(values)
                .extracting(sample -> Double.doubleToRawLongBits((double) get(sample, "value")))
                .containsExactly(0L, Long.MIN_VALUE, StaleMarker.BITS);
        assertThat(list(results.get(1), "timeseries")).isEmpty();
        DynamicMessage second = list(results.get(2), "timeseries").get(0);
        byte[] message = ((ByteString) ((List<?>) get(second, "histograms")).get(0)).toByteArray();
        assertThat(HistogramMessage.decode(message, 0, message.length)).isEqualTo(histogram);
        assertThat(message).endsWith(15 << 3, 5);
        assertThat(writer.size()).isEqualTo(writer.toByteArray().length);
    }

    /** A frame as Prometheus 2.42.0 sent it. */
    @Test
    void shouldWriteChunksAsPrometheusDoes() throws IOException {
        // given
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChunkedReadWriter writer = new ChunkedReadWriter(out);
        String first =
                "007880ccc9fdf96240454000000000009875000000000000000000000000000000000000000000000000000000000000";
        String second = "000a80a9a5fff96240454000000000009875000000";

        // when
        writer.beginSeries(0, Labels.of("__name__", "constant"));
        writer.chunk(
                1_699_999_200_000L,
                1_700_000_985_000L,
                ChunkEncoding.XOR,
                HexFormat.of().parseHex(first));
        writer.chunk(
                1_700_001_000_000L,
                1_700_001_135_000L,
                ChunkEncoding.XOR,
                HexFormat.of().parseHex(second));
        writer.endSeries();

        // then
        assertThat(HexFormat.of().formatHex(out.toByteArray()))
                .isEqualTo(
                        "86011c65e4640a83010a140a085f5f6e616d655f5f1208636f6e7374616e7412420880e6e4febc3110a8dfd1ffbc3118012230007880ccc9fdf96240454000000000009875000000000000000000000000000000000000000000000000000000000000122708c0d4d2ffbc311098f3daffbc3118012215000a80a9a5fff96240454000000000009875000000");
    }

    @Test
    void shouldSplitLargeSeriesIntoFramesThatNameItAgain() throws IOException {
        // given
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChunkedReadWriter writer = new ChunkedReadWriter(out, 200);

        // when
        writer.beginSeries(0, Labels.of("a", "no chunks"));
        writer.endSeries();
        writer.beginSeries(3, UP);
        for (int i = 0; i < 10; i++) {
            writer.chunk(i, i + 1, ChunkEncoding.HISTOGRAM, new byte[i == 5 ? 500 : 60]);
        }
        writer.endSeries();
        writer.beginSeries(4, UP);
        writer.chunk(0, 0, ChunkEncoding.XOR, new byte[] {1});
        writer.endSeries();

        // then
        List<DynamicMessage> frames = frames(out.toByteArray());
        assertThat(frames).hasSize(7);
        List<Object> starts = new ArrayList<>();
        for (DynamicMessage frame : frames.subList(0, 6)) {
            assertThat(get(frame, "query_index")).isEqualTo(3L);
            DynamicMessage series = list(frame, "chunked_series").get(0);
            assertThat(labels(series)).isEqualTo(UP);
            list(series, "chunks").forEach(chunk -> starts.add(get(chunk, "min_time_ms")));
        }
        assertThat(starts).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(get(frames.get(6), "query_index")).isEqualTo(4L);
    }

    private static List<DynamicMessage> frames(byte[] stream) {
        List<DynamicMessage> frames = new ArrayList<>();
        ByteReader in = new ByteReader(stream);
        while (in.hasRemaining()) {
            int length = (int) in.readUvarint();
            int checksum = in.readIntBigEndian();
            byte[] message = in.readBytes(length);
            CRC32C expected = new CRC32C();
            expected.update(message);
            assertThat(checksum).isEqualTo((int) expected.getValue());
            frames.add(PrometheusMessages.parse("ChunkedReadResponse", message));
        }
        return frames;
    }

    private static Labels labels(DynamicMessage series) {
        Labels.Builder labels = Labels.builder();
        for (DynamicMessage label : list(series, "labels")) {
            labels.add((String) get(label, "name"), (String) get(label, "value"));
        }
        return labels.build();
    }

    private static Object get(DynamicMessage message, String field) {
        return message.getField(message.getDescriptorForType().findFieldByName(field));
    }

    @SuppressWarnings("unchecked")
    private static List<DynamicMessage> list(DynamicMessage message, String field) {
        return (List<DynamicMessage>) get(message, field);
    }
}
