package io.millrace.promql.storage;

/** A source of series for one query. Calls may come from several threads. */
public interface Queryable {
    /**
     * The series that match. Work may be done here or lazily in {@link SeriesSet#next}.
     *
     * @throws RuntimeException when the source cannot answer; the engine fails the query with its message
     */
    SeriesSet select(Selection selection);
}
