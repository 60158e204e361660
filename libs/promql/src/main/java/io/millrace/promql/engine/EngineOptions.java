package io.millrace.promql.engine;

import java.time.Duration;

/**
 * What an engine allows and how it behaves; the same for all its queries.
 *
 * @param lookback how old a sample may be to count for an instant vector
 * @param defaultSubqueryStep resolution of a subquery that names none
 * @param maxSamples samples a query may hold in memory at once
 * @param maxMemoryBytes bytes a query may hold in memory at once
 * @param timeout wall-clock time of a query
 * @param experimentalFunctions whether the 17 experimental functions and {@code limitk}, {@code limit_ratio} may be used
 * @param extendedRangeSelectors whether {@code anchored} and {@code smoothed} may be used
 * @param fillModifiers whether {@code fill}, {@code fill_left}, {@code fill_right} may be used
 * @param delayedNameRemoval whether metric names are dropped at the end of the query rather than by each function
 * @param useStartTimestamps whether rate and its relatives take the start timestamps of counters into account
 */
public record EngineOptions(
        Duration lookback,
        Duration defaultSubqueryStep,
        long maxSamples,
        long maxMemoryBytes,
        Duration timeout,
        boolean experimentalFunctions,
        boolean extendedRangeSelectors,
        boolean fillModifiers,
        boolean delayedNameRemoval,
        boolean useStartTimestamps) {

    /** As a Prometheus server without feature flags. */
    public static final EngineOptions DEFAULT = new EngineOptions(
            Duration.ofMinutes(5),
            Duration.ofMinutes(1),
            50_000_000,
            2L << 30,
            Duration.ofMinutes(2),
            false,
            false,
            false,
            false,
            false);
}
