package io.millrace.query.index;

import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.promql.storage.Matcher;
import io.millrace.query.index.IndexGeneration.Day;
import io.millrace.wire.labels.CanonicalLabels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.roaringbitmap.RoaringBitmap;

/**
 * The series of one tenant. Methods that change it are synchronized; methods that read it take no lock and never wait.
 * Days are days since 1970-01-01 UTC.
 */
final class TenantIndex {
    /** A rebuild costs about 1 µs per living series, so it waits until as many are dead, and not a trifle. */
    private static final int REBUILD_FROM = 10_000;

    private final LongSupplier clockMs;
    private volatile IndexGeneration generation = new IndexGeneration();
    private volatile int coveredFromDay = Integer.MAX_VALUE;

    TenantIndex(LongSupplier clockMs) {
        this.clockMs = clockMs;
    }

    /** From this day on, what {@link #announce} was told is all there is. Days evicted since are taken out. */
    synchronized void coverFrom(int day) {
        coveredFromDay = day;
        generation.days.tailMap(day, true).values().forEach(entry -> entry.complete = true);
    }

    /** Notes that a series has samples on a day. The labels are only looked at when the series is new. */
    synchronized void announce(int day, long idHigh, long idLow, byte[] canonicalLabels) {
        IndexGeneration index = generation;
        int ordinal = index.table.find(idHigh, idLow);
        if (ordinal < 0) {
            Labels labels = CanonicalLabels.decode(canonicalLabels, 0, canonicalLabels.length);
            ordinal = index.append(idHigh, idLow, labels);
        }
        dayFor(index, day).series.add(ordinal);
    }

    private Day dayFor(IndexGeneration index, int day) {
        Day entry = index.days.get(day);
        if (entry == null) {
            entry = new Day(day >= coveredFromDay, clockMs.getAsLong());
            index.days.put(day, entry);
        }
        return entry;
    }

    /** Whether all series of the day are here. */
    boolean isComplete(int day) {
        Day entry = generation.days.get(day);
        return entry != null ? entry.complete : day >= coveredFromDay;
    }

    /** Says that all series of the day have been announced. */
    synchronized void complete(int day) {
        dayFor(generation, day).complete = true;
    }

    /** Forgets a day; it is no longer complete. */
    synchronized void evict(int day) {
        if (generation.days.remove(day) != null && day >= coveredFromDay) {
            // Days between are evicted too, or they would count as complete and empty.
            generation.days.headMap(day, false).tailMap(coveredFromDay, true).clear();
            coveredFromDay = day + 1;
        }
    }

    /** Drops series that are on no day any more when they are the majority. Readers go on with what they have. */
    synchronized boolean rebuildIfMostlyDead() {
        IndexGeneration old = generation;
        int size = old.table.size();
        int living = livingSeries(old);
        if (size - living < REBUILD_FROM || size < 2 * living) {
            return false;
        }
        IndexGeneration fresh = new IndexGeneration();
        old.days.forEach((day, entry) -> {
            Day copy = new Day(entry.complete, entry.lastUsedMs);
            for (int ordinal = 0; ordinal < size; ordinal++) {
                if (entry.series.contains(ordinal)) {
                    SeriesId id = old.table.id(ordinal);
                    int known = fresh.table.find(id.high(), id.low());
                    copy.series.add(known >= 0 ? known : fresh.append(id.high(), id.low(), old.table.labels(ordinal)));
                }
            }
            fresh.days.put(day, copy);
        });
        generation = fresh;
        return true;
    }

    private static int livingSeries(IndexGeneration index) {
        OrdinalSet any = index.during(Integer.MIN_VALUE, Integer.MAX_VALUE, 0);
        int living = 0;
        for (int ordinal = index.table.size() - 1; ordinal >= 0; ordinal--) {
            living += any.contains(ordinal) ? 1 : 0;
        }
        return living;
    }

    SelectedSeries select(List<Matcher> matchers, int fromDay, int toDay) {
        IndexGeneration index = generation;
        return new SelectedSeries(index, matching(index, matchers, fromDay, toDay));
    }

    private RoaringBitmap matching(IndexGeneration index, List<Matcher> matchers, int fromDay, int toDay) {
        OrdinalSet within = index.during(fromDay, toDay, clockMs.getAsLong());
        return new MatcherEvaluation(index, within).evaluate(matchers);
    }

    /** Label names of the series that match any of the lists; of all series when there is none. */
    Set<String> labelNames(List<List<Matcher>> anyOf, int fromDay, int toDay) {
        IndexGeneration index = generation;
        Set<String> names = new TreeSet<>(Labels::compareUtf8);
        if (anyOf.isEmpty()) {
            OrdinalSet within = index.during(fromDay, toDay, clockMs.getAsLong());
            for (LabelName name : index.names.values()) {
                if (name.anyValue(value -> value.any(within))) {
                    names.add(name.name);
                }
            }
            return names;
        }
        Set<String> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        union(index, anyOf, fromDay, toDay).forEach((org.roaringbitmap.IntConsumer) ordinal -> {
            for (LabelValue value : index.table.row(ordinal)) {
                if (seen.add(value.name)) {
                    names.add(value.name);
                }
            }
        });
        return names;
    }

    /** Values of a label over the series that match any of the lists; over all series when there is none. */
    Set<String> labelValues(String labelName, List<List<Matcher>> anyOf, int fromDay, int toDay) {
        IndexGeneration index = generation;
        Set<String> values = new TreeSet<>(Labels::compareUtf8);
        LabelName name = index.names.get(labelName);
        if (name == null) {
            return values;
        }
        if (anyOf.isEmpty()) {
            OrdinalSet within = index.during(fromDay, toDay, clockMs.getAsLong());
            name.forEach(value -> {
                if (value.any(within)) {
                    values.add(value.value);
                }
            });
            return values;
        }
        RoaringBitmap matching = union(index, anyOf, fromDay, toDay);
        if (matching.getLongCardinality() <= name.size()) {
            matching.forEach((org.roaringbitmap.IntConsumer) ordinal -> {
                String value = index.table.value(ordinal, labelName);
                if (!value.isEmpty()) {
                    values.add(value);
                }
            });
        } else {
            name.forEach(value -> {
                if (value.intersects(matching)) {
                    values.add(value.value);
                }
            });
        }
        return values;
    }

    /** The series that match any of the lists, each once. */
    SelectedSeries selectAny(List<List<Matcher>> anyOf, int fromDay, int toDay) {
        IndexGeneration index = generation;
        return new SelectedSeries(index, union(index, anyOf, fromDay, toDay));
    }

    private RoaringBitmap union(IndexGeneration index, List<List<Matcher>> anyOf, int fromDay, int toDay) {
        RoaringBitmap union = new RoaringBitmap();
        for (List<Matcher> matchers : anyOf) {
            union.or(matching(index, matchers, fromDay, toDay));
        }
        return union;
    }

    /** Series held, also those whose days have been evicted since the last rebuild. */
    int size() {
        return generation.table.size();
    }

    /** The days held, with the number of series of each and when each was last used. */
    List<HeldDay> days() {
        List<HeldDay> held = new ArrayList<>();
        for (Map.Entry<Integer, Day> entry : generation.days.entrySet()) {
            Day day = entry.getValue();
            held.add(new HeldDay(entry.getKey(), day.series.cardinality(), day.lastUsedMs));
        }
        return held;
    }

    /** @param lastUsedMs when a query last looked at the day, or when it was made */
    record HeldDay(int day, int series, long lastUsedMs) {}

    /** Figures of what is most numerous among the series of some days; the last of them is compared with the others. */
    Cardinality cardinality(int fromDay, int toDay, int limit) {
        IndexGeneration index = generation;
        long now = clockMs.getAsLong();
        OrdinalSet last = index.during(toDay, toDay, now);
        OrdinalSet before = index.during(fromDay, toDay - 1, now);
        return Cardinality.of(
                index,
                index.during(fromDay, toDay, now),
                ordinal -> last.contains(ordinal) && !before.contains(ordinal),
                limit);
    }
}
