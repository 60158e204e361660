package io.millrace.promql.eval;

import java.util.Arrays;

/**
 * The floats of a window that moves, in order: those that leave are taken out and those that come put in, so that no
 * window is sorted but the first. NaN is counted apart. Reused; not thread-safe.
 */
final class SlidingOrder {
    private double[] sorted = new double[64];
    private int size;
    private int nans;
    private int begin;
    private int end;

    /** Starts on another series. */
    void clear() {
        size = 0;
        nans = 0;
        begin = 0;
        end = 0;
    }

    /** Moves to {@code from <= index < to}, neither bound less than at the call before. */
    void moveTo(RangeSamples samples, int from, int to) {
        double[] values = samples.floats;
        int moves = from - begin + to - end;
        // Each move shifts half of the window in memory on average, which is some thousand times faster than comparing.
        if (from >= end || moves > (to - from) / 4) {
            sort(values, from, to);
        } else {
            for (int i = begin; i < from; i++) {
                remove(values[i]);
            }
            for (int i = end; i < to; i++) {
                insert(values[i]);
            }
        }
        begin = from;
        end = to;
    }

    private void sort(double[] values, int from, int to) {
        if (sorted.length < to - from) {
            sorted = new double[(to - from) * 2];
        }
        size = 0;
        nans = 0;
        for (int i = from; i < to; i++) {
            if (Double.isNaN(values[i])) {
                nans++;
            } else {
                sorted[size++] = values[i];
            }
        }
        Arrays.sort(sorted, 0, size);
    }

    private void remove(double value) {
        if (Double.isNaN(value)) {
            nans--;
            return;
        }
        int at = Arrays.binarySearch(sorted, 0, size, value);
        size--;
        System.arraycopy(sorted, at + 1, sorted, at, size - at);
    }

    private void insert(double value) {
        if (Double.isNaN(value)) {
            nans++;
            return;
        }
        int found = Arrays.binarySearch(sorted, 0, size, value);
        int at = found < 0 ? -found - 1 : found;
        if (size == sorted.length) {
            sorted = Arrays.copyOf(sorted, size * 2);
        }
        System.arraycopy(sorted, at, sorted, at + 1, size - at);
        sorted[at] = value;
        size++;
    }

    /** As {@link Quantiles#of}. */
    double quantile(double quantile) {
        int count = size + nans;
        if (count == 0 || Double.isNaN(quantile)) {
            return Double.NaN;
        }
        if (quantile < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (quantile > 1) {
            return Double.POSITIVE_INFINITY;
        }
        double rank = quantile * (count - 1);
        int lower = (int) Math.max(0, Math.floor(rank));
        int upper = Math.min(count - 1, lower + 1);
        double weight = rank - Math.floor(rank);
        return ranked(lower) * (1 - weight) + ranked(upper) * weight;
    }

    private double ranked(int rank) {
        return rank < nans ? Double.NaN : sorted[rank - nans];
    }

    /** The median of the distances to the median; NaN when any float is NaN. */
    double medianDeviation() {
        if (nans > 0 || size == 0) {
            return Double.NaN;
        }
        double median = quantile(0.5);
        if (!Double.isFinite(median) || !Double.isFinite(sorted[0]) || !Double.isFinite(sorted[size - 1])) {
            double[] distances = new double[size];
            Arrays.setAll(distances, i -> Math.abs(sorted[i] - median));
            return Quantiles.of(0.5, distances);
        }
        double rank = 0.5 * (size - 1);
        int lower = (int) Math.floor(rank);
        double weight = rank - lower;
        double least = distance(median, lower);
        return weight == 0 ? least : least * (1 - weight) + distance(median, lower + 1) * weight;
    }

    /** The distance to the median that so many are below. Those nearest to the median stand side by side. */
    private double distance(double median, int rank) {
        int low = 0;
        int high = size - 1 - rank;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (median - sorted[middle] > sorted[middle + rank + 1] - median) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return Math.max(median - sorted[low], sorted[low + rank] - median);
    }
}
