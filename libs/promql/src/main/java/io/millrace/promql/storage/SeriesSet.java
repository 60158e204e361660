package io.millrace.promql.storage;

import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.model.WindowAggregates;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cursor over series, in any order. Not thread-safe. */
public interface SeriesSet extends AutoCloseable {
    /** Steps to the next series; false at the end. */
    boolean next();

    /** Whether {@link #divide} works. */
    default boolean isDivisible() {
        return false;
    }

    /**
     * Takes some of the next series out, as if {@link #next} had stepped over them; null at the end. Fewer than asked for may
     * come. The parts one after the other are what {@link #next} would have given.
     *
     * @param most series to take, from 1
     */
    default @Nullable SeriesPart divide(int most) {
        throw new UnsupportedOperationException("not divisible");
    }

    Labels labels();

    /**
     * The samples of the current series within the selection: timestamps rise strictly, stale markers are kept. Valid
     * until the next call of {@link #next}; the source may reuse the buffer.
     */
    SampleColumns samples();

    /**
     * In place of {@link #samples}, what they come to in windows of {@link Selection.Hints#windowMs}; null when the samples
     * are to be taken, as they are whenever the hint is 0. Valid as long.
     */
    default @Nullable WindowAggregates windows() {
        return null;
    }

    /** What the user should know of the data, such as that a part of it may be missing. Complete after the last series. */
    List<String> warnings();

    @Override
    void close();
}
