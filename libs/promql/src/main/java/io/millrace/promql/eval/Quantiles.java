package io.millrace.promql.eval;

import java.util.Arrays;

/** Quantiles of plain numbers. */
final class Quantiles {
    private Quantiles() {}

    /**
     * The φ-quantile by linear interpolation between ranks; NaN counts as the smallest number.
     *
     * @param values may be reordered; NaN when empty
     */
    static double of(double quantile, double[] values) {
        if (values.length == 0 || Double.isNaN(quantile)) {
            return Double.NaN;
        }
        if (quantile < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (quantile > 1) {
            return Double.POSITIVE_INFINITY;
        }
        Arrays.sort(values);
        int numbers = values.length;
        while (numbers > 0 && Double.isNaN(values[numbers - 1])) {
            numbers--;
        }
        int nans = values.length - numbers;
        if (nans > 0) {
            System.arraycopy(values, 0, values, nans, numbers);
            Arrays.fill(values, 0, nans, Double.NaN);
        }
        double rank = quantile * (values.length - 1);
        int lower = (int) Math.max(0, Math.floor(rank));
        int upper = Math.min(values.length - 1, lower + 1);
        double weight = rank - Math.floor(rank);
        return values[lower] * (1 - weight) + values[upper] * weight;
    }
}
