package io.millrace.storage.cassandra;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/** Partitions metering by calendar month: 744 hours × 64 partitions × 60 B = 3 MB at most. */
final class UsageMonths {
    private UsageMonths() {}

    /** Months since January of year 0, UTC. */
    static int of(int hour) {
        ZonedDateTime time = Instant.ofEpochSecond(hour * 3600L).atZone(ZoneOffset.UTC);
        return time.getYear() * 12 + time.getMonthValue() - 1;
    }
}
