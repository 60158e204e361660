package io.millrace.processor.shards;

import io.millrace.processor.series.SeriesMemory;
import io.millrace.processor.series.SeriesTable;
import io.millrace.processor.series.TenantSeries;
import io.millrace.wire.record.ShardRecord.Passed;

/**
 * Ends the activity of the series of a tenant that have left a partition because the shard was widened: those without a
 * sample since the mark. A bit at a time, so that a large table never holds up the samples. Not thread-safe: the task of the
 * partition owns it.
 *
 * <p>A series that has stayed and is sent seldom may be among them. It is carried in the filter of its own partition, so it
 * passes with its next sample, if that comes within the grace. After a restart a table says of every series that it was seen at
 * the start, so then the time is reckoned from there.
 */
final class LeftSeries {
    /** Some milliseconds of a second, and a table of a million series is through in 40 s. */
    private static final int SLOTS_AT_ONCE = 50_000;

    private static final int NOT_BEGUN = -1;

    private final TenantSeries series;
    private final SeriesMemory memory;
    private final long openedMs;
    private long doneEpoch = -1;
    private int next = NOT_BEGUN;
    private int slots;

    /** @param openedMs when this partition came here */
    LeftSeries(TenantSeries series, SeriesMemory memory, long openedMs) {
        this.series = series;
        this.memory = memory;
        this.openedMs = openedMs;
    }

    /** Looks at the next part, if it is time. */
    void step(TenantShard shard, long nowMs) {
        Passed own = shard.own();
        if (own == null || own.epoch() == doneEpoch) {
            next = NOT_BEGUN;
            return;
        }
        if (!shard.isInGrace()) {
            doneEpoch = own.epoch();
            return;
        }
        if (nowMs < Math.max(shard.changedMs(), openedMs) + TenantShard.LEFT_AFTER_MS) {
            return;
        }
        SeriesTable table = series.table();
        if (next == NOT_BEGUN || slots != table.slots()) {
            // A table that has grown or shrunk has its series in other places.
            next = 0;
            slots = table.slots();
        }
        int end = Math.min(slots, next + SLOTS_AT_ONCE);
        int boundary = (int) (Math.max(own.atMs(), openedMs) / 1000);
        for (int slot = next; slot < end; slot++) {
            if (table.isUsed(slot)
                    && table.isActive(slot)
                    && Integer.compareUnsigned(table.seenSeconds(slot), boundary) <= 0) {
                series.setActive(slot, false);
                memory.log(series, slot);
            }
        }
        next = end;
        if (next == slots) {
            doneEpoch = own.epoch();
            next = NOT_BEGUN;
        }
    }
}
