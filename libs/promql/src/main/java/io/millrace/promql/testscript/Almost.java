package io.millrace.promql.testscript;

import io.millrace.model.StaleMarker;

/** Equality of floats up to a relative error, by the rules of Prometheus' tests. */
final class Almost {
    private static final double EPSILON = 1e-6;

    private Almost() {}

    /** NaN equals NaN; a stale marker equals only a stale marker; a number equals zero only if it is tiny. */
    static boolean equal(double left, double right) {
        if (StaleMarker.is(left) || StaleMarker.is(right)) {
            return StaleMarker.is(left) && StaleMarker.is(right);
        }
        if (Double.isNaN(left) && Double.isNaN(right) || left == right) {
            return true;
        }
        double magnitude = Math.abs(left) + Math.abs(right);
        double difference = Math.abs(left - right);
        if (left == 0 || right == 0 || magnitude < Double.MIN_NORMAL) {
            return difference < EPSILON * Double.MIN_NORMAL;
        }
        return difference / Math.min(magnitude, Double.MAX_VALUE) < EPSILON;
    }
}
