package io.millrace.promql.testscript;

import io.millrace.promql.annotations.Annotations;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.engine.PromqlEngine;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.engine.QueryOptions;
import io.millrace.promql.engine.QueryResult;
import io.millrace.promql.engine.QueryValue;
import io.millrace.promql.parse.ParseException;
import io.millrace.promql.parse.ParserOptions;
import io.millrace.promql.parse.PromqlParser;
import io.millrace.promql.storage.Queryable;
import io.millrace.promql.testscript.Command.Eval;
import io.millrace.promql.testscript.Command.Expectation;
import io.millrace.promql.testscript.Command.Text;
import io.millrace.promql.testscript.Command.Times;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs one {@code eval}. An instant query runs again with its time in {@code @} at other times, and each of these as a
 * range query whose middle step must agree.
 */
final class EvalRunner {
    private static final long MINUTE = 60_000;
    private static final List<String> RANGE_DEPENDENT = List.of("start()", "end()", "range()", "step()");

    private final PromqlEngine engine;
    private final PromqlParser parser = new PromqlParser(ParserOptions.EXPERIMENTAL);

    EvalRunner(PromqlEngine engine) {
        this.engine = engine;
    }

    /** What went wrong, or null. */
    @Nullable
    String failure(Eval eval, Queryable source) {
        if (eval.isRange()) {
            return range(eval, source);
        }
        String failure = instant(eval, eval.query(), eval.startMs(), source);
        if (failure != null) {
            return failure;
        }
        String pinned = pinned(eval);
        if (pinned == null) {
            return null;
        }
        for (long time : AtVariants.evaluationTimes(eval.startMs())) {
            failure = instant(eval, pinned, time, source);
            if (failure != null) {
                return "as " + pinned + " at " + time + " ms: " + failure;
            }
        }
        return null;
    }

    private @Nullable String pinned(Eval eval) {
        try {
            Expr expr = parser.parse(eval.query());
            Times range = eval.expectation().rangeVector();
            return AtVariants.pinned(expr, range == null ? eval.startMs() : range.endMs());
        } catch (ParseException e) {
            return null;
        }
    }

    private @Nullable String range(Eval eval, Queryable source) {
        Comparison comparison = new Comparison(eval.expectation(), eval.startMs(), eval.endMs(), eval.stepMs());
        return check(
                eval.expectation(),
                () -> engine.rangeQuery(
                        source, eval.query(), eval.startMs(), eval.endMs(), eval.stepMs(), QueryOptions.DEFAULT),
                comparison);
    }

    private @Nullable String instant(Eval eval, String query, long time, Queryable source) {
        Expectation expectation = eval.expectation();
        Times times = expectation.rangeVector();
        Comparison comparison = times == null
                ? new Comparison(expectation, eval.startMs(), eval.startMs(), 0)
                : new Comparison(expectation, times.startMs(), times.endMs(), times.stepMs());
        String failure =
                check(expectation, () -> engine.instantQuery(source, query, time, QueryOptions.DEFAULT), comparison);
        boolean instantOnly = expectation.fails()
                || expectation.ordered()
                || expectation.string() != null
                || times != null
                || RANGE_DEPENDENT.stream().anyMatch(query::contains);
        if (failure != null || instantOnly) {
            return failure;
        }
        failure = middleOfRange(query, time, source, expectation, comparison);
        return failure == null ? null : "as a range query: " + failure;
    }

    private @Nullable String middleOfRange(
            String query, long time, Queryable source, Expectation expectation, Comparison comparison) {
        QueryValue value;
        try {
            value = engine.rangeQuery(source, query, time - MINUTE, time + MINUTE, MINUTE, QueryOptions.DEFAULT)
                    .value();
        } catch (QueryException e) {
            return "error: " + e.getMessage();
        }
        List<QueryValue.Series> series = ((QueryValue.Matrix) value).series();
        String unsorted = Comparison.unsorted(series);
        if (unsorted != null) {
            return unsorted;
        }
        List<QueryValue.VectorSample> middle = new ArrayList<>();
        for (QueryValue.Series one : series) {
            for (int i = 0; i < one.size(); i++) {
                if (one.timestamps()[i] == time) {
                    middle.add(new QueryValue.VectorSample(
                            one.labels(),
                            time,
                            one.values()[i],
                            one.histograms() == null ? null : one.histograms()[i]));
                }
            }
        }
        return expectation.scalar() == null
                ? comparison.difference(new QueryValue.Vector(middle, false))
                : middle.isEmpty()
                        ? "no value"
                        : comparison.scalar(middle.get(0).value());
    }

    private static @Nullable String check(Expectation expectation, Supplier<QueryResult> query, Comparison comparison) {
        QueryResult result;
        try {
            result = query.get();
        } catch (QueryException | ParseException e) {
            String message = String.valueOf(e.getMessage());
            if (!expectation.fails()) {
                return "error: " + message;
            }
            Text wanted = expectation.failure();
            return wanted == null || wanted.matches(message)
                    ? null
                    : "expected error " + wanted + ", got \"" + message + '"';
        }
        if (expectation.fails()) {
            return "expected an error, got none";
        }
        String annotations = annotations(expectation, result.annotations());
        return annotations != null ? annotations : comparison.difference(result.value());
    }

    private static @Nullable String annotations(Expectation expectation, Annotations actual) {
        if (expectation.someWarning() && actual.warnings().isEmpty()
                || expectation.someInfo() && actual.infos().isEmpty()) {
            return "expected annotations, got none";
        }
        if (expectation.noWarnings() && !actual.warnings().isEmpty()) {
            return "expected no warnings, got " + actual.warnings();
        }
        if (expectation.noInfos() && !actual.infos().isEmpty()) {
            return "expected no infos, got " + actual.infos();
        }
        String warnings = annotations("warning", expectation.warnings(), actual.warnings());
        return warnings != null ? warnings : annotations("info", expectation.infos(), actual.infos());
    }

    private static @Nullable String annotations(String kind, List<Text> expected, Collection<String> actual) {
        if (expected.isEmpty()) {
            return null;
        }
        for (Text text : expected) {
            if (actual.stream().noneMatch(text::matches)) {
                return "expected " + kind + " " + text + ", got " + actual;
            }
        }
        for (String text : actual) {
            if (expected.stream().noneMatch(one -> one.matches(text))) {
                return "unexpected " + kind + " \"" + text + '"';
            }
        }
        return null;
    }
}
