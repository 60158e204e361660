package io.millrace.promql.eval;

import io.millrace.promql.ast.Call;

/** A call of a range function: what it needs beside the window. */
final class RangeCall {
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
        context.annotations().warn(text + quotedMetric() + position());
    }

    void infoOfMetric(String text) {
        context.annotations().info(text + quotedMetric() + position());
    }

    String metricName() {
        return metricName;
    }

    private String quotedMetric() {
        return metricName.isEmpty() ? "" : " for metric name \"" + metricName + "\"";
    }

    private String position() {
        return Positions.suffix(context, expr.arguments().get(0).position());
    }
}
