package io.millrace.processor.series;

import io.millrace.model.TenantId;
import io.millrace.wire.record.KnownSeries;
import java.util.function.IntPredicate;

/**
 * All that one partition remembers of one tenant's series: the table, and the counts by metric and job that belong to it. Not
 * thread-safe: the task of the partition owns it.
 */
public final class TenantSeries {
    private final TenantId tenant;
    private final SeriesTable table;
    private final SeriesGroups groups = new SeriesGroups();

    /** @param seed anything that a sender cannot know, see {@link SeriesTable} */
    public TenantSeries(TenantId tenant, long seed) {
        this.tenant = tenant;
        this.table = new SeriesTable(seed);
    }

    public TenantId tenant() {
        return tenant;
    }

    /** For looking up and for {@code days} and {@code seenSeconds}; the rest changes through this class only. */
    public SeriesTable table() {
        return table;
    }

    public SeriesGroups groups() {
        return groups;
    }

    /** Series by metric name. */
    public NameCounts metrics() {
        return groups.metrics();
    }

    /** Adds a series that is not there: inactive, announced on no day. Returns its slot. */
    public int insert(long idHigh, long idLow, int check, String metric, String job, int seenSeconds) {
        return table.insert(idHigh, idLow, check, groups.add(metric, job), seenSeconds);
    }

    public void setActive(int slot, boolean active) {
        if (table.isActive(slot) != active) {
            table.setActive(slot, active);
            groups.changeActive(table.group(slot), active ? 1 : -1);
        }
    }

    /** Forgets a series; slots are other series' afterwards. */
    public void remove(int slot) {
        setActive(slot, false);
        groups.remove(table.group(slot));
        table.remove(slot);
    }

    /** A filter of the active series. */
    public KnownSeries knownActive() {
        return knownActive(table.active(), metric -> true);
    }

    /**
     * A filter of the active series of some metrics.
     *
     * @param count how many they are
     * @param ofMetric whether the series of a metric, by its number, are among them
     */
    public KnownSeries knownActive(long count, IntPredicate ofMetric) {
        KnownSeries.Builder builder = new KnownSeries.Builder(count);
        for (int slot = 0; slot < table.slots(); slot++) {
            if (table.isUsed(slot) && table.isActive(slot) && ofMetric.test(groups.metric(table.group(slot)))) {
                builder.add(table.idHigh(slot), table.idLow(slot));
            }
        }
        return builder.build();
    }

    /** What a restart must know of the series. */
    SeriesState state(int slot) {
        int group = table.group(slot);
        return new SeriesState(
                tenant,
                table.idHigh(slot),
                table.idLow(slot),
                table.check(slot),
                table.days(slot),
                table.isActive(slot),
                groups.metrics().name(groups.metric(group)),
                groups.jobs().name(groups.job(group)));
    }
}
