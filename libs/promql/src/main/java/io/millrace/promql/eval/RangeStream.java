package io.millrace.promql.eval;

import io.millrace.model.Labels;
import io.millrace.model.WindowAggregates;
import org.jspecify.annotations.Nullable;

/** Series of a range vector: from a selector or a subquery. Not thread-safe. */
interface RangeStream extends AutoCloseable {
    /** The next series, null at the end. Its samples are valid until the next call. */
    @Nullable
    RangeSeries next();

    /** Where the window of a step ends, ms, offset and {@code @} applied. */
    long windowEndMs(int step);

    long rangeMs();

    @Override
    void close();

    /**
     * @param dropName see {@link StepSeries}
     * @param windows when not null, what the samples come to, in place of them; only for a function that can do with it
     */
    record RangeSeries(
            Labels labels,
            boolean dropName,
            RangeSamples samples,
            @Nullable WindowAggregates windows) {
        RangeSeries(Labels labels, boolean dropName, RangeSamples samples) {
            this(labels, dropName, samples, null);
        }
    }
}
