package io.millrace.promql.storage;

import java.util.List;

/**
 * What a selector needs.
 *
 * @param startMs first timestamp of interest, ms, inclusive
 * @param endMs last timestamp of interest, ms, inclusive
 */
public record Selection(List<Matcher> matchers, long startMs, long endMs, Hints hints) {
    public Selection {
        matchers = List.copyOf(matchers);
    }

    /**
     * What the query will do with the series; a source may ignore it.
     *
     * @param function the function or aggregation directly around the selector, "" when there is none
     * @param stepMs step of a range query in ms, 0 for an instant query
     * @param rangeMs range of a range vector selector in ms, 0 for an instant vector selector
     * @param by whether {@code grouping} is of {@code by} rather than {@code without}
     * @param windowMs when above 0, the query asks of floats without start timestamps only what they come to in windows of
     *     this length, see {@link SeriesSet#windows}; the selection begins 1 ms after the end of a window and ends with one
     */
    public record Hints(String function, long stepMs, long rangeMs, List<String> grouping, boolean by, int windowMs) {
        /** Of a query that needs the samples. */
        public Hints(String function, long stepMs, long rangeMs, List<String> grouping, boolean by) {
            this(function, stepMs, rangeMs, grouping, by, 0);
        }

        public static final Hints NONE = new Hints("", 0, 0, List.of(), false);
    }
}
