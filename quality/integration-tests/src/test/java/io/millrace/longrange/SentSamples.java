package io.millrace.longrange;

import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.promql.testscript.TestStorage;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What was sent and not deleted: series by labels, samples by time. Not thread-safe. */
final class SentSamples {
    private final NavigableMap<Labels, NavigableMap<Long, Point>> series = new TreeMap<>();

    /** One sample: a float, or a histogram. */
    record Point(double value, @Nullable NativeHistogram histogram) {}

    NavigableMap<Labels, NavigableMap<Long, Point>> series() {
        return series;
    }

    NavigableMap<Long, Point> of(Labels labels) {
        return series.computeIfAbsent(labels, key -> new TreeMap<>());
    }

    void add(Labels labels, long timestampMs, double value) {
        of(labels).put(timestampMs, new Point(value, null));
    }

    void add(Labels labels, long timestampMs, NativeHistogram histogram) {
        of(labels).put(timestampMs, new Point(histogram.sum(), histogram));
    }

    /** Samples of a series with {@code fromMs <= timestamp < toMs}. */
    NavigableMap<Long, Point> of(Labels labels, long fromMs, long toMs) {
        return of(labels).subMap(fromMs, true, toMs, false);
    }

    /** The same samples, for queries that read each of them. */
    TestStorage inMemory() {
        TestStorage storage = new TestStorage();
        series.forEach((labels, points) -> points.forEach((time, point) -> {
            if (point.histogram() == null) {
                storage.add(labels, time, point.value(), 0);
            } else {
                storage.add(labels, time, point.histogram(), 0);
            }
        }));
        return storage;
    }
}
