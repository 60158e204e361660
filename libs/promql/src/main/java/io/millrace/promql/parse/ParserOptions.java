package io.millrace.promql.parse;

/**
 * Which experimental syntax is allowed; each is a feature flag of Prometheus.
 *
 * @param experimentalFunctions the 17 experimental functions, {@code limitk} and {@code limit_ratio}
 * @param extendedRangeSelectors {@code anchored} and {@code smoothed}
 * @param fillModifiers {@code fill}, {@code fill_left}, {@code fill_right}
 */
public record ParserOptions(boolean experimentalFunctions, boolean extendedRangeSelectors, boolean fillModifiers) {
    /** As a Prometheus server without feature flags. */
    public static final ParserOptions STABLE = new ParserOptions(false, false, false);

    /** Everything. */
    public static final ParserOptions EXPERIMENTAL = new ParserOptions(true, true, true);
}
