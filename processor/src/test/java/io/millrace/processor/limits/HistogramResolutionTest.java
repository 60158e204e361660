package io.millrace.processor.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HistogramResolutionTest {
    private static NativeHistogram histogram(int schema, int[] spans, double... counts) {
        return new NativeHistogram(
                true,
                ResetHint.UNKNOWN,
                schema,
                0.5,
                7,
                Arrays.stream(counts).sum() + 7,
                1,
                spans,
                counts,
                new int[0],
                new double[0],
                new double[0]);
    }

    /** Counts by index of the bucket. */
    private static TreeMap<Integer, Double> buckets(NativeHistogram histogram) {
        TreeMap<Integer, Double> buckets = new TreeMap<>();
        int index = 0;
        int at = 0;
        for (int span = 0; span < histogram.positiveSpans().length; span += 2) {
            index += histogram.positiveSpans()[span];
            for (int i = 0; i < histogram.positiveSpans()[span + 1]; i++) {
                buckets.put(index++, histogram.positiveCounts()[at++]);
            }
        }
        return buckets;
    }

    @Test
    void shouldPutTwoNeighboursIntoOneBucket() {
        // Upper bounds at schema 1: 2^(i/2). Buckets 1 and 2 end at 2^0.5 and 2^1: bucket 1 of schema 0 has both.
        NativeHistogram reduced = HistogramResolution.reduce(histogram(1, new int[] {-1, 5}, 1, 2, 3, 4, 5), 3);
        assertThat(reduced).isNotNull();
        assertThat(reduced.schema()).isZero();
        assertThat(buckets(reduced)).containsOnly(entry(0, 3), entry(1, 7), entry(2, 5));
        assertThat(reduced.zeroCount()).isEqualTo(7);
        assertThat(reduced.count()).isEqualTo(22);
    }

    private static java.util.Map.Entry<Integer, Double> entry(int index, double count) {
        return java.util.Map.entry(index, count);
    }

    @Test
    void shouldKeepEachObservationInTheBucketThatHoldsItsOldOne() {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            int spanCount = 1 + random.nextInt(5);
            int[] spans = new int[2 * spanCount];
            int buckets = 0;
            for (int span = 0; span < spanCount; span++) {
                spans[2 * span] = span == 0 ? random.nextInt(40) - 20 : random.nextInt(6);
                spans[2 * span + 1] = 1 + random.nextInt(12);
                buckets += spans[2 * span + 1];
            }
            double[] counts = random.doubles(buckets, 0, 100).map(Math::floor).toArray();
            NativeHistogram histogram = histogram(8, spans, counts);
            int most = 4 + random.nextInt(20);

            NativeHistogram reduced = HistogramResolution.reduce(histogram, most);

            assertThat(reduced).isNotNull();
            assertThat(HistogramResolution.buckets(reduced)).isLessThanOrEqualTo(most);
            int factor = 1 << 8 - reduced.schema();
            TreeMap<Integer, Double> expected = new TreeMap<>();
            buckets(histogram)
                    .forEach((index, count) -> expected.merge(-Math.floorDiv(-index, factor), count, Double::sum));
            assertThat(buckets(reduced)).isEqualTo(expected);
        }
    }

    @Test
    void shouldLeaveASmallHistogramAlone() {
        NativeHistogram small = histogram(3, new int[] {0, 2}, 1, 2);
        assertThat(HistogramResolution.reduce(small, 2)).isSameAs(small);
    }

    @Test
    void shouldSayWhenTheLowestResolutionIsNotLowEnough() {
        assertThat(HistogramResolution.reduce(histogram(-4, new int[] {0, 3}, 1, 2, 3), 2))
                .isNull();
        assertThat(HistogramResolution.reduce(histogram(NativeHistogram.CUSTOM_BUCKETS, new int[] {0, 3}, 1, 2, 3), 2))
                .isNull();
    }
}
