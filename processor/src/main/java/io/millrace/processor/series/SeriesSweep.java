package io.millrace.processor.series;

/**
 * Walks the tables bit by bit: a series without samples for {@code idleSeconds} stops being active, and one without
 * samples for {@code forgetSeconds} is forgotten. Each call looks at a part of each table, so that a table of a million
 * series never holds up the samples; after {@code callsPerRound} calls it has seen everything. For the task's thread.
 *
 * <p>Memory is bounded: when a tenant has more than {@code spare} inactive series for each active one (and more than a
 * thousand), inactive ones are forgotten at once. They may come back; then they are announced again.
 */
public final class SeriesSweep {
    private static final int ALWAYS_SPARE = 1000;

    private final SeriesMemory memory;
    private final int idleSeconds;
    private final int forgetSeconds;
    private final int spare;
    private final int callsPerRound;
    private int call;

    public SeriesSweep(SeriesMemory memory, int idleSeconds, int forgetSeconds, int spare, int callsPerRound) {
        this.memory = memory;
        this.idleSeconds = idleSeconds;
        this.forgetSeconds = forgetSeconds;
        this.spare = spare;
        this.callsPerRound = callsPerRound;
    }

    /**
     * Looks at the next part.
     *
     * @param nowSeconds since 1970, unsigned
     */
    public void step(int nowSeconds) {
        for (TenantSeries series : memory.tenants()) {
            int slots = series.table().slots();
            int from = (int) ((long) slots * call / callsPerRound);
            int to = (int) ((long) slots * (call + 1) / callsPerRound);
            sweep(series, from, to, nowSeconds);
        }
        call = (call + 1) % callsPerRound;
    }

    private void sweep(TenantSeries series, int from, int to, int nowSeconds) {
        SeriesTable table = series.table();
        int slots = table.slots();
        int slot = from;
        // A removal may shrink the table; the rest of it is seen in the next round.
        while (slot < to && table.slots() == slots) {
            if (!table.isUsed(slot)) {
                slot++;
                continue;
            }
            int idle = nowSeconds - table.seenSeconds(slot);
            if (table.isActive(slot) && idle > idleSeconds) {
                series.setActive(slot, false);
                memory.log(series, slot);
            }
            if (!table.isActive(slot) && (idle > forgetSeconds || isCrowded(table))) {
                memory.forget(series, slot);
            } else {
                slot++;
            }
        }
    }

    private boolean isCrowded(SeriesTable table) {
        long inactive = (long) table.size() - table.active();
        return inactive > ALWAYS_SPARE + (long) spare * table.active();
    }
}
