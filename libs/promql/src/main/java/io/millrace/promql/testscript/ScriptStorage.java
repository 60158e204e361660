package io.millrace.promql.testscript;

import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.promql.storage.Queryable;

/** Where a script loads its samples and queries them. Used by one thread. */
public interface ScriptStorage extends Queryable {
    /** Forgets all samples. */
    void clear();

    /** @param startMs start timestamp of the counter in ms, 0 for none */
    void add(Labels labels, long timestampMs, double value, long startMs);

    /** @param startMs start timestamp of the counter in ms, 0 for none */
    void add(Labels labels, long timestampMs, NativeHistogram histogram, long startMs);
}
