package io.millrace.query.http;

/** Answers one kind of request. Thread-safe. */
@FunctionalInterface
public interface Endpoint {
    /**
     * Finds the answer. Runs on a thread of its own choosing by the route: a queued one for work that reads data.
     *
     * @throws ApiException for an error answer
     * @throws io.millrace.promql.engine.QueryException likewise
     */
    ApiAnswer answer(ApiRequest request);
}
