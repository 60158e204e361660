package io.millrace.promql.eval;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.millrace.model.Labels;
import io.millrace.promql.ast.Call;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.format.RawBytes;
import io.millrace.promql.storage.RegexDepth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** label_replace, label_join, sort_by_label. */
final class LabelFunctions {
    private final Evaluator evaluator;
    private final QueryContext context;
    private final Call call;
    private final Grid grid;

    LabelFunctions(Evaluator evaluator, Call call, Grid grid) {
        this.evaluator = evaluator;
        this.context = evaluator.context();
        this.call = call;
        this.grid = grid;
    }

    private String string(int argument) {
        return Evaluator.string(call.arguments().get(argument));
    }

    SeriesStream replace() {
        String destination = string(1);
        String template = string(2);
        String source = string(3);
        String expression = string(4);
        Pattern pattern;
        try {
            RegexDepth.check(expression);
            pattern = Pattern.compile("^(?s:" + expression + ")$");
        } catch (PatternSyntaxException e) {
            throw failure("invalid regular expression in label_replace(): " + expression);
        }
        requireName(destination, "label_replace");
        return relabelled(series -> {
            String value = series.labels().getOrEmpty(source);
            Matcher matcher = pattern.matcher(value);
            if (!matcher.find()) {
                return series;
            }
            String replaced = RegexTemplate.expand(template, matcher);
            return set(series, destination, replaced);
        });
    }

    SeriesStream join() {
        String destination = string(1);
        String separator = string(2);
        List<String> sources = new ArrayList<>();
        for (int i = 3; i < call.arguments().size(); i++) {
            requireSource(string(i));
            sources.add(string(i));
        }
        requireName(destination, "label_join");
        return relabelled(series -> {
            List<String> values = new ArrayList<>();
            sources.forEach(name -> values.add(series.labels().getOrEmpty(name)));
            return set(series, destination, String.join(separator, values));
        });
    }

    private static StepSeries set(StepSeries series, String name, String value) {
        Labels labels = series.labels().toBuilder().set(name, value).build();
        boolean dropName = series.dropName() && !name.equals(Labels.METRIC_NAME);
        return new StepSeries(labels, dropName, series.values());
    }

    private SeriesStream relabelled(java.util.function.UnaryOperator<StepSeries> change) {
        long before = context.held();
        SeriesStream changed = evaluator.vector(call.arguments().get(0), grid).map(change);
        List<StepSeries> merged = NameRemoval.merge(changed.toList(context));
        context.releaseTo(before);
        return SeriesStream.of(merged);
    }

    private void requireName(String name, String function) {
        if (name.isEmpty() || !RawBytes.isUtf8(name)) {
            throw failure("invalid destination label name in " + function + "(): " + name);
        }
    }

    private void requireSource(String name) {
        if (name.isEmpty() || !RawBytes.isUtf8(name)) {
            throw failure("invalid source label name in label_join(): " + name);
        }
    }

    private static QueryException failure(String message) {
        return new QueryException(QueryException.Kind.EXECUTION, message);
    }

    /** Natural order of the labels' values, then of all labels. Means something in an instant query only. */
    SeriesStream sort(boolean descending) {
        InstantFunctions.warnOfSorting(context, call);
        long before = context.held();
        List<StepSeries> series =
                evaluator.vector(call.arguments().get(0), grid).toList(context);
        Comparator<StepSeries> order = (left, right) -> {
            for (int i = 1; i < call.arguments().size(); i++) {
                String name = string(i);
                int byValue = NaturalOrder.compare(
                        left.labels().getOrEmpty(name), right.labels().getOrEmpty(name));
                if (byValue != 0) {
                    return byValue;
                }
            }
            return left.labels().compareTo(right.labels());
        };
        if (grid.steps() == 1) {
            series.sort(descending ? order.reversed() : order);
        }
        context.releaseTo(before);
        return SeriesStream.of(series);
    }
}
