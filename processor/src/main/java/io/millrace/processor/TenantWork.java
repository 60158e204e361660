package io.millrace.processor;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.processor.ha.HaNumbers;
import io.millrace.processor.labels.AliasTable;
import io.millrace.processor.limits.FullNotice;
import io.millrace.processor.limits.ItemLimits;
import io.millrace.processor.limits.SeriesAdmission;
import io.millrace.processor.series.SeriesTable;
import io.millrace.processor.series.TenantSeries;
import io.millrace.processor.shards.ShardDuties;
import io.millrace.processor.usage.JobCounters;
import io.millrace.processor.usage.UsageCounter;
import io.millrace.runtime.policy.LabelRules;
import org.jspecify.annotations.Nullable;

/** All that one partition keeps in memory for one tenant. Not thread-safe: the task of the partition owns it. */
final class TenantWork {
    /** At 53 to 107 bytes each, 54 MB at most; a tenant gets there only by sending labels that normalisation changes. */
    private static final int MAX_ALIASES = 500_000;

    /** Announcements of days that {@code AnnouncedDays} cannot hold, remembered so that they are not repeated for long. */
    private static final int MAX_OTHER_DAYS = 100_000;

    private final TenantSeries series;
    private final SeriesAdmission admission;
    private final FullNotice fullNotice;
    private final UsageCounter usage;
    private final AliasTable aliases;
    private final AliasTable otherDays;
    private final HaNumbers replicas = new HaNumbers();
    private final ItemLimits items;
    private final JobCounters jobs;
    private final ShardDuties shard;

    /** What the aliases were made with. */
    private @Nullable LabelRules rules;

    private int cutAt;

    /** The mark of series that these rules leave as they were sent; 0 is no mark. */
    private int mark;

    /** Whether the counts have changed since they were published. */
    private boolean unpublished = true;

    TenantWork(
            TenantSeries series,
            SeriesAdmission admission,
            ItemLimits items,
            UsageCounter usage,
            JobCounters jobs,
            ShardDuties shard,
            long seed) {
        this.jobs = jobs;
        this.shard = shard;
        this.items = items;
        this.series = series;
        this.admission = admission;
        this.fullNotice = new FullNotice(admission);
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

    FullNotice fullNotice() {
        return fullNotice;
    }

    JobCounters jobs() {
        return jobs;
    }

    ShardDuties shard() {
        return shard;
    }

    ItemLimits items() {
        return items;
    }

    UsageCounter usage() {
        return usage;
    }

    /**
     * What became of raw labels under other rules is void. Of the limits only the one at which values are cut changes what
     * becomes of known series: they pass all others.
     */
    @SuppressWarnings("ReferenceEquality") // the same rules are the same object, and patterns have no equals
    void use(LabelRules rulesNow, TenantLimits limits, long nowMs) {
        int cutAtNow = rulesNow.cutsValues() ? limits.maxLabelValueBytes() : 0;
        if (rules != rulesNow || cutAt != cutAtNow) {
            rules = rulesNow;
            cutAt = cutAtNow;
            forgetAliases(nowMs);
        }
    }

    /** Everything known under raw labels is worked out again. */
    void forgetAliases(long nowMs) {
        aliases.clear();
        replicas.clear(nowMs);
        if (mark == SeriesTable.MAX_MARK) {
            series.table().clearMarks();
            mark = 0;
        }
        mark++;
    }

    /** The mark, in the table, of series that the rules in force leave as they were sent. */
    int mark() {
        return mark;
    }

    /** The replicas seen, by number. */
    HaNumbers replicas() {
        return replicas;
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
        otherDays.put(id.high(), id.low(), day, 0, 0, 0);
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
