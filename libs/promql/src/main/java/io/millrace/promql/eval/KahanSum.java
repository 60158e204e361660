package io.millrace.promql.eval;

/** A sum with compensation for rounding (Neumaier's variant of Kahan's method). Not thread-safe. */
final class KahanSum {
    private double sum;
    private double compensation;

    void add(double value) {
        double next = sum + value;
        if (Double.isInfinite(next)) {
            compensation = 0;
        } else if (Math.abs(sum) >= Math.abs(value)) {
            compensation += (sum - next) + value;
        } else {
            compensation += (value - next) + sum;
        }
        sum = next;
    }

    /** Adds {@code values[from]} to {@code values[to - 1]}. */
    void add(double[] values, int from, int to) {
        double total = sum;
        double lost = compensation;
        for (int i = from; i < to; i++) {
            double value = values[i];
            double next = total + value;
            if (Double.isInfinite(next)) {
                lost = 0;
            } else if (Math.abs(total) >= Math.abs(value)) {
                lost += (total - next) + value;
            } else {
                lost += (value - next) + total;
            }
            total = next;
        }
        sum = total;
        compensation = lost;
    }

    /** Adds another sum with its compensation. */
    void add(double otherSum, double otherCompensation) {
        add(otherSum);
        compensation += otherCompensation;
    }

    void clear() {
        sum = 0;
        compensation = 0;
    }

    void scale(double factor) {
        sum *= factor;
        compensation *= factor;
    }

    /** The sum without the compensation, to see whether it has overflowed. */
    double plain() {
        return sum;
    }

    double compensation() {
        return compensation;
    }

    double value() {
        return Double.isInfinite(sum) ? sum : sum + compensation;
    }

    /** Each part over a divisor, for a mean that must not overflow when the parts are joined. */
    double over(double divisor) {
        return Double.isInfinite(sum) ? sum / divisor : sum / divisor + compensation / divisor;
    }

    void set(KahanSum other) {
        sum = other.sum;
        compensation = other.compensation;
    }
}
