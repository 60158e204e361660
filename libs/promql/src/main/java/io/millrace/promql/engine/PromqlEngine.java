package io.millrace.promql.engine;

import io.millrace.promql.storage.Queryable;

/** Evaluates PromQL. Thread-safe; a query runs on the calling thread. */
public final class PromqlEngine {
    private final EngineOptions options;

    public PromqlEngine(EngineOptions options) {
        this.options = options;
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
        throw new UnsupportedOperationException();
    }

    /**
     * Evaluates at {@code startMs, startMs + stepMs, ...} up to {@code endMs}. The value is always a matrix.
     *
     * @param stepMs greater than 0
     */
    public QueryResult rangeQuery(
            Queryable source, String query, long startMs, long endMs, long stepMs, QueryOptions queryOptions) {
        throw new UnsupportedOperationException();
    }
}
