package io.millrace.wire.remotewrite;

import static io.millrace.wire.remotewrite.Received.NOW;
import static io.millrace.wire.remotewrite.TestRequest.basicHistogram;
import static io.millrace.wire.remotewrite.TestRequest.customHistogram;
import static io.millrace.wire.remotewrite.TestRequest.floatHistogram;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.StaleMarker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReceivedHistogramTest {
    private static final int[] NO_SPANS = {};
    private static final long[] NO_DELTAS = {};
    private static final double[] NO_COUNTS = {};

    @ParameterizedTest
    @EnumSource
    void shouldCarryIntegerHistograms(MessageType type) {
        assertThat(accepted(type, basicHistogram(NOW)))
                .isEqualTo(new NativeHistogram(
                        true,
                        ResetHint.UNKNOWN,
                        0,
                        0.001,
                        1,
                        27,
                        12.5,
                        new int[] {0, 3, 2, 2},
                        new double[] {1, 3, 4, 7, 8},
                        new int[] {0, 2},
                        new double[] {1, 2},
                        NO_COUNTS));
    }

    @ParameterizedTest
    @EnumSource
    void shouldCarryFloatHistograms(MessageType type) {
        assertThat(accepted(type, floatHistogram(NOW, 3, new int[] {-2, 1, 5, 2}, 0.5, 1e300, Double.NaN)))
                .isEqualTo(new NativeHistogram(
                        false,
                        ResetHint.GAUGE,
                        3,
                        0,
                        0.5,
                        100.5,
                        -3.5,
                        new int[] {-2, 1, 5, 2},
                        new double[] {0.5, 1e300, Double.NaN},
                        NO_SPANS,
                        NO_COUNTS,
                        NO_COUNTS));
    }

    @ParameterizedTest
    @EnumSource
    void shouldCarryCustomBuckets(MessageType type) {
        NativeHistogram histogram = accepted(type, customHistogram(NOW, .1, .5, 1, 2.5, 5, 10));

        assertThat(histogram.schema()).isEqualTo(NativeHistogram.CUSTOM_BUCKETS);
        assertThat(histogram.customValues()).containsExactly(.1, .5, 1, 2.5, 5, 10);
        assertThat(histogram.positiveCounts()).containsExactly(2, 3, 5, 8, 7, 5);
        assertThat(histogram.resetHint()).isEqualTo(ResetHint.YES);
    }

    @ParameterizedTest
    @EnumSource
    void shouldCarryEmptyAndStaleHistograms(MessageType type) {
        NativeHistogram empty = accepted(type, integer(0, 0, 0, 0, NO_SPANS));
        NativeHistogram stale = accepted(type, integer(0, StaleMarker.VALUE, 0, 0, NO_SPANS));

        assertThat(empty.count()).isZero();
        assertThat(stale.isStale()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void shouldMergeFinerSchemasDownTo8(MessageType type) {
        // schema 10: four buckets make one of schema 8; indexes -3..0 make 0, 1..4 make 1, 9..12 make 3
        NativeHistogram integers = accepted(type, integer(28, 1, 10, 0, new int[] {-3, 5, 7, 2}, 1, 1, 1, 1, 1, 1, 1));
        NativeHistogram floats = accepted(type, floatHistogram(NOW, 10, new int[] {-3, 5, 7, 2}, 1, 2, 3, 4, 5, 6, 7));

        assertThat(integers.schema()).isEqualTo(8);
        assertThat(integers.positiveSpans()).containsExactly(0, 2, 1, 1);
        assertThat(integers.positiveCounts()).containsExactly(10, 5, 13);
        assertThat(floats.schema()).isEqualTo(8);
        assertThat(floats.positiveSpans()).containsExactly(0, 2, 1, 1);
        assertThat(floats.positiveCounts()).containsExactly(10, 5, 13);
    }

    @Test
    void shouldRefuseHistogramsThatContradictThemselves() {
        assertThat(refusal(integer(99, 1, 0, 0, new int[] {0, 2}, 1, 1)))
                .isEqualTo("buckets hold 3 observations, count is 99");
        assertThat(refusal(integer(1, Double.NaN, 0, 0, new int[] {0, 2}, 1, 1)))
                .contains("buckets hold 3");
        assertThat(refusal(integer(3, 1, 0, 0, new int[] {0, 3}, 1, 1))).contains("cover 3 buckets, there are 2");
        assertThat(refusal(integer(3, 1, 0, 0, new int[] {0, 1, -1, 1}, 1, 1))).contains("negative offset");
        assertThat(refusal(integer(3, 1, 0, 0, new int[] {0, 2}, 1, -2))).contains("negative count");
        assertThat(refusal(integer(3, 1, -5, 0, new int[] {0, 2}, 1, 1))).contains("schema -5");
        assertThat(refusal(integer(3, 1, 53, 0, new int[] {0, 2}, 1, 1))).contains("schema 53");
        assertThat(refusal(integer(3, 1, 0, 0, new int[] {Integer.MAX_VALUE, 2}, 1, 1)))
                .contains("beyond 32 bits");
        assertThat(refusal(integer(3, 1, 0, 0, new int[] {0, 2}, Long.MAX_VALUE, 0)))
                .contains("more than 2^63");
        assertThat(refusal(floatHistogram(NOW, 0, new int[] {0, 1}, -1))).contains("negative count");
        assertThat(refusal(customHistogram(NOW, .1, .5, .5, 2.5, 5))).contains("bound 3 is 0.5");
        assertThat(refusal(customHistogram(NOW, .1, .5, 1, Double.NaN, 5))).contains("bound 4 is NaN");
        assertThat(refusal(customHistogram(NOW, 1, 2, 3, 4, Double.POSITIVE_INFINITY)))
                .contains("finite");
        assertThat(refusal(customHistogram(NOW, 1, 2, 3, 4))).contains("reach bucket 6");
        assertThat(refusal(integer(5, 1, -53, 1, new int[] {0, 2}, 1, 1))).contains("zero count");
        assertThat(refusal(integer(3, 1, 0, 0, new int[] {0, 5000}, new long[5000])))
                .contains("more than 4096");
    }

    @Test
    void shouldAcceptNanSumWithFewerBucketsThanCount() {
        assertThat(accepted(MessageType.REQUEST_V2, integer(5, Double.NaN, 0, 0, new int[] {0, 2}, 1, 1))
                        .count())
                .isEqualTo(5);
    }

    private static TestRequest.Histogram integer(
            long count, double sum, int schema, long zero, int[] spans, long... deltas) {
        return new TestRequest.Histogram(
                count, null, sum, schema, 0, zero, null, NO_SPANS, NO_DELTAS, NO_COUNTS, spans, deltas, NO_COUNTS, 0,
                NOW, NO_COUNTS, 0);
    }

    private static NativeHistogram accepted(MessageType type, TestRequest.Histogram histogram) {
        Received received = decode(type, histogram);
        assertThat(received.refusals()).isEmpty();
        return ((Received.Histogram) received.items("__name__", "h").get(0)).histogram();
    }

    private static String refusal(TestRequest.Histogram histogram) {
        Received received = decode(MessageType.REQUEST_V2, histogram);
        assertThat(received.refusals()).containsExactly("invalid-histogram 0/1/0/0");
        assertThat(received.series).isEmpty();
        return received.summary.refusals().list().get(0).detail();
    }

    private static Received decode(MessageType type, TestRequest.Histogram histogram) {
        return Received.decode(
                type,
                TestRequest.of(TestRequest.histogram(histogram, "__name__", "h"))
                        .encode(type));
    }
}
