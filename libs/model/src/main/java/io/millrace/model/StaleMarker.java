package io.millrace.model;

/**
 * The NaN that Prometheus writes when a series ends. Compare raw bits only: arithmetic and
 * {@link Double#doubleToLongBits} turn it into an ordinary NaN.
 */
public final class StaleMarker {
    public static final long BITS = 0x7ff0000000000002L;
    public static final double VALUE = Double.longBitsToDouble(BITS);

    private StaleMarker() {}

    public static boolean is(double value) {
        return Double.doubleToRawLongBits(value) == BITS;
    }
}
