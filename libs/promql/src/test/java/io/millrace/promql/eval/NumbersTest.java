package io.millrace.promql.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sums, means, quantiles and the functions of single numbers. */
class NumbersTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    private static double sum(double... values) {
        KahanSum sum = new KahanSum();
        Arrays.stream(values).forEach(sum::add);
        return sum.value();
    }

    private static double mean(double... values) {
        KahanMean mean = new KahanMean();
        Arrays.stream(values).forEach(mean::add);
        return mean.value();
    }

    @Test
    void shouldKeepWhatRoundingLoses() {
        assertThat(sum(1, 1e100, 1, -1e100)).isEqualTo(2);
        assertThat(sum(0.1, 0.2, 0.3, -0.6)).isCloseTo(0, within(3e-17));
        assertThat(sum(INFINITY, 1, 1)).isEqualTo(INFINITY);
        assertThat(sum(INFINITY, -INFINITY)).isNaN();
    }

    @Test
    void shouldFindMeansOfWhatOverflows() {
        assertThat(mean(1, 2, 6)).isEqualTo(3);
        assertThat(mean(Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE))
                .isCloseTo(Double.MAX_VALUE, within(1e293));
        assertThat(mean(-Double.MAX_VALUE, -Double.MAX_VALUE, Double.MAX_VALUE))
                .isCloseTo(-Double.MAX_VALUE / 3, within(1e293));
        assertThat(mean(1, INFINITY, 2)).isEqualTo(INFINITY);
        assertThat(mean(INFINITY, -INFINITY)).isNaN();
        assertThat(mean(1, Double.NaN)).isNaN();
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0.5, 3", "0.25, 2", "0.125, 1.5", "1, 5", "-0.1, -Infinity", "1.1, Infinity", "NaN, NaN"})
    void shouldFindQuantiles(double quantile, Double expected) {
        assertThat(Quantiles.of(quantile, new double[] {5, 3, 1, 2, 4})).isEqualTo(expected);
    }

    @Test
    void shouldCountNaNAsTheSmallest() {
        assertThat(Quantiles.of(0.5, new double[] {Double.NaN, 3, 1})).isEqualTo(1);
        assertThat(Quantiles.of(0, new double[] {1, Double.NaN})).isNaN();
        assertThat(Quantiles.of(0.5, new double[0])).isNaN();
    }

    @ParameterizedTest
    @CsvSource({
        "2.5, 1, 3",
        "-2.5, 1, -2",
        "0.5, 1, 1",
        "7, 5, 5",
        "8, 5, 10",
        "1.25, 0.5, 1.5",
        "NaN, 1, NaN",
        "Infinity, 1, Infinity"
    })
    void shouldRoundTiesUpwards(double value, double to, Double expected) {
        assertThat(MathFunctions.round(value, to)).isEqualTo(expected);
    }

    @Test
    void shouldBeExactForPowersOfTwo() {
        for (int exponent = -1022; exponent < 1024; exponent++) {
            assertThat(MathFunctions.log2(Math.scalb(1.0, exponent))).isEqualTo(exponent);
        }
        assertThat(MathFunctions.log2(0)).isEqualTo(-INFINITY);
        assertThat(MathFunctions.log2(-1)).isNaN();
        assertThat(MathFunctions.log2(Double.MIN_VALUE)).isEqualTo(-1074);
        assertThat(MathFunctions.log2(INFINITY)).isEqualTo(INFINITY);
    }

    @Test
    void shouldPutInfinityAboveNaN() {
        assertThat(MathFunctions.max(Double.NaN, INFINITY)).isEqualTo(INFINITY);
        assertThat(MathFunctions.max(Double.NaN, 1)).isNaN();
        assertThat(MathFunctions.min(-INFINITY, Double.NaN)).isEqualTo(-INFINITY);
        assertThat(MathFunctions.min(INFINITY, Double.NaN)).isNaN();
    }

    @ParameterizedTest
    @CsvSource({"1, NaN, 1", "-1, Infinity, 1", "2, 10, 1024", "-8, 0.5, NaN", "0, 0, 1", "NaN, 0, 1"})
    void shouldRaiseToPowersAsGoDoes(double base, double exponent, Double expected) {
        assertThat(BinaryOperation.power(base, exponent)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        // Unknown start, start in the time of the sample itself, start before the sample before.
        "0, 100, 0, 200, false",
        "50, 100, 200, 200, false",
        "50, 100, 50, 200, false",
        // Begun between the two; begun with the first of them, which counts from earlier.
        "50, 100, 150, 200, true",
        "50, 100, 100, 200, true",
        "100, 100, 100, 200, false",
        "0, 100, 100, 200, false"
    })
    void shouldTellResetsByStartTimes(long previousStart, long previous, long start, long time, boolean reset) {
        assertThat(StartTimes.isReset(previousStart, previous, start, time)).isEqualTo(reset);
    }
}
