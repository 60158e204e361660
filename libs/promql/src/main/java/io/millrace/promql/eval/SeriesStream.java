package io.millrace.promql.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Series of an instant vector, one after another, each with all its steps. Not thread-safe. */
@FunctionalInterface
interface SeriesStream extends AutoCloseable {
    SeriesStream EMPTY = () -> null;

    /** The next series, null at the end. A series may have no value at any step. */
    @Nullable
    StepSeries next();

    @Override
    default void close() {}

    static SeriesStream of(List<StepSeries> series) {
        var iterator = series.iterator();
        return () -> iterator.hasNext() ? iterator.next() : null;
    }

    /** The rest of the series that have a value at some step. */
    default List<StepSeries> toList(QueryContext context) {
        List<StepSeries> all = new ArrayList<>();
        try (this) {
            for (StepSeries series = next(); series != null; series = next()) {
                if (!series.values().isEmpty()) {
                    context.hold(series.values());
                    all.add(series);
                }
            }
        }
        return all;
    }

    /** This stream with each series changed. */
    default SeriesStream map(UnaryOperator<StepSeries> mapping) {
        SeriesStream inner = this;
        return new SeriesStream() {
            @Override
            public @Nullable StepSeries next() {
                StepSeries series = inner.next();
                return series == null ? null : mapping.apply(series);
            }

            @Override
            public void close() {
                inner.close();
            }
        };
    }
}
