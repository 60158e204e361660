package io.millrace.promql.ast;

/**
 * The {@code @} of a selector or subquery: the time at which it is evaluated instead of the step.
 *
 * @param timestampMs ms since 1970, used for {@link Kind#TIME} only
 */
public record AtModifier(Kind kind, long timestampMs) {
    public static final AtModifier START = new AtModifier(Kind.START, 0);
    public static final AtModifier END = new AtModifier(Kind.END, 0);

    /** What the time is. */
    public enum Kind {
        /** {@code @ 1609746000}. */
        TIME,
        /** {@code @ start()}: the start of the query. */
        START,
        /** {@code @ end()}: the end of the query. */
        END
    }

    public static AtModifier time(long timestampMs) {
        return new AtModifier(Kind.TIME, timestampMs);
    }
}
