package io.millrace.promql.eval;

import io.millrace.promql.ast.Call;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.format.GoFloat;
import io.millrace.promql.format.GoString;
import io.millrace.promql.histogram.HistogramSum;
import java.util.List;

/** A call of a range function: what it needs beside the window. */
final class RangeCall {
    private static final List<String> COUNTER_SUFFIXES = List.of("_total", "_sum", "_count", "_bucket");

    private final QueryContext context;
    private final Call expr;
    private final long rangeMs;
    private final double[][] scalars;
    private String metricName = "";

    /** @param scalars the scalar arguments by position, each with a value for each step; empty at other positions */
    RangeCall(QueryContext context, Call expr, long rangeMs, double[][] scalars) {
        this.context = context;
        this.expr = expr;
        this.rangeMs = rangeMs;
        this.scalars = scalars;
    }

    void onSeries(String name) {
        metricName = name;
    }

    String function() {
        return expr.function().name();
    }

    long rangeMs() {
        return rangeMs;
    }

    QueryContext context() {
        return context;
    }

    Call expr() {
        return expr;
    }

    double scalar(int argument, int step) {
        double[] values = scalars[argument];
        if (values.length == 0) {
            throw new IllegalStateException("argument " + argument + " of " + function() + " is not a scalar");
        }
        return values[step];
    }

    int arguments() {
        return scalars.length;
    }

    /** Warns with the metric name and the position of the first argument. */
    void warnOfMetric(String text) {
        context.annotations().warn(text + forMetric(), position());
    }

    void infoOfMetric(String text) {
        context.annotations().info(text + forMetric(), position());
    }

    String metricName() {
        return metricName;
    }

    private String forMetric() {
        return " for metric name " + GoString.quote(metricName);
    }

    private String position() {
        return context.position(expr.arguments().get(0).position());
    }

    /** Says what bringing histograms together had to settle. */
    void annotate(HistogramSum sum, String operation) {
        if (sum.hintCollision()) {
            context.annotations().warn("conflicting counter resets during histogram " + operation, position());
        }
        if (sum.boundsReconciled()) {
            context.annotations().info("mismatched custom buckets were reconciled during " + operation, position());
        }
    }

    /** Warns that a histogram is not what the function is for: {@code counter} or {@code gauge}. */
    void warnOfKind(String kind) {
        context.annotations()
                .warn("this native histogram metric is not a " + kind + ": " + GoString.quote(metricName), position());
    }

    /** Warns that a sample counts from a time that an earlier one covers already. */
    void warnOfOverlap() {
        context.annotations()
                .warn(
                        "sample has start time that overlaps with previous sample timestamp for metric "
                                + GoString.quote(metricName),
                        position());
    }

    void infoOfReconciled(HistogramSum sum, String operation) {
        if (sum.boundsReconciled()) {
            context.annotations().info("mismatched custom buckets were reconciled during " + operation, position());
        }
    }

    void warnOfQuantile(double quantile) {
        if (!(quantile >= 0 && quantile <= 1)) {
            context.annotations()
                    .warn("quantile value should be between 0 and 1, got " + GoFloat.formatG(quantile), position());
        }
    }

    /**
     * Says so when a metric of which a rate was made is not named like a counter.
     *
     * @param floats whether the results have floats
     */
    void infoOfNonCounter(boolean floats) {
        boolean counts =
                expr.function().name().equals("rate") || expr.function().name().equals("increase");
        if (counts
                && floats
                && !metricName.isEmpty()
                && COUNTER_SUFFIXES.stream().noneMatch(metricName::endsWith)) {
            context.annotations()
                    .info(
                            "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "
                                    + GoString.quote(metricName),
                            position());
        }
    }

    /** @param name of the factor and {@code symbol} of it, as the message says them */
    static void requireFraction(String name, String symbol, double value) {
        if (value <= 0 || value >= 1) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "invalid " + name + " factor. Expected: 0 < " + symbol + " < 1, got: "
                            + GoFloat.formatFixed(value, 6));
        }
    }
}
