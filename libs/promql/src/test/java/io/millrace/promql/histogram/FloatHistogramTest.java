package io.millrace.promql.histogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.promql.histogram.FloatHistogram.Bucket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatHistogramTest {
    private static FloatHistogram exponential(int schema, int offset, double... counts) {
        return histogram(schema, new double[0], offset, counts);
    }

    private static FloatHistogram custom(double[] bounds, double... counts) {
        return histogram(NativeHistogram.CUSTOM_BUCKETS, bounds, 0, counts);
    }

    private static FloatHistogram histogram(int schema, double[] bounds, int offset, double... counts) {
        double total = 0;
        for (double count : counts) {
            total += count;
        }
        return FloatHistogram.of(new NativeHistogram(
                false,
                ResetHint.UNKNOWN,
                schema,
                0,
                0,
                total,
                total * 2,
                new int[] {offset, counts.length},
                counts,
                new int[0],
                new double[0],
                bounds));
    }

    private static FloatHistogram sum(FloatHistogram first, FloatHistogram... others) {
        HistogramSum sum = new HistogramSum(first);
        for (FloatHistogram other : others) {
            assertThat(sum.isCompatible(other)).isTrue();
            sum.add(other);
        }
        return sum.value();
    }

    @Test
    void shouldName() {
        assertThat(exponential(0, 0, 1, 0, 2).buckets())
                .containsExactly(new Bucket(0.5, 1, false, true, 1, 0), new Bucket(2, 4, false, true, 2, 2));
        assertThat(custom(new double[] {1, 5}, 1, 2, 3).buckets())
                .extracting(Bucket::lower)
                .containsExactly(Double.NEGATIVE_INFINITY, 1.0, 5.0);
        assertThat(exponential(0, 0, 1, 0, 2)).hasToString("{count:3, sum:6, (0.5,1]:1, (2,4]:2}");
    }

    @Test
    void shouldNotCareForLayout() {
        FloatHistogram wide = exponential(0, 0, 0, 1, 0, 2, 0);
        FloatHistogram narrow = exponential(0, 1, 1, 0, 2);
        assertThat(wide).isEqualTo(narrow).hasSameHashCodeAs(narrow);
        assertThat(FloatHistogram.of(wide.toNative())).isEqualTo(wide);
    }

    @Test
    void shouldScale() {
        FloatHistogram doubled = exponential(0, 0, 1, 2).multiply(2);
        assertThat(doubled).isEqualTo(exponential(0, 0, 2, 4));
        assertThat(doubled.divide(2)).isEqualTo(exponential(0, 0, 1, 2));
        assertThat(exponential(0, 0, 1).multiply(-1).hint()).isEqualTo(ResetHint.GAUGE);
    }

    @Test
    void shouldAddAtTheCoarserSchema() {
        // Schema 1 has two buckets for each of schema 0: indexes 1 and 2 make up 1.
        assertThat(sum(exponential(1, 1, 1, 2, 4), exponential(0, 1, 10))).isEqualTo(exponential(0, 1, 13, 4));
        assertThat(exponential(1, 1, 1, 2, 4).reduceResolution(0)).isEqualTo(exponential(0, 1, 3, 4));
    }

    @Test
    void shouldAddAtTheCommonBounds() {
        HistogramSum sum = new HistogramSum(custom(new double[] {1, 2, 5}, 1, 1, 1, 1));
        sum.add(custom(new double[] {1, 5}, 10, 10, 10));
        assertThat(sum.boundsReconciled()).isTrue();
        assertThat(sum.value()).isEqualTo(custom(new double[] {1, 5}, 11, 12, 11));
        assertThat(sum.isCompatible(exponential(0, 0, 1))).isFalse();
    }

    @Test
    void shouldSubtractToNegativeCounts() {
        HistogramSum difference = new HistogramSum(exponential(0, 0, 1, 1));
        difference.subtract(exponential(0, 0, 3, 1));
        assertThat(difference.value()).isEqualTo(exponential(0, 0, -2));
    }

    @Test
    void shouldNoticeHintsThatContradict() {
        HistogramSum sum = new HistogramSum(exponential(0, 0, 1).withHint(ResetHint.YES));
        sum.add(exponential(0, 0, 1));
        assertThat(sum.hintCollision()).isFalse();
        sum.add(exponential(0, 0, 1).withHint(ResetHint.NO));
        assertThat(sum.hintCollision()).isTrue();
        assertThat(sum.value().hint()).isEqualTo(ResetHint.UNKNOWN);
    }

    @Test
    void shouldDetectResets() {
        FloatHistogram before = exponential(0, 0, 2, 3);
        assertThat(exponential(0, 0, 2, 4).detectReset(before)).isFalse();
        assertThat(exponential(0, 0, 1, 5).detectReset(before)).isTrue();
        assertThat(exponential(0, 1, 10).detectReset(before)).isTrue();
        assertThat(exponential(-1, 0, 2, 3).detectReset(before))
                .as("coarser, nothing lost")
                .isFalse();
        assertThat(exponential(1, 0, 2, 3).detectReset(before)).as("finer").isTrue();
        assertThat(exponential(0, 0, 2, 4).withHint(ResetHint.YES).detectReset(before))
                .isTrue();
        assertThat(exponential(0, 0, 1, 1).withHint(ResetHint.NO).detectReset(before))
                .isFalse();
        assertThat(custom(new double[] {1}, 10, 10).detectReset(before)).isTrue();
    }

    @Test
    void shouldFindMeansOfWhatOverflows() {
        HistogramMean mean = new HistogramMean(exponential(0, 0, 1e308));
        mean.add(exponential(0, 0, 1e308));
        mean.add(exponential(0, 0, 1e308));
        assertThat(mean.value().count()).isCloseTo(1e308, within(1e294));
        HistogramMean small = new HistogramMean(exponential(0, 0, 1, 3));
        small.add(exponential(0, 0, 3, 1));
        assertThat(small.value()).isEqualTo(exponential(0, 0, 2, 2));
    }

    @ParameterizedTest
    @CsvSource({"2, 3", "1, 1", "0.1, 0", "100, 6"})
    void shouldCutAtBounds(double cut, double count) {
        FloatHistogram histogram = exponential(0, 0, 1, 2, 3);
        assertThat(HistogramTrim.below(histogram, cut).count()).isEqualTo(count);
        assertThat(HistogramTrim.above(histogram, cut).count()).isEqualTo(6 - count);
    }

    @Test
    void shouldCutThroughBuckets() {
        // Half of (2, 4] by its logarithm is below the square root of 8, half of (2, 4] in custom bounds below 3.
        assertThat(HistogramTrim.below(exponential(0, 2, 4), Math.sqrt(8)).count())
                .isCloseTo(2, within(1e-9));
        assertThat(HistogramTrim.above(custom(new double[] {2, 4}, 0, 4), 3).count())
                .isCloseTo(2, within(1e-9));
    }
}
