package io.millrace.query.index;

import io.millrace.model.Labels;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.roaringbitmap.RoaringBitmap;

/**
 * The contents of a tenant's index from one rebuild to the next. Ordinals mean something within one generation only.
 * One writer at a time; readers never wait. A series is appended in this order, so that a reader who takes {@code
 * table.size()} first finds everything about each series below it:
 * <ol>
 *   <li>its row in the table,
 *   <li>its ordinal in the bitmap of each of its label values,
 *   <li>the size of the table,
 *   <li>its bit in the bitmap of the day.
 * </ol>
 */
final class IndexGeneration {
    final SeriesTable table = new SeriesTable();
    final ConcurrentHashMap<String, LabelName> names = new ConcurrentHashMap<>();
    final ConcurrentSkipListMap<Integer, Day> days = new ConcurrentSkipListMap<>();

    /** The series of one UTC day. */
    static final class Day {
        final DayBitmap series = new DayBitmap();
        /** Whether all series of the day are here, as far as anybody has announced them. */
        volatile boolean complete;

        volatile long lastUsedMs;

        Day(boolean complete, long nowMs) {
            this.complete = complete;
            this.lastUsedMs = nowMs;
        }
    }

    /** Appends a series that is not in the table. For the writer. */
    int append(long idHigh, long idLow, Labels labels) {
        LabelValue[] row = new LabelValue[labels.size()];
        for (int i = 0; i < row.length; i++) {
            row[i] = nameFor(labels.name(i)).valueFor(labels.value(i));
        }
        int ordinal = table.append(idHigh, idLow, row);
        for (LabelValue value : row) {
            value.add(ordinal);
        }
        table.publish(ordinal);
        return ordinal;
    }

    private LabelName nameFor(String name) {
        LabelName known = names.get(name);
        if (known == null) {
            known = new LabelName(name);
            names.put(name, known);
        }
        return known;
    }

    /** The series of any of the days, both ends included. Marks the days as used. */
    OrdinalSet during(int fromDay, int toDay, long nowMs) {
        Collection<Day> wanted = fromDay > toDay
                ? List.of()
                : days.subMap(fromDay, true, toDay, true).values();
        DayBitmap[] bitmaps = new DayBitmap[wanted.size()];
        int used = 0;
        for (Day day : wanted) {
            day.lastUsedMs = nowMs;
            if (used < bitmaps.length) {
                bitmaps[used++] = day.series;
            }
        }
        int count = used;
        int limit = table.size();
        return ordinal -> {
            if (ordinal >= limit) {
                return false;
            }
            for (int i = 0; i < count; i++) {
                if (bitmaps[i].contains(ordinal)) {
                    return true;
                }
            }
            return false;
        };
    }

    /** All series of the set. */
    RoaringBitmap all(OrdinalSet set) {
        RoaringBitmap result = new RoaringBitmap();
        int size = table.size();
        for (int ordinal = 0; ordinal < size; ordinal++) {
            if (set.contains(ordinal)) {
                result.add(ordinal);
            }
        }
        return result;
    }

    /** Those of {@code candidates} that are in the set. */
    static RoaringBitmap retain(RoaringBitmap candidates, OrdinalSet set) {
        RoaringBitmap result = new RoaringBitmap();
        candidates.forEach((org.roaringbitmap.IntConsumer) ordinal -> {
            if (set.contains(ordinal)) {
                result.add(ordinal);
            }
        });
        return result;
    }
}
