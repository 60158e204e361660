package io.millrace.promql.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.promql.histogram.HistogramSum;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What is worked out while a window moves must equal what a look at each window alone gives. */
class WindowsTest {
    private static RangeSamples samples(Random random) {
        RangeSamples samples = new RangeSamples();
        int size = random.nextInt(300);
        for (int i = 0; i < size; i++) {
            double value = random.nextInt(8) == 0 ? Double.NaN : random.nextInt(10);
            samples.add(i * 10L, value, random.nextInt(5) == 0 ? Math.max(0, i * 10L - random.nextInt(40)) : 0);
        }
        return samples;
    }

    @RepeatedTest(50)
    void shouldFollowExtremes(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        RangeSamples samples = samples(random);
        boolean max = random.nextBoolean();
        boolean latest = random.nextBoolean();
        SlidingExtreme extreme = new SlidingExtreme();
        int from = 0;
        int to = 0;
        while (to < samples.floatCount) {
            to = Math.min(samples.floatCount, to + 1 + random.nextInt(20));
            from = Math.max(from, to - 1 - random.nextInt(100));
            int best = from;
            for (int i = from; i < to; i++) {
                double now = samples.floats[i];
                double sofar = samples.floats[best];
                boolean better = max ? now > sofar : now < sofar;
                best = better || Double.isNaN(sofar) || (latest && now == sofar) ? i : best;
            }
            assertThat(extreme.index(samples, from, to, max, latest)).isEqualTo(best);
        }
    }

    @RepeatedTest(50)
    void shouldFindResetsAndChanges(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        RangeSamples samples = samples(random);
        Window window = new Window();
        window.reset(samples);
        for (long end = 0; end < samples.floatCount * 10L; end += random.nextInt(60)) {
            window.moveTo(end - 300, end, end);
            int resets = 0;
            int changes = 0;
            boolean overlap = false;
            for (int i = 1; i < window.floats(); i++) {
                boolean reset = window.value(i) < window.value(i - 1)
                        || StartTimes.isReset(window.start(i - 1), window.time(i - 1), window.start(i), window.time(i));
                resets += reset ? 1 : 0;
                boolean bothNaN = Double.isNaN(window.value(i)) && Double.isNaN(window.value(i - 1));
                changes += window.value(i) != window.value(i - 1) && !bothNaN ? 1 : 0;
                overlap |= StartTimes.overlaps(window.start(i - 1), window.time(i - 1), window.start(i));
            }
            int last = window.floats() - 1;
            int found = 0;
            for (int i = window.lastReset(last); i > 0; i = window.lastReset(i - 1)) {
                found++;
            }
            assertThat(found).isEqualTo(resets);
            assertThat(window.changes()).isEqualTo(changes);
            assertThat(window.lastOverlap(last) > 0).isEqualTo(overlap);
        }
    }

    @RepeatedTest(50)
    void shouldKeepTheBest(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        boolean greatest = random.nextBoolean();
        double[] values = IntStream.range(0, random.nextInt(200))
                .mapToDouble(i -> random.nextInt(10) == 0 ? Double.NaN : random.nextInt(20))
                .toArray();
        int keep = random.nextInt(30);
        BestValues best = new BestValues(30, greatest);
        best.clear(keep);
        for (int i = 0; i < values.length; i++) {
            best.offer(i, values[i]);
        }
        double[] expected = Arrays.stream(values)
                .boxed()
                .sorted(Comparator.comparing((Double value) -> value.isNaN())
                        .thenComparing(value -> value.isNaN() ? 0 : greatest ? -value : value))
                .limit(keep)
                .mapToDouble(value -> value)
                .toArray();
        int[] taken = best.take();
        assertThat(Arrays.stream(taken).mapToDouble(i -> values[i]).toArray()).isEqualTo(expected);
        assertThat(Arrays.stream(taken).distinct().count()).isEqualTo(taken.length);
        assertThat(Arrays.stream(best.take())).isEmpty();
    }

    @Test
    void shouldKeepOfEqualValuesThoseThatGosHeapKeeps() {
        double[] values = {1, 1, 1, 2, 0, Double.NaN, Double.NaN};
        BestValues top = new BestValues(2, true);
        BestValues bottom = new BestValues(2, false);
        BestValues all = new BestValues(7, true);
        top.clear(2);
        bottom.clear(2);
        all.clear(7);

        for (int i = 0; i < values.length; i++) {
            top.offer(i, values[i]);
            bottom.offer(i, values[i]);
            all.offer(i, values[i]);
        }

        assertThat(top.take()).containsExactly(3, 1);
        assertThat(bottom.take()).containsExactly(4, 1);
        int[] ranked = all.take();
        assertThat(ranked).startsWith(3).hasSize(7);
        assertThat(Arrays.copyOfRange(ranked, 5, 7)).containsExactlyInAnyOrder(5, 6);
    }

    @RepeatedTest(30)
    void shouldFollowSumsOfHistograms(RepetitionInfo repetition) {
        // given: buckets that come and go, and in some repetitions layouts that change
        Random random = new Random(repetition.getCurrentRepetition());
        RangeSamples samples = new RangeSamples();
        for (int i = 0; i < 400; i++) {
            boolean odd = repetition.getCurrentRepetition() % 5 == 0 && random.nextInt(100) == 0;
            samples.add(i * 10_000L, histogram(random, odd), 0);
        }
        Window window = new Window();
        window.reset(samples);
        int reach = 100_000 + random.nextInt(2_000_000);
        int followed = 0;
        for (long end = 0; end < 4_000_000L; end += random.nextInt(200_000)) {
            // when
            window.moveTo(end - reach, end, end);
            HistogramSum sum = window.histograms() == 0 ? null : window.histogramSum();

            // then
            if (sum == null) {
                continue;
            }
            followed++;
            HistogramSum walked = new HistogramSum(window.histogram(0));
            for (int i = 1; i < window.histograms(); i++) {
                walked.add(window.histogram(i));
            }
            assertThat(sum.hintCollision()).isEqualTo(walked.hintCollision());
            NativeHistogram followedSum = sum.value().toNative();
            NativeHistogram expected = walked.value().toNative();
            assertThat(followedSum.resetHint()).isEqualTo(expected.resetHint());
            assertThat(followedSum.positiveSpans()).isEqualTo(expected.positiveSpans());
            assertAlmost(followedSum.count(), expected.count(), 1e-12);
            assertAlmost(followedSum.sum(), expected.sum(), 1e-12);
            for (int i = 0; i < expected.positiveCounts().length; i++) {
                assertAlmost(followedSum.positiveCounts()[i], expected.positiveCounts()[i], 1e-12);
            }
        }
        assertThat(followed > 0 || reach < 500_000 || repetition.getCurrentRepetition() % 5 == 0)
                .isTrue();
    }

    private static FloatHistogram histogram(Random random, boolean odd) {
        double[] counts = {random.nextInt(9) + 0.1, random.nextInt(9) / 3.0, random.nextInt(5)};
        ResetHint[] hints = {ResetHint.UNKNOWN, ResetHint.NO, ResetHint.NO, ResetHint.NO, ResetHint.YES};
        return FloatHistogram.of(new NativeHistogram(
                true,
                hints[random.nextInt(hints.length)],
                odd ? 0 : 1,
                0.001,
                random.nextInt(3),
                counts[0] + counts[1] + counts[2],
                random.nextGaussian(),
                new int[] {random.nextInt(4), 2, 1, 1},
                counts,
                new int[0],
                new double[0],
                new double[0]));
    }

    @RepeatedTest(30)
    void shouldFollowSumsVariancesSlopesAndOrder(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        RangeSamples samples = new RangeSamples();
        for (int i = 0; i < 600; i++) {
            double value = repetition.getCurrentRepetition() % 3 == 0 && random.nextInt(50) == 0
                    ? Double.NaN
                    : random.nextInt(100) == 0 ? 1e17 : random.nextInt(1000);
            samples.add(i * 10_000L + random.nextInt(5_000), value, 0);
        }
        Window window = new Window();
        window.reset(samples);
        int reach = 100_000 + random.nextInt(2_000_000);
        for (long end = 0; end < 6_000_000L; end += random.nextInt(300_000)) {
            window.moveTo(end - reach, end, end);
            double[] values = IntStream.range(0, window.floats())
                    .mapToDouble(window::value)
                    .toArray();
            if (values.length < 2) {
                continue;
            }
            KahanSum sum = new KahanSum();
            window.sum(sum);
            KahanSum walked = new KahanSum();
            walked.add(values, 0, values.length);
            assertAlmost(sum.value(), walked.value(), 1e-12);
            double mean = walked.value() / values.length;
            double variance =
                    Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / values.length;
            assertAlmost(window.moments().variance(), variance, 1e-6);
            double q = random.nextDouble();
            assertAlmost(window.ordered().quantile(q), Quantiles.of(q, values.clone()), 0);
            assertAlmost(window.ordered().medianDeviation(), deviation(values), 1e-12);
        }
    }

    private static double deviation(double[] values) {
        if (Arrays.stream(values).anyMatch(Double::isNaN)) {
            return Double.NaN;
        }
        double median = Quantiles.of(0.5, values.clone());
        return Quantiles.of(
                0.5, Arrays.stream(values).map(v -> Math.abs(v - median)).toArray());
    }

    private static void assertAlmost(double actual, double expected, double tolerance) {
        assertThat(Double.compare(actual, expected) == 0
                        || Math.abs(actual - expected) <= tolerance * Math.abs(expected))
                .as("%s instead of %s", actual, expected)
                .isTrue();
    }
}
