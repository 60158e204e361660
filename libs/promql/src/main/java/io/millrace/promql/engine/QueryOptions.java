package io.millrace.promql.engine;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one query may differ in from the engine's options.
 *
 * @param lookback null for the engine's
 * @param timeout null for the engine's; never more than the engine's
 * @param memory of which what the query holds is taken; its result, too, stays taken until the share is closed. Null when
 *     queries are not bounded together
 * @param maxWindowMs a source may give what samples come to in windows of up to this length, ms, where that gives the same
 *     result; 0 for samples only
 * @param cancelled asked every few thousand samples; true ends the query with {@link QueryException.Kind#CANCELED}
 */
public record QueryOptions(
        @Nullable Duration lookback,
        @Nullable Duration timeout,
        MemoryPool.@Nullable Share memory,
        long maxWindowMs,
        BooleanSupplier cancelled) {
    public static final QueryOptions DEFAULT = new QueryOptions(null, null, () -> false);

    /** Of a query that shares its memory with nobody. */
    public QueryOptions(@Nullable Duration lookback, @Nullable Duration timeout, BooleanSupplier cancelled) {
        this(lookback, timeout, null, cancelled);
    }

    /** With windows of any length. */
    public QueryOptions(
            @Nullable Duration lookback,
            @Nullable Duration timeout,
            MemoryPool.@Nullable Share memory,
            BooleanSupplier cancelled) {
        this(lookback, timeout, memory, Long.MAX_VALUE, cancelled);
    }
}
