package io.millrace.promql.eval;

import io.millrace.model.Labels;
import io.millrace.promql.annotations.BucketRepair;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.format.GoFloat;
import io.millrace.promql.format.GoString;
import io.millrace.promql.histogram.FloatHistogram;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * histogram_quantile and histogram_fraction over classic histograms, whose buckets are series with a label {@code le},
 * and native ones, which are single series.
 */
final class HistogramQuantiles {
    private static final String BUCKET_BOUND = "le";

    private final Evaluator evaluator;
    private final QueryContext context;
    private final Call call;
    private final Grid grid;

    HistogramQuantiles(Evaluator evaluator, Call call, Grid grid) {
        this.evaluator = evaluator;
        this.context = evaluator.context();
        this.call = call;
        this.grid = grid;
    }

    /** A histogram of either kind: the classic buckets and native series with the same other labels. */
    private static final class Group {
        final List<BucketSeries> classic = new ArrayList<>();
        final List<StepSeries> natives = new ArrayList<>();
        String metricName = "";

        void sort() {
            classic.sort(Comparator.comparingDouble(BucketSeries::bound));
        }
    }

    private record BucketSeries(double bound, StepSeries series) {}

    /** What is asked of a histogram at a step. */
    private interface Question {
        double classic(ClassicBuckets buckets, int step, Group group);

        double natively(FloatHistogram histogram, int step, Group group);
    }

    SeriesStream quantile() {
        Expr parameter = call.arguments().get(0);
        double[] quantiles = evaluator.scalar(parameter, grid);
        warnOfQuantiles(quantiles, parameter);
        Expr argument = call.arguments().get(1);
        return answers(argument, new QuantileQuestion(quantiles, argument));
    }

    private SeriesStream answers(Expr argument, Question question) {
        long before = context.held();
        List<StepSeries> results = answer(groups(argument), argument, question);
        context.releaseTo(before);
        return NameRemoval.distinct(context, SeriesStream.of(results), argument);
    }

    /** Several quantiles at once, told apart by a label. */
    SeriesStream quantiles() {
        Expr argument = call.arguments().get(0);
        String label = Evaluator.string(call.arguments().get(1));
        long before = context.held();
        Map<Labels, Group> groups = groups(argument);
        List<StepSeries> results = new ArrayList<>();
        for (int i = 2; i < call.arguments().size(); i++) {
            Expr parameter = call.arguments().get(i);
            double[] quantiles = evaluator.scalar(parameter, grid);
            warnOfQuantiles(quantiles, parameter);
            for (StepSeries series : answer(groups, argument, new QuantileQuestion(quantiles, argument))) {
                if (!series.labels().getOrEmpty(label).isEmpty()) {
                    throw new QueryException(
                            QueryException.Kind.EXECUTION,
                            "label " + label + " of histogram_quantiles is already a label of the series");
                }
                spread(series, label, quantiles, results);
            }
        }
        context.releaseTo(before);
        return NameRemoval.distinct(context, SeriesStream.of(results), argument);
    }

    /** One series for each value that the quantile takes over the steps. */
    private void spread(StepSeries series, String label, double[] quantiles, List<StepSeries> results) {
        Map<String, StepValues> byQuantile = new LinkedHashMap<>();
        for (int step = 0; step < grid.steps(); step++) {
            if (series.values().has(step)) {
                byQuantile
                        .computeIfAbsent(quantileLabel(quantiles[step]), q -> new StepValues(grid.steps()))
                        .copy(series.values(), step);
            }
        }
        byQuantile.forEach((quantile, values) -> results.add(
                new StepSeries(series.labels().toBuilder().set(label, quantile).build(), series.dropName(), values)));
    }

    /** As OpenMetrics writes a quantile: {@code 0.25}, whole numbers with {@code .0}. */
    private static String quantileLabel(double quantile) {
        String text = GoFloat.formatG(quantile);
        boolean whole = text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
        return whole ? text + ".0" : text;
    }

    private void warnOfQuantiles(double[] quantiles, Expr parameter) {
        for (double quantile : quantiles) {
            if (!(quantile >= 0 && quantile <= 1)) {
                context.annotations()
                        .warn(
                                "quantile value should be between 0 and 1, got " + GoFloat.formatG(quantile),
                                context.position(parameter.position()));
            }
        }
    }

    private final class QuantileQuestion implements Question {
        private final double[] quantiles;
        private final Expr argument;

        QuantileQuestion(double[] quantiles, Expr argument) {
            this.quantiles = quantiles;
            this.argument = argument;
        }

        @Override
        public double classic(ClassicBuckets buckets, int step, Group group) {
            double quantile = buckets.quantile(quantiles[step]);
            if (buckets.repaired()) {
                long time = grid.time(step);
                context.annotations()
                        .info(
                                "input to histogram_quantile needed to be fixed for monotonicity (see"
                                        + " https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
                                        + forMetric(nameInInfos(group)),
                                new BucketRepair(
                                        time,
                                        time,
                                        buckets.repairedFrom(),
                                        buckets.repairedTo(),
                                        buckets.repairedBy(),
                                        1),
                                context.position(argument.position()));
            }
            return quantile;
        }

        @Override
        public double natively(FloatHistogram histogram, int step, Group group) {
            HistogramFunctions.Quantile result = HistogramFunctions.quantile(quantiles[step], histogram);
            switch (result.effect()) {
                case NONE -> {}
                case SKEWED ->
                    info("input to histogram_quantile has NaN observations, result is skewed higher", group, argument);
                case RESULT_NAN ->
                    info("input to histogram_quantile has NaN observations, result is NaN", group, argument);
            }
            return result.value();
        }
    }

    SeriesStream fraction() {
        double[] lower = evaluator.scalar(call.arguments().get(0), grid);
        double[] upper = evaluator.scalar(call.arguments().get(1), grid);
        Expr argument = call.arguments().get(2);
        return answers(argument, new Question() {
            @Override
            public double classic(ClassicBuckets buckets, int step, Group group) {
                return buckets.fraction(lower[step], upper[step]);
            }

            @Override
            public double natively(FloatHistogram histogram, int step, Group group) {
                if (Double.isNaN(histogram.sum()) && histogram.count() != 0 && lower[step] < upper[step]) {
                    info(
                            "input to histogram_fraction has NaN observations, which are excluded from all fractions",
                            group,
                            argument);
                }
                return HistogramFunctions.fraction(lower[step], upper[step], histogram);
            }
        });
    }

    private Map<Labels, Group> groups(Expr argument) {
        Map<Labels, Group> groups = new LinkedHashMap<>();
        for (StepSeries series : evaluator.vector(argument, grid).toList(context)) {
            collect(series, groups, argument);
        }
        groups.values().forEach(Group::sort);
        return groups;
    }

    private List<StepSeries> answer(Map<Labels, Group> groups, Expr argument, Question question) {
        List<StepSeries> results = new ArrayList<>();
        groups.forEach((labels, group) -> {
            StepValues values = new StepValues(grid.steps());
            for (int step = 0; step < grid.steps(); step++) {
                answerStep(question, group, values, step, argument);
            }
            context.hold(values);
            results.add(NameRemoval.drop(context, new StepSeries(labels, false, values), values));
        });
        return results;
    }

    /** Sorts a series into its group, as a bucket, a native histogram or, at different steps, both. */
    private void collect(StepSeries series, Map<Labels, Group> groups, Expr argument) {
        if (series.values().hasHistograms()) {
            Group group = groups.computeIfAbsent(series.labels(), labels -> new Group());
            group.natives.add(series);
            group.metricName = series.labels().metricName();
        }
        if (!series.values().hasFloats()) {
            return;
        }
        String text = series.labels().getOrEmpty(BUCKET_BOUND);
        double bound;
        try {
            bound = GoFloat.parse(text);
        } catch (NumberFormatException e) {
            context.annotations()
                    .warn(
                            "bucket label \"le\" is missing or has a malformed value of " + GoString.quote(text)
                                    + forMetric(series.labels().metricName()),
                            context.position(argument.position()));
            return;
        }
        Labels others = series.labels().without(Set.of(BUCKET_BOUND));
        Group group = groups.computeIfAbsent(others, labels -> new Group());
        group.classic.add(new BucketSeries(bound, series));
        group.metricName = series.labels().metricName();
    }

    private void answerStep(Question question, Group group, StepValues values, int step, Expr argument) {
        FloatHistogram histogram = null;
        for (StepSeries each : group.natives) {
            FloatHistogram at = each.values().histogram(step);
            histogram = at == null ? histogram : at;
        }
        double[] bounds = new double[group.classic.size()];
        double[] counts = new double[bounds.length];
        int size = 0;
        for (int i = 0; i < bounds.length; i++) {
            BucketSeries bucket = group.classic.get(i);
            if (bucket.series.values().isFloat(step)) {
                bounds[size] = bucket.bound;
                counts[size++] = bucket.series.values().value(step);
            }
        }
        if (histogram != null && size > 0) {
            context.annotations()
                    .warn(
                            "vector contains a mix of classic and native histograms" + forMetric(group.metricName),
                            context.position(argument.position()));
        } else if (histogram != null) {
            values.set(step, question.natively(histogram, step, group));
        } else if (size > 0) {
            values.set(step, question.classic(new ClassicBuckets(bounds, counts, size), step, group));
        }
    }

    private void info(String text, Group group, Expr argument) {
        context.annotations().info(text + forMetric(nameInInfos(group)), context.position(argument.position()));
    }

    /** Prometheus has dropped the name by the time it looks at buckets, unless that is delayed. */
    private String nameInInfos(Group group) {
        return context.options().delayedNameRemoval() ? group.metricName : "";
    }

    private static String forMetric(String name) {
        return name.isEmpty() ? "" : " for metric name " + GoString.quote(name);
    }
}
