package io.millrace.storage.cassandra;

import io.millrace.storage.RetentionClass;
import java.time.Duration;

/** When rows of tables shared by all retention classes expire. */
final class Expiry {
    private Expiry() {}

    /** A day longer than the class says: a row of a day is written while the day lasts, and the whole day is kept. */
    static int seconds(RetentionClass retention) {
        return (int) Duration.ofDays(retention.days() + 1L).toSeconds();
    }

    /** What is left of that for a row of a past day that is written now; less than 1 when it has expired. */
    static int secondsLeft(RetentionClass retention, int day, long nowMs) {
        long endMs = Duration.ofDays(day + 1L + retention.days()).toMillis();
        return (int) Math.min(seconds(retention), (endMs - nowMs) / 1000);
    }
}
