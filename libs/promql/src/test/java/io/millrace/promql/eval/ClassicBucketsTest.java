package io.millrace.promql.eval;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassicBucketsTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    private static ClassicBuckets buckets(double... boundsAndCounts) {
        double[] bounds = new double[boundsAndCounts.length / 2];
        double[] counts = new double[bounds.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = boundsAndCounts[2 * i];
            counts[i] = boundsAndCounts[2 * i + 1];
        }
        return new ClassicBuckets(bounds, counts, bounds.length);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.25, 1", "0.5, 2", "0.625, 3", "0.75, 4", "1, 4", "NaN, NaN", "-1, -Infinity", "2, Infinity"})
    void shouldInterpolate(double quantile, Double expected) {
        // Two of eight in each of (0, 1], (1, 2], (2, 4] and above.
        assertThat(buckets(1, 2, 2, 4, 4, 6, INFINITY, 8).quantile(quantile)).isEqualTo(expected);
    }

    @Test
    void shouldNotAnswerWithoutWhatItNeeds() {
        assertThat(buckets(1, 1, 2, 2).quantile(0.5)).isNaN();
        assertThat(buckets(INFINITY, 2).quantile(0.5)).isNaN();
        assertThat(buckets(1, 0, INFINITY, 0).quantile(0.5)).isNaN();
    }

    @Test
    void shouldTakeABoundBelowZeroAsItIs() {
        assertThat(buckets(-1, 5, 1, 10, INFINITY, 10).quantile(0.1)).isEqualTo(-1);
    }

    @Test
    void shouldAddUpEqualBounds() {
        assertThat(buckets(1, 1, 1, 1, 2, 4, INFINITY, 4).quantile(0.5)).isEqualTo(1);
    }

    @Test
    void shouldRaiseCountsThatFall() {
        ClassicBuckets falling = buckets(1, 10, 2, 7, 4, 9, INFINITY, 20);
        assertThat(falling.quantile(0.5)).isEqualTo(1);
        assertThat(falling.repaired()).isTrue();
        assertThat(falling.repairedFrom()).isEqualTo(2);
        assertThat(falling.repairedTo()).isEqualTo(4);
        assertThat(falling.repairedBy()).isEqualTo(3);
    }

    @Test
    void shouldPassOverRounding() {
        ClassicBuckets rounded = buckets(1, 10, 2, 10 - 1e-13, INFINITY, 20);
        assertThat(rounded.quantile(0.5)).isEqualTo(1);
        assertThat(rounded.repaired()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 4, 0.75", "1, 2, 0.25", "0.5, 3, 0.5", "4, 100, 0", "2, 1, 0", "-5, Infinity, 1", "NaN, 1, NaN"})
    void shouldFindShares(double lower, double upper, Double expected) {
        assertThat(buckets(1, 2, 2, 4, 4, 6, INFINITY, 8).fraction(lower, upper))
                .isEqualTo(expected);
    }
}
