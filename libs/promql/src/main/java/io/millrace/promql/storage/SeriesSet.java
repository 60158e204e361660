package io.millrace.promql.storage;

import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import java.util.List;

/** A cursor over series, in any order. Not thread-safe. */
public interface SeriesSet extends AutoCloseable {
    /** Steps to the next series; false at the end. */
    boolean next();

    Labels labels();

    /**
     * The samples of the current series within the selection: timestamps rise strictly, stale markers are kept. Valid
     * until the next call of {@link #next}; the source may reuse the buffer.
     */
    SampleColumns samples();

    /** What the user should know of the data, such as that a part of it may be missing. Complete after the last series. */
    List<String> warnings();

    @Override
    void close();
}
