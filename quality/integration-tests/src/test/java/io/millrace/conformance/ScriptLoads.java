package io.millrace.conformance;

import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.promql.storage.Selection;
import io.millrace.promql.storage.SeriesSet;
import io.millrace.promql.testscript.ScriptStorage;
import io.millrace.promql.testscript.TestStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the scripts hold at each of their queries. A first run of the scripts writes it down, so that all of it can be sent
 * before a second run queries it. Not thread-safe.
 */
final class ScriptLoads {
    private final List<NavigableMap<Labels, NavigableMap<Long, Point>>> all = new ArrayList<>();

    /** One sample: a float, or a histogram. */
    record Point(double value, @Nullable NativeHistogram histogram) {}

    /** By their number: that of the change of a storage, over all scripts in their order. */
    List<NavigableMap<Labels, NavigableMap<Long, Point>>> all() {
        return all;
    }

    /** The storage of a script in the first run: in memory, and written down. */
    ScriptStorage recording() {
        return new Recording();
    }

    private final class Recording extends Changes {
        private final TestStorage memory = new TestStorage();

        @Override
        public void clear() {
            super.clear();
            memory.clear();
        }

        @Override
        public void add(Labels labels, long timestampMs, double value, long startMs) {
            super.add(labels, timestampMs, value, startMs);
            memory.add(labels, timestampMs, value, startMs);
        }

        @Override
        public void add(Labels labels, long timestampMs, NativeHistogram histogram, long startMs) {
            super.add(labels, timestampMs, histogram, startMs);
            memory.add(labels, timestampMs, histogram, startMs);
        }

        @Override
        ScriptStorage changed() {
            NavigableMap<Labels, NavigableMap<Long, Point>> copy = new TreeMap<>();
            content.forEach((labels, points) -> copy.put(labels, new TreeMap<>(points)));
            all.add(copy);
            return memory;
        }
    }

    /** A storage that notices when it is queried for the first time since samples were added. */
    abstract static class Changes implements ScriptStorage {
        final NavigableMap<Labels, NavigableMap<Long, Point>> content = new TreeMap<>();
        private @Nullable ScriptStorage current;

        /** Called before the first query after a change; gives what is to be queried until the next. */
        abstract ScriptStorage changed();

        @Override
        public void clear() {
            content.clear();
            current = null;
        }

        @Override
        public void add(Labels labels, long timestampMs, double value, long startMs) {
            put(labels, timestampMs, new Point(value, null));
        }

        @Override
        public void add(Labels labels, long timestampMs, NativeHistogram histogram, long startMs) {
            put(labels, timestampMs, new Point(0, histogram));
        }

        private void put(Labels labels, long timestampMs, Point point) {
            content.computeIfAbsent(labels, l -> new TreeMap<>()).putIfAbsent(timestampMs, point);
            current = null;
        }

        @Override
        public SeriesSet select(Selection selection) {
            ScriptStorage queried = current;
            if (queried == null) {
                queried = changed();
                current = queried;
            }
            return queried.select(selection);
        }
    }
}
