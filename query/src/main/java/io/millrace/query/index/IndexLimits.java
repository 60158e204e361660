package io.millrace.query.index;

import java.time.Duration;

/**
 * The bounds of the index.
 *
 * @param maxSeries series held over all tenants before old days are dropped; about 300 bytes of heap each
 * @param maxSeriesPerSelection series one selector may match
 * @param maxDays days one query may span
 * @param residentDays newest days that are never dropped
 * @param idleDay after this time without a query an older day is dropped
 * @param loadTimeout how long a query waits for a day that another query is loading
 */
public record IndexLimits(
        long maxSeries,
        int maxSeriesPerSelection,
        int maxDays,
        int residentDays,
        Duration idleDay,
        Duration loadTimeout) {}
