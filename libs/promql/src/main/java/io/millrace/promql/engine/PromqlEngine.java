package io.millrace.promql.engine;

import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.ValueType;
import io.millrace.promql.eval.NamesCollideException;
import io.millrace.promql.eval.QueryContext;
import io.millrace.promql.eval.QueryRun;
import io.millrace.promql.parse.DurationResolver;
import io.millrace.promql.parse.ParserOptions;
import io.millrace.promql.parse.PromqlParser;
import io.millrace.promql.storage.Queryable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Evaluates PromQL. Thread-safe; a query runs on the calling thread, with the help of free cores where there are any. */
public final class PromqlEngine {
    private final EngineOptions options;
    private final PromqlParser parser;
    private final @Nullable Cores cores;

    /** Each query on one thread. */
    public PromqlEngine(EngineOptions options) {
        this(options, null);
    }

    /** @param cores that queries share, null when each is to have one thread */
    public PromqlEngine(EngineOptions options, @Nullable Cores cores) {
        this.options = options;
        this.cores = cores;
        this.parser = new PromqlParser(new ParserOptions(
                options.experimentalFunctions(), options.extendedRangeSelectors(), options.fillModifiers()));
    }

    public EngineOptions options() {
        return options;
    }

    /**
     * Evaluates at one time.
     *
     * @throws RuntimeException (io.millrace.promql.parse.ParseException) when the query is not PromQL
     * @throws QueryException when it cannot be answered
     */
    public QueryResult instantQuery(Queryable source, String query, long timestampMs, QueryOptions queryOptions) {
        Expr expr = DurationResolver.resolve(parser.parse(query), timestampMs, timestampMs, 0);
        return run(
                mergesNames -> new QueryContext(
                        source, options, queryOptions, query, timestampMs, timestampMs, 0, mergesNames, cores),
                context -> new QueryRun(context).instant(expr));
    }

    /**
     * Evaluates at {@code startMs, startMs + stepMs, ...} up to {@code endMs}. The value is always a matrix.
     *
     * @param stepMs greater than 0
     */
    public QueryResult rangeQuery(
            Queryable source, String query, long startMs, long endMs, long stepMs, QueryOptions queryOptions) {
        Expr expr = DurationResolver.resolve(parser.parse(query), startMs, endMs, stepMs);
        if (expr.type() != ValueType.VECTOR && expr.type() != ValueType.SCALAR) {
            throw new QueryException(
                    QueryException.Kind.BAD_DATA,
                    "invalid expression type \"" + expr.type().documentedName()
                            + "\" for range query, must be Scalar or instant Vector");
        }
        return run(
                mergesNames -> new QueryContext(
                        source, options, queryOptions, query, startMs, endMs, stepMs, mergesNames, cores),
                context -> new QueryRun(context).range(expr));
    }

    private QueryResult run(Function<Boolean, QueryContext> contexts, Function<QueryContext, QueryValue> evaluation) {
        if (cores == null) {
            return evaluated(contexts, evaluation);
        }
        cores.enter();
        try {
            return evaluated(contexts, evaluation);
        } finally {
            cores.leave();
        }
    }

    private static QueryResult evaluated(
            Function<Boolean, QueryContext> contexts, Function<QueryContext, QueryValue> evaluation) {
        QueryContext context = contexts.apply(false);
        QueryValue value;
        try {
            value = evaluation.apply(context);
        } catch (NamesCollideException e) {
            context.giveUp();
            context = contexts.apply(true);
            value = evaluation.apply(context);
        }
        return new QueryResult(value, context.annotations(), context.samplesRead(), context.peakSamples());
    }
}
