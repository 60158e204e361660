package io.millrace.query.read;

import io.millrace.promql.storage.Queryable;
import io.millrace.promql.storage.Selection;

/** Where queries get samples from. Thread-safe; what it gives belongs to one query. */
public interface SampleSource {
    /** The samples of the tenant of a query, in any order of series. */
    Queryable queryable(QueryScope scope);

    /** The series of a selection sorted by labels, with their chunks. */
    ChunkCursor sorted(QueryScope scope, Selection selection);
}
