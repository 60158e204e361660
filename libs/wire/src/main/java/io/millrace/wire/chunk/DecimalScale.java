package io.millrace.wire.chunk;

/**
 * Finds how many decimals the values of a column have. A value <em>has e decimals</em> when it is, bit for bit, the double
 * nearest to a whole number / 10^e: what a program prints with e decimals and a scraper parses. Stateless.
 */
final class DecimalScale {
    /** More digits than a double holds between 1 and 2^53 are no decimals but noise. */
    static final int MAX = 15;

    static final int NONE = -1;

    /** Looked at before all are: most columns of noise are recognised by these. */
    private static final int PROBES = 32;

    /** Whole numbers up to here are doubles. */
    private static final double MAX_WHOLE = 1L << 53;

    private static final double[] POWERS = new double[MAX + 1];

    static {
        double power = 1;
        for (int i = 0; i <= MAX; i++) {
            POWERS[i] = power;
            power *= 10;
        }
    }

    private DecimalScale() {}

    /** The fewest decimals that all but one in 32 values have; {@link #NONE} when there is no such number. */
    static int of(double[] values, int from, int to) {
        int size = to - from;
        int step = Math.max(1, size / PROBES);
        int odd = 0;
        for (int i = from; i < to; i += step) {
            odd += decimals(values[i]) == NONE ? 1 : 0;
        }
        if (odd * step > size / 4) {
            return NONE;
        }
        int[] needed = new int[MAX + 1];
        for (int i = from; i < to; i++) {
            int decimals = decimals(values[i]);
            if (decimals != NONE) {
                needed[decimals]++;
            }
        }
        int covered = 0;
        for (int decimals = 0; decimals <= MAX; decimals++) {
            covered += needed[decimals];
            if (size - covered <= size / 32) {
                return decimals;
            }
        }
        return NONE;
    }

    private static int decimals(double value) {
        for (int decimals = 0; decimals <= MAX; decimals++) {
            if (has(value, decimals)) {
                return decimals;
            }
        }
        return NONE;
    }

    static boolean has(double value, int decimals) {
        double scaled = Math.rint(value * POWERS[decimals]);
        return Math.abs(scaled) <= MAX_WHOLE
                && Double.doubleToRawLongBits(unscale((long) scaled, decimals)) == Double.doubleToRawLongBits(value);
    }

    /** The whole number of a value that has these decimals. */
    static long scale(double value, int decimals) {
        return (long) Math.rint(value * POWERS[decimals]);
    }

    static double unscale(long whole, int decimals) {
        return whole / POWERS[decimals];
    }
}
