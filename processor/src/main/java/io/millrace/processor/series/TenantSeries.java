package io.millrace.processor.series;

import io.millrace.model.TenantId;

/**
 * All that one partition remembers of one tenant's series: the table, and the counts by metric that belong to it. Not
 * thread-safe: the task of the partition owns it.
 */
public final class TenantSeries {
    private final TenantId tenant;
    private final SeriesTable table;
    private final MetricCounts metrics = new MetricCounts();

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

    public MetricCounts metrics() {
        return metrics;
    }

    /** Adds a series that is not there: inactive, announced on no day. Returns its slot. */
    public int insert(long idHigh, long idLow, int check, String metric, int seenSeconds) {
        return table.insert(idHigh, idLow, check, metrics.add(metric), seenSeconds);
    }

    public void setActive(int slot, boolean active) {
        if (table.isActive(slot) != active) {
            table.setActive(slot, active);
            metrics.changeActive(table.metric(slot), active ? 1 : -1);
        }
    }

    /** Forgets a series; slots are other series' afterwards. */
    public void remove(int slot) {
        setActive(slot, false);
        metrics.remove(table.metric(slot));
        table.remove(slot);
    }

    /** What a restart must know of the series. */
    SeriesState state(int slot) {
        return new SeriesState(
                tenant,
                table.idHigh(slot),
                table.idLow(slot),
                table.check(slot),
                table.days(slot),
                table.isActive(slot),
                metrics.name(table.metric(slot)));
    }
}
