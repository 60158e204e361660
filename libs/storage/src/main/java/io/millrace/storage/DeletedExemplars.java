package io.millrace.storage;

/**
 * What a deletion means for the exemplars of a series that it selects. Exemplars have no place in the topic {@code
 * samples}, so it is the receive time that tells those that were there from those that came afterwards.
 *
 * @param fromMs first deleted timestamp
 * @param toMs last deleted timestamp
 * @param receivedUntilMs what a gateway received by then is deleted, ms since the epoch
 */
public record DeletedExemplars(long fromMs, long toMs, long receivedUntilMs) {
    /** Whether an exemplar of the series is deleted. */
    public boolean covers(ExemplarRow row) {
        return row.timestampMs() >= fromMs && row.timestampMs() <= toMs && row.receivedMs() <= receivedUntilMs;
    }
}
