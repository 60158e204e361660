package io.millrace.processor.limits;

import io.millrace.model.NativeHistogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Native histograms with fewer buckets: each step to a lower schema puts two neighbouring buckets into one, which loses
 * resolution and nothing else. Bucket {@code i} of schema {@code s} lies in bucket {@code ceil(i / 2)} of schema
 * {@code s - 1}. Stateless.
 */
final class HistogramResolution {
    private static final int LOWEST_SCHEMA = -4;

    private HistogramResolution() {}

    /** Buckets that a histogram takes up. */
    static int buckets(NativeHistogram histogram) {
        return histogram.positiveCounts().length + histogram.negativeCounts().length;
    }

    /** The histogram with at most {@code maxBuckets} buckets; null when its resolution cannot be lowered so far. */
    static @Nullable NativeHistogram reduce(NativeHistogram histogram, int maxBuckets) {
        NativeHistogram reduced = histogram;
        while (buckets(reduced) > maxBuckets) {
            if (reduced.schema() <= LOWEST_SCHEMA) {
                return null;
            }
            reduced = halve(reduced);
        }
        return reduced;
    }

    private static NativeHistogram halve(NativeHistogram histogram) {
        Side positive = Side.halve(histogram.positiveSpans(), histogram.positiveCounts());
        Side negative = Side.halve(histogram.negativeSpans(), histogram.negativeCounts());
        return new NativeHistogram(
                histogram.integer(),
                histogram.resetHint(),
                histogram.schema() - 1,
                histogram.zeroThreshold(),
                histogram.zeroCount(),
                histogram.count(),
                histogram.sum(),
                positive.spans(),
                positive.counts(),
                negative.spans(),
                negative.counts(),
                histogram.customValues());
    }

    /** The buckets on one side of zero. */
    private static final class Side {
        private int[] spans = new int[8];
        private double[] counts;
        private int spanWords;
        private int size;
        private int next;

        private Side(int most) {
            counts = new double[most];
        }

        static Side halve(int[] spans, double[] counts) {
            Side side = new Side(counts.length);
            int index = 0;
            int at = 0;
            for (int span = 0; span < spans.length; span += 2) {
                index += spans[span];
                for (int i = 0; i < spans[span + 1]; i++) {
                    side.add((index >> 1) + (index & 1), counts[at++]);
                    index++;
                }
            }
            return side;
        }

        /** Adds to a bucket; buckets come in rising order, the last one perhaps again. */
        private void add(int bucket, double count) {
            if (size > 0 && bucket == next - 1) {
                counts[size - 1] += count;
                return;
            }
            if (size == 0 || bucket != next) {
                if (spanWords == spans.length) {
                    spans = Arrays.copyOf(spans, 2 * spanWords);
                }
                spans[spanWords] = bucket - next;
                spans[spanWords + 1] = 0;
                spanWords += 2;
            }
            spans[spanWords - 1]++;
            counts[size++] = count;
            next = bucket + 1;
        }

        int[] spans() {
            return Arrays.copyOf(spans, spanWords);
        }

        double[] counts() {
            return Arrays.copyOf(counts, size);
        }
    }
}
