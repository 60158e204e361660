package io.millrace.processor;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.processor.labels.AliasTable;
import io.millrace.processor.limits.SeriesAdmission;
import io.millrace.processor.series.SeriesTable;
import io.millrace.processor.series.TenantSeries;
import io.millrace.processor.usage.UsageCounter;

/** All that one partition keeps in memory for one tenant. Not thread-safe: the task of the partition owns it. */
final class TenantWork {
    /** At 53 to 107 bytes each, 27 MB at most; a tenant gets there only by sending labels that normalisation changes. */
    private static final int MAX_ALIASES = 250_000;

    /** Announcements of days that {@code AnnouncedDays} cannot hold, remembered so that they are not repeated for long. */
    private static final int MAX_OTHER_DAYS = 100_000;

    private final TenantSeries series;
    private final SeriesAdmission admission;
    private final UsageCounter usage;
    private final AliasTable aliases;
    private final AliasTable otherDays;

    /** Whether the counts have changed since they were published. */
    private boolean unpublished = true;

    TenantWork(TenantSeries series, SeriesAdmission admission, UsageCounter usage, long seed) {
        this.series = series;
        this.admission = admission;
        this.usage = usage;
        this.aliases = new AliasTable(seed, MAX_ALIASES);
        this.otherDays = new AliasTable(seed, MAX_OTHER_DAYS);
    }

    TenantId id() {
        return series.tenant();
    }

    TenantSeries series() {
        return series;
    }

    SeriesTable table() {
        return series.table();
    }

    SeriesAdmission admission() {
        return admission;
    }

    UsageCounter usage() {
        return usage;
    }

    /** What became of raw label sets that were not stored as they came. */
    AliasTable aliases() {
        return aliases;
    }

    /** Whether this is the first time, as far as is remembered, that a series has samples on this day. */
    boolean addOtherDay(SeriesId id, int day) {
        if (otherDays.find(id.high(), id.low(), day) != AliasTable.ABSENT) {
            return false;
        }
        otherDays.put(id.high(), id.low(), day, 0, 0);
        return true;
    }

    void changed() {
        unpublished = true;
    }

    /** Whether the counts have changed since this was last asked. */
    boolean takeUnpublished() {
        boolean was = unpublished;
        unpublished = false;
        return was;
    }
}
