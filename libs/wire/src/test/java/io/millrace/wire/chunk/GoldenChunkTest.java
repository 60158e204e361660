package io.millrace.wire.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.SampleColumns;
import io.millrace.wire.record.HistogramMessage;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Byte for byte what Prometheus 2.42.0 makes of the same samples. */
class GoldenChunkTest {
    @ParameterizedTest
    @ValueSource(strings = {"counter", "constant", "gauge", "noise", "irregular", "specials", "single"})
    void shouldAgreeWithPrometheusOnFloats(String name) {
        for (GoldenChunk golden : GoldenChunk.read(name)) {
            // given
            SampleColumns samples = golden.samples();
            XorChunk chunk = new XorChunk();

            // when
            for (int i = 0; i < samples.size(); i++) {
                chunk.append(samples.timestamp(i), Double.doubleToRawLongBits(samples.value(i)));
            }

            // then
            assertSameBytes(chunk, golden);
            SampleColumns decoded = decode(golden);
            assertThat(decoded.size()).isEqualTo(samples.size());
            for (int i = 0; i < samples.size(); i++) {
                assertThat(decoded.timestamp(i)).isEqualTo(samples.timestamp(i));
                assertThat(Double.doubleToRawLongBits(decoded.value(i)))
                        .isEqualTo(Double.doubleToRawLongBits(samples.value(i)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "both-signs", "large", "gauge", "stale", "empty", "only-stale"})
    void shouldAgreeWithPrometheusOnIntegerHistograms(String name) {
        for (GoldenChunk golden : GoldenChunk.read("int-" + name)) {
            // given
            assertThat(golden.encoding()).isEqualTo(ChunkEncoding.HISTOGRAM);
            SampleColumns samples = golden.samples();
            HistogramChunk chunk = new HistogramChunk();

            // when
            for (int i = 0; i < samples.size(); i++) {
                assertThat(chunk.append(samples.timestamp(i), samples.histogram(i)))
                        .isTrue();
            }

            // then
            assertSameBytes(chunk, golden);
            assertThat(chunk.firstTimestampMs()).isEqualTo(samples.timestamp(0));
            assertDecodes(golden);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "both-signs", "large", "gauge", "stale", "empty", "only-stale"})
    void shouldAgreeWithPrometheusOnFloatHistograms(String name) {
        for (GoldenChunk golden : GoldenChunk.read("float-" + name)) {
            // given
            assertThat(golden.encoding()).isEqualTo(ChunkEncoding.FLOAT_HISTOGRAM);
            SampleColumns samples = golden.samples();
            FloatHistogramChunk chunk = new FloatHistogramChunk();

            // when
            for (int i = 0; i < samples.size(); i++) {
                assertThat(chunk.append(samples.timestamp(i), samples.histogram(i)))
                        .isTrue();
            }

            // then
            assertSameBytes(chunk, golden);
            assertThat(chunk.firstTimestampMs()).isEqualTo(samples.timestamp(0));
            assertDecodes(golden);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int-plain",
                "int-both-signs",
                "int-large",
                "int-gauge",
                "float-plain",
                "float-both-signs",
                "float-gauge"
            })
    void shouldWriteHistogramMessagesAsTheyCame(String name) {
        for (byte[] message : GoldenChunk.histogramMessages(name)) {
            NativeHistogram histogram = HistogramMessage.decode(message, 0, message.length);
            assertThat(HistogramMessage.encode(histogram)).isEqualTo(message);
        }
    }

    private static void assertDecodes(GoldenChunk golden) {
        SampleColumns samples = golden.samples();
        SampleColumns decoded = decode(golden);
        assertThat(decoded.size()).isEqualTo(samples.size());
        for (int i = 0; i < samples.size(); i++) {
            NativeHistogram sent = samples.histogram(i);
            assertThat(decoded.timestamp(i)).isEqualTo(samples.timestamp(i));
            assertThat(decoded.histogram(i)).isEqualTo(expected(sent, i));
        }
    }

    /** What may be expected back: a stale marker has nothing but its sum, and later samples of a counter are no resets. */
    static NativeHistogram expected(NativeHistogram sent, int index) {
        if (sent.isStale()) {
            return HistogramLayout.stale(sent.integer(), sent.sum());
        }
        ResetHint hint = sent.resetHint() == ResetHint.GAUGE
                ? ResetHint.GAUGE
                : index > 0 ? ResetHint.NO : sent.resetHint() == ResetHint.YES ? ResetHint.YES : ResetHint.UNKNOWN;
        return new NativeHistogram(
                sent.integer(),
                hint,
                sent.schema(),
                sent.zeroThreshold(),
                sent.zeroCount(),
                sent.count(),
                sent.sum(),
                sent.positiveSpans(),
                sent.positiveCounts(),
                sent.negativeSpans(),
                sent.negativeCounts(),
                sent.customValues());
    }

    /**
     * Up to a byte of padding: where a chunk ends on a byte boundary and its last number began on one, Prometheus up to
     * 2.42 at least adds an empty byte, later versions do not.
     */
    private static void assertSameBytes(ChunkWriter chunk, GoldenChunk golden) {
        String expected = HexFormat.of().formatHex(golden.bytes());
        String actual = HexFormat.of().formatHex(chunk.bytes());
        assertThat(actual).isIn(expected, expected.replaceFirst("00$", ""));
        assertThat(Math.abs(golden.bytes().length - chunk.size()))
                .isLessThanOrEqualTo(golden.samples().size() == 1 ? 1 : 0);
    }

    private static SampleColumns decode(GoldenChunk golden) {
        SampleColumns out = new SampleColumns();
        Chunks.decode(golden.encoding(), golden.bytes(), Long.MIN_VALUE, Long.MAX_VALUE, out);
        return out;
    }
}
