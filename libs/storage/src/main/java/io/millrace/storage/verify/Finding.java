package io.millrace.storage.verify;

import io.millrace.model.SeriesId;

/**
 * Something in the store that a person should know.
 *
 * @param row key of the row within its series, or "" when the series is meant
 */
public record Finding(Kind kind, String metric, SeriesId series, String row, String detail) {
    /** What is wrong, worst first. */
    public enum Kind {
        /** A row cannot be decoded: its samples are lost, unless others have them. */
        UNREADABLE,
        /** A row is not what its columns say: number, first or last timestamp. */
        MISLABELLED,
        /** A row has samples of another day: queries do not find them. */
        OUTSIDE_THE_DAY,
        /** Aggregates are not what the samples come to: long queries give wrong numbers. */
        WRONG_AGGREGATES,
        /** The registry does not have the series: queries do not find it. */
        NOT_REGISTERED,
        /** The registry has the series, and there is no sample of it. */
        WITHOUT_SAMPLES,
        /** Aggregates cannot be decoded: queries read the samples instead. */
        UNREADABLE_AGGREGATES,
        /** Two rows have different values for a timestamp; the one with the higher place counts. */
        CONFLICT,
        /** Rows overlap: late samples or a replay; a merge joins them. */
        OVERLAP,
        /** Longer without a sample than ten times the usual interval of the series, and more than ten minutes. */
        GAP;

        /** Whether queries miss data for it, or give wrong numbers. */
        public boolean isDamage() {
            return compareTo(NOT_REGISTERED) <= 0;
        }
    }
}
