package io.millrace.promql.eval;

import io.millrace.promql.ast.AggregateExpr;
import io.millrace.promql.ast.Aggregator;
import io.millrace.promql.format.GoString;
import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.promql.histogram.HistogramMean;
import io.millrace.promql.histogram.HistogramSum;
import org.jspecify.annotations.Nullable;

/** Folds the series of one group into one value for each step. Not thread-safe. */
abstract class GroupAccumulator {
    final AggregateExpr expr;
    final QueryContext context;
    final StepValues result;

    private GroupAccumulator(AggregateExpr expr, int steps, QueryContext context) {
        this.expr = expr;
        this.context = context;
        this.result = new StepValues(steps);
        context.hold(2L * steps);
    }

    static GroupAccumulator of(AggregateExpr expr, int steps, QueryContext context) {
        return switch (expr.aggregator()) {
            case SUM, AVG -> new Sums(expr, steps, context);
            case COUNT, GROUP -> new Counts(expr, steps, context);
            case MIN, MAX -> new Extremes(expr, steps, context);
            case STDDEV, STDVAR -> new Variances(expr, steps, context);
            case TOPK, BOTTOMK, COUNT_VALUES, QUANTILE, LIMITK, LIMIT_RATIO ->
                throw new IllegalStateException(expr.aggregator() + " needs all series of a group");
        };
    }

    /** @param metricName of the series, for annotations */
    abstract void add(StepValues values, String metricName);

    abstract StepValues finish();

    final String position() {
        return context.position(expr.operand().position());
    }

    final void ignoreHistogram() {
        context.annotations().info("ignored histogram in " + expr.aggregator().keyword() + " aggregation", position());
    }

    /** Sum and average with Kahan compensation; an average that would overflow goes on as an incremental mean. */
    private static final class Sums extends GroupAccumulator {
        private final boolean average;
        private final double[] sums;
        private final double[] compensations;
        private final double[] counts;
        private final boolean[] incremental;
        private @Nullable HistogramSum @Nullable [] histograms;
        private @Nullable HistogramMean @Nullable [] means;
        private final boolean[] sawFloat;
        private final boolean[] sawHistogram;
        private final boolean[] refused;

        Sums(AggregateExpr expr, int steps, QueryContext context) {
            super(expr, steps, context);
            average = expr.aggregator() == Aggregator.AVG;
            sums = new double[steps];
            compensations = new double[steps];
            counts = new double[steps];
            incremental = new boolean[steps];
            sawFloat = new boolean[steps];
            sawHistogram = new boolean[steps];
            refused = new boolean[steps];
        }

        @Override
        void add(StepValues values, String metricName) {
            for (int step = 0; step < values.steps(); step++) {
                if (!values.has(step) || refused[step]) {
                    continue;
                }
                FloatHistogram histogram = values.histogram(step);
                if (histogram != null) {
                    // After a float there is nothing to add a histogram to: the group will not have a result.
                    if (sawHistogram[step] || !sawFloat[step]) {
                        addHistogram(step, histogram, metricName);
                    }
                    sawHistogram[step] = true;
                } else {
                    sawFloat[step] = true;
                    if (!sawHistogram[step]) {
                        addFloat(step, values.value(step));
                    }
                }
            }
        }

        private void addFloat(int step, double value) {
            counts[step]++;
            if (counts[step] == 1) {
                sums[step] = value;
                return;
            }
            if (!average) {
                kahan(step, value);
                return;
            }
            if (!incremental[step]) {
                double before = sums[step];
                double beforeCompensation = compensations[step];
                kahan(step, value);
                if (!Double.isInfinite(sums[step]) || Double.isInfinite(before) || Double.isInfinite(value)) {
                    return;
                }
                incremental[step] = true;
                sums[step] = before / (counts[step] - 1);
                compensations[step] = beforeCompensation / (counts[step] - 1);
            }
            double mean = sums[step];
            if (Double.isInfinite(mean)
                    && ((Double.isInfinite(value) && (mean > 0) == (value > 0))
                            || (!Double.isInfinite(value) && !Double.isNaN(value)))) {
                return;
            }
            double scale = (counts[step] - 1) / counts[step];
            sums[step] *= scale;
            compensations[step] *= scale;
            kahan(step, value / counts[step]);
        }

        private void kahan(int step, double value) {
            double previous = sums[step];
            double next = previous + value;
            if (Double.isInfinite(next)) {
                compensations[step] = 0;
            } else if (Math.abs(previous) >= Math.abs(value)) {
                compensations[step] += (previous - next) + value;
            } else {
                compensations[step] += (value - next) + previous;
            }
            sums[step] = next;
        }

        private void addHistogram(int step, FloatHistogram histogram, String metricName) {
            counts[step]++;
            if (average) {
                addToMean(step, histogram, metricName);
                return;
            }
            if (histograms == null) {
                histograms = new HistogramSum[sums.length];
            }
            HistogramSum sum = histograms[step];
            if (sum == null) {
                histograms[step] = new HistogramSum(histogram);
                context.hold(2L * histogram.bytes() / QueryContext.BYTES_PER_SAMPLE);
            } else if (!sum.isCompatible(histogram)) {
                refuseMix(step, metricName);
            } else {
                sum.add(histogram);
            }
        }

        private void addToMean(int step, FloatHistogram histogram, String metricName) {
            if (means == null) {
                means = new HistogramMean[sums.length];
            }
            HistogramMean mean = means[step];
            if (mean == null) {
                means[step] = new HistogramMean(histogram);
                context.hold(2L * histogram.bytes() / QueryContext.BYTES_PER_SAMPLE);
            } else if (!mean.isCompatible(histogram)) {
                refuseMix(step, metricName);
            } else {
                mean.add(histogram);
            }
        }

        private void refuseMix(int step, String metricName) {
            refused[step] = true;
            context.annotations()
                    .warn(
                            "vector contains a mix of histograms with exponential and custom buckets schemas"
                                    + " for metric name " + GoString.quote(metricName),
                            position());
        }

        @Override
        StepValues finish() {
            for (int step = 0; step < sums.length; step++) {
                if (sawFloat[step] && sawHistogram[step]) {
                    context.annotations()
                            .warn("encountered a mix of histograms and floats for aggregation", position());
                    continue;
                }
                if (counts[step] == 0 || refused[step]) {
                    continue;
                }
                if (means != null && means[step] != null) {
                    annotate(means[step].sum());
                    result.set(step, means[step].value());
                } else if (histograms != null && histograms[step] != null) {
                    annotate(histograms[step]);
                    result.set(step, histograms[step].value());
                } else if (!average || incremental[step]) {
                    result.set(step, total(step));
                } else {
                    result.set(step, sums[step] / counts[step] + compensations[step] / counts[step]);
                }
            }
            return result;
        }

        private double total(int step) {
            return Double.isInfinite(sums[step]) ? sums[step] : sums[step] + compensations[step];
        }

        private void annotate(HistogramSum sum) {
            if (sum.hintCollision()) {
                context.annotations().warn("conflicting counter resets during histogram aggregation", position());
            }
            if (sum.boundsReconciled()) {
                context.annotations().info("mismatched custom buckets were reconciled during aggregation", position());
            }
        }
    }

    private static final class Counts extends GroupAccumulator {
        private final boolean group;

        Counts(AggregateExpr expr, int steps, QueryContext context) {
            super(expr, steps, context);
            group = expr.aggregator() == Aggregator.GROUP;
        }

        @Override
        void add(StepValues values, String metricName) {
            for (int step = 0; step < values.steps(); step++) {
                if (values.has(step)) {
                    result.set(step, group ? 1 : result.value(step) + 1);
                }
            }
        }

        @Override
        StepValues finish() {
            return result;
        }
    }

    private static final class Extremes extends GroupAccumulator {
        private final boolean max;

        Extremes(AggregateExpr expr, int steps, QueryContext context) {
            super(expr, steps, context);
            max = expr.aggregator() == Aggregator.MAX;
        }

        @Override
        void add(StepValues values, String metricName) {
            for (int step = 0; step < values.steps(); step++) {
                if (!values.has(step)) {
                    continue;
                }
                if (!values.isFloat(step)) {
                    ignoreHistogram();
                    continue;
                }
                double value = values.value(step);
                double best = result.value(step);
                if (!result.has(step) || Double.isNaN(best) || (max ? value > best : value < best)) {
                    result.set(step, value);
                }
            }
        }

        @Override
        StepValues finish() {
            return result;
        }
    }

    /** Welford's method. */
    private static final class Variances extends GroupAccumulator {
        private final boolean deviation;
        private final double[] means;
        private final double[] counts;

        Variances(AggregateExpr expr, int steps, QueryContext context) {
            super(expr, steps, context);
            deviation = expr.aggregator() == Aggregator.STDDEV;
            means = new double[steps];
            counts = new double[steps];
        }

        @Override
        void add(StepValues values, String metricName) {
            for (int step = 0; step < values.steps(); step++) {
                if (!values.has(step)) {
                    continue;
                }
                if (!values.isFloat(step)) {
                    ignoreHistogram();
                    continue;
                }
                double value = values.value(step);
                counts[step]++;
                if (counts[step] == 1) {
                    means[step] = value;
                    result.set(step, Double.isFinite(value) ? 0 : Double.NaN);
                    continue;
                }
                double delta = value - means[step];
                means[step] += delta / counts[step];
                result.set(step, result.value(step) + delta * (value - means[step]));
            }
        }

        @Override
        StepValues finish() {
            for (int step = 0; step < means.length; step++) {
                if (result.has(step)) {
                    double variance = result.value(step) / counts[step];
                    result.set(step, deviation ? Math.sqrt(variance) : variance);
                }
            }
            return result;
        }
    }
}
