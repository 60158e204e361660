package io.millrace.writer.chunk;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The series of one tenant in one partition by id: those announced (the dictionary, which gives the metric name) and
 * among them those with open chunks. Open addressing in flat arrays, 24 bytes a slot. For the owner thread.
 */
final class SeriesTable {
    private static final int INITIAL_SLOTS = 64;

    /** Slots filled at most, in percent. */
    private static final int MAX_LOAD = 75;

    /** id high, id low, id high, ... so that both halves are in one cache line. */
    private long[] ids = new long[2 * INITIAL_SLOTS];

    /** Null, a {@link Metric} for a series without open chunks, or an {@link OpenSeries}. */
    private @Nullable Object[] entries = new Object[INITIAL_SLOTS];

    /** Hours since 1970 of the last announcement. */
    private int[] announcedHours = new int[INITIAL_SLOTS];

    private int size;
    private Map<String, Metric> metrics = new HashMap<>();

    /** Makes the open series of an id when its first sample comes. */
    interface Opener {
        OpenSeries open(long idHigh, long idLow, Metric metric);
    }

    int size() {
        return size;
    }

    /** The series, opened if need be; null when it was never announced. */
    @Nullable
    OpenSeries open(long idHigh, long idLow, Opener opener) {
        int slot = find(idHigh, idLow);
        Object entry = entries[slot];
        if (entry instanceof OpenSeries series) {
            return series;
        }
        if (entry instanceof Metric metric) {
            OpenSeries series = opener.open(idHigh, idLow, metric);
            entries[slot] = series;
            return series;
        }
        return null;
    }

    /** The series if it is open. */
    @Nullable
    OpenSeries get(long idHigh, long idLow) {
        return entries[find(idHigh, idLow)] instanceof OpenSeries series ? series : null;
    }

    /** Adds a series to the dictionary, or notes that it was announced again. */
    void announce(long idHigh, long idLow, String metricName, int hour) {
        int slot = find(idHigh, idLow);
        if (entries[slot] == null) {
            if ((size + 1) * 100L > entries.length * (long) MAX_LOAD) {
                rebuild(entries.length * 2, 0);
                slot = find(idHigh, idLow);
            }
            ids[2 * slot] = idHigh;
            ids[2 * slot + 1] = idLow;
            entries[slot] = metrics.computeIfAbsent(metricName, Metric::new);
            size++;
        }
        announcedHours[slot] = Math.max(announcedHours[slot], hour);
    }

    /**
     * Closes the series that have nothing open, and forgets those that were last announced before {@code hour}.
     *
     * @return the number forgotten
     */
    int sweep(int hour) {
        for (int slot = 0; slot < entries.length; slot++) {
            if (entries[slot] instanceof OpenSeries series && series.isIdle()) {
                entries[slot] = series.metric();
            }
        }
        return rebuild(entries.length, hour);
    }

    private int rebuild(int slots, int forgetBeforeHour) {
        long[] oldIds = ids;
        @Nullable Object[] oldEntries = entries;
        int[] oldHours = announcedHours;
        Predicate<Object> closed = entry -> entry instanceof Metric;
        ids = new long[2 * slots];
        entries = new Object[slots];
        announcedHours = new int[slots];
        Map<String, Metric> usedMetrics = new HashMap<>();
        int before = size;
        size = 0;
        for (int old = 0; old < oldEntries.length; old++) {
            Object entry = oldEntries[old];
            if (entry == null || closed.test(entry) && oldHours[old] < forgetBeforeHour) {
                continue;
            }
            int slot = find(oldIds[2 * old], oldIds[2 * old + 1]);
            ids[2 * slot] = oldIds[2 * old];
            ids[2 * slot + 1] = oldIds[2 * old + 1];
            entries[slot] = entry;
            announcedHours[slot] = oldHours[old];
            Metric metric = entry instanceof OpenSeries series ? series.metric() : (Metric) entry;
            usedMetrics.putIfAbsent(metric.name(), metric);
            size++;
        }
        metrics = usedMetrics;
        return before - size;
    }

    /** The slot of an id, or the empty one where it would stand. */
    private int find(long idHigh, long idLow) {
        int mask = entries.length - 1;
        // The id is a hash already; the top of the low half is nearly the same for all ids of a partition.
        int slot = (int) idHigh & mask;
        while (entries[slot] != null && (ids[2 * slot] != idHigh || ids[2 * slot + 1] != idLow)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}
