package io.millrace.promql.eval;

import com.google.re2j.Pattern;
import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.promql.ast.AtModifier;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.SubqueryExpr;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.storage.Matcher;
import io.millrace.promql.storage.Selection;
import io.millrace.promql.storage.SeriesSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code info(vector, {selector})}: adds labels of info metrics such as {@code target_info} to series of the same instance
 * and job.
 *
 * <h2>Rules</h2>
 * <ul>
 *   <li>Conditions on {@code __name__} say which metrics are info metrics; without any it is {@code target_info}, with
 *       negative ones only it is what ends in {@code _info}. Other conditions say which labels to add, and which info
 *       series count. A series that is an info metric itself stays as it is.
 *   <li>Of two info series of one metric for the same instance and job the one with the newer sample counts; different
 *       metrics that disagree on a label fail the query. Labels that the series has are never replaced.
 *   <li>A series without an info series stays as it is, unless a condition demands a label that is not empty.
 *   <li>Info series are looked up at the time of the samples they enrich: {@code @} and {@code offset} of the first argument
 *       hold for them, too.
 * </ul>
 */
final class InfoFunction {
    private static final List<String> IDENTIFYING = List.of("instance", "job");
    private static final String DEFAULT_METRIC = "target_info";
    private static final String ANY_INFO_METRIC = ".+_info";
    private static final long NONE = Long.MIN_VALUE;

    private final Evaluator evaluator;
    private final QueryContext context;
    private final Expr operand;
    private final Grid grid;
    private final List<Matcher> nameMatchers = new ArrayList<>();
    private final boolean marksInfoMetrics;
    private final List<Matcher> dataMatchers = new ArrayList<>();
    private final Set<String> dataLabels = new LinkedHashSet<>();

    InfoFunction(Evaluator evaluator, Call call, Grid grid) {
        this.evaluator = evaluator;
        this.context = evaluator.context();
        this.operand = call.arguments().get(0);
        this.grid = grid;
        boolean selected = call.arguments().size() > 1;
        if (selected) {
            for (Matcher matcher : ((VectorSelector) call.arguments().get(1)).matchers()) {
                (matcher.name().equals(Labels.METRIC_NAME) ? nameMatchers : dataMatchers).add(matcher);
            }
        }
        this.marksInfoMetrics = !selected || !nameMatchers.isEmpty();
        if (nameMatchers.isEmpty()) {
            nameMatchers.add(Matcher.of(Matcher.Type.EQ, Labels.METRIC_NAME, DEFAULT_METRIC));
        } else if (nameMatchers.stream().noneMatch(InfoFunction::isPositive)) {
            nameMatchers.add(Matcher.of(Matcher.Type.RE, Labels.METRIC_NAME, ANY_INFO_METRIC));
        }
        dataMatchers.forEach(matcher -> dataLabels.add(matcher.name()));
    }

    private static boolean isPositive(Matcher matcher) {
        return matcher.type() == Matcher.Type.EQ || matcher.type() == Matcher.Type.RE;
    }

    /** An info series: at each step the time of the sample that counts, {@link #NONE} where there is none. */
    private record InfoSeries(Labels labels, long[] sampleTimes) {}

    /** Series of one instance and job. */
    private static final class Target {
        /** By metric name, so that errors are the same each time. */
        final Map<String, List<InfoSeries>> infos = new TreeMap<>();
    }

    SeriesStream result() {
        long before = context.held();
        List<StepSeries> series = evaluator.vector(operand, grid).toList(context);
        Map<Labels, Target> targets = targets(series);
        Map<Labels, StepSeries> results = new LinkedHashMap<>();
        for (StepSeries each : series) {
            context.checkAlive();
            boolean itself = marksInfoMetrics && isInfoMetric(each.labels());
            Target target = targets.getOrDefault(each.labels().only(IDENTIFYING), new Target());
            for (int step = 0; step < grid.steps(); step++) {
                if (each.values().has(step)) {
                    Labels labels = itself ? each.labels() : enriched(each.labels(), target, step);
                    if (labels != null) {
                        put(results, labels, each, step);
                    }
                }
            }
        }
        context.releaseTo(before);
        return SeriesStream.of(List.copyOf(results.values()));
    }

    private boolean isInfoMetric(Labels labels) {
        return nameMatchers.stream().allMatch(matcher -> matcher.matches(labels.metricName()));
    }

    private void put(Map<Labels, StepSeries> results, Labels labels, StepSeries source, int step) {
        StepSeries result = results.computeIfAbsent(
                labels, key -> new StepSeries(key, source.dropName(), new StepValues(grid.steps())));
        if (result.values().has(step)) {
            throw failure("vector cannot contain metrics with the same labelset");
        }
        result.values().copy(source.values(), step);
    }

    /** The labels with those of the info series at a step, null when the series is to be left out. */
    private @Nullable Labels enriched(Labels base, Target target, int step) {
        Map<String, String> added = new HashMap<>();
        boolean matched = false;
        for (List<InfoSeries> candidates : target.infos.values()) {
            InfoSeries info = newest(candidates, step);
            if (info != null) {
                matched = true;
                add(info.labels, base, added);
            }
        }
        if (!matched && dataMatchers.stream().anyMatch(matcher -> !matcher.matches(""))) {
            return null;
        }
        if (added.isEmpty()) {
            return base;
        }
        Labels.Builder labels = base.toBuilder();
        added.forEach(labels::set);
        return labels.build();
    }

    private void add(Labels info, Labels base, Map<String, String> added) {
        info.forEach((name, value) -> {
            boolean wanted = dataLabels.isEmpty() || dataLabels.contains(name);
            if (!wanted || name.equals(Labels.METRIC_NAME) || base.get(name) != null) {
                return;
            }
            String other = added.put(name, value);
            if (other != null && !other.equals(value)) {
                throw failure("conflicting label: " + name);
            }
        });
    }

    private static @Nullable InfoSeries newest(List<InfoSeries> candidates, int step) {
        InfoSeries newest = null;
        for (InfoSeries candidate : candidates) {
            long time = candidate.sampleTimes[step];
            if (time == NONE) {
                continue;
            }
            if (newest != null && newest.sampleTimes[step] == time) {
                throw failure("found duplicate series for info metric: existing " + newest.labels + " @ " + time
                        + ", new " + candidate.labels + " @ " + time);
            }
            if (newest == null || time > newest.sampleTimes[step]) {
                newest = candidate;
            }
        }
        return newest;
    }

    private static QueryException failure(String message) {
        return new QueryException(QueryException.Kind.EXECUTION, message);
    }

    // Reading info series

    private Map<Labels, Target> targets(List<StepSeries> series) {
        Set<Labels> wanted = new LinkedHashSet<>();
        for (StepSeries each : series) {
            if (!marksInfoMetrics || !isInfoMetric(each.labels())) {
                Labels identity = each.labels().only(IDENTIFYING);
                if (!identity.isEmpty()) {
                    wanted.add(identity);
                }
            }
        }
        Map<Labels, Target> targets = new HashMap<>();
        if (wanted.isEmpty()) {
            return targets;
        }
        List<Matcher> matchers = new ArrayList<>(nameMatchers);
        matchers.addAll(dataMatchers);
        for (String label : IDENTIFYING) {
            String values = wanted.stream()
                    .map(identity -> Pattern.quote(identity.getOrEmpty(label)))
                    .distinct()
                    .collect(Collectors.joining("|"));
            matchers.add(Matcher.of(Matcher.Type.RE, label, values));
        }
        Reference reference = Reference.of(operand);
        long first = reference.time(grid.time(0));
        long last = reference.time(grid.time(grid.steps() - 1));
        Selection selection = new Selection(
                matchers,
                first - context.lookbackMs() + 1,
                last,
                new Selection.Hints("info", context.stepMs(), 0, List.of(), false));
        try (SeriesSet infos = context.source().select(selection)) {
            while (infos.next()) {
                Labels identity = infos.labels().only(IDENTIFYING);
                if (wanted.contains(identity)) {
                    targets.computeIfAbsent(identity, key -> new Target())
                            .infos
                            .computeIfAbsent(infos.labels().metricName(), key -> new ArrayList<>())
                            .add(new InfoSeries(infos.labels(), sampleTimes(infos.samples(), reference)));
                }
            }
            infos.warnings().forEach(context.annotations()::warnPlain);
        }
        return targets;
    }

    private long[] sampleTimes(SampleColumns samples, Reference reference) {
        context.countRead(samples.size());
        context.hold(grid.steps());
        long[] times = new long[grid.steps()];
        int newest = -1;
        for (int step = 0; step < times.length; step++) {
            long time = reference.time(grid.time(step));
            while (newest + 1 < samples.size() && samples.timestamp(newest + 1) <= time) {
                newest++;
            }
            boolean there =
                    newest >= 0 && samples.timestamp(newest) > time - context.lookbackMs() && !samples.isStale(newest);
            if (there && samples.histogram(newest) != null) {
                throw failure("info sample should be float");
            }
            times[step] = there ? samples.timestamp(newest) : NONE;
        }
        return times;
    }

    /**
     * The time at which samples are looked up for a step.
     *
     * @param pinned whether {@code @} fixes it
     * @param ms the fixed time, otherwise how far before the step
     */
    private record Reference(boolean pinned, long ms) {
        private static final Reference STEP = new Reference(false, 0);

        long time(long stepMs) {
            return pinned ? ms : stepMs - ms;
        }

        /** Of the selectors of an expression when they agree, otherwise the step. */
        static Reference of(Expr expr) {
            Set<Reference> all = new LinkedHashSet<>();
            collect(expr, STEP, all);
            return all.size() == 1 ? all.iterator().next() : STEP;
        }

        private static void collect(Expr expr, Reference outer, Set<Reference> all) {
            Reference inner = outer;
            if (expr instanceof VectorSelector selector) {
                all.add(outer.shifted(selector.at(), selector.offsetMs()));
            } else if (expr instanceof SubqueryExpr subquery) {
                inner = outer.shifted(subquery.at(), subquery.offsetMs());
            }
            for (Expr child : expr.children()) {
                collect(child, inner, all);
            }
        }

        private Reference shifted(@Nullable AtModifier at, long offsetMs) {
            if (at != null) {
                return new Reference(true, at.timestampMs() - offsetMs);
            }
            return new Reference(pinned, pinned ? ms - offsetMs : ms + offsetMs);
        }
    }
}
