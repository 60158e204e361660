package io.millrace.promql.testscript;

import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.SampleColumns;
import io.millrace.model.StaleMarker;
import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.promql.storage.Matcher;
import io.millrace.promql.storage.Selection;
import io.millrace.promql.storage.SeriesSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Series in memory. Samples may come in any order; of two with one timestamp the first stays. Not thread-safe while samples
 * are added.
 *
 * <h2>Counter resets of histograms</h2>
 * Scripts expect what a reader of Prometheus' chunks sees. A chunk begins where a counter was reset, where the layout
 * changed, or where floats or stale markers were between; the first histogram of a chunk says nothing of resets
 * (UNKNOWN), the others say NO. Gauges stay gauges.
 */
public final class TestStorage implements ScriptStorage {
    private record Sample(double value, @Nullable NativeHistogram histogram, long startMs) {}

    private final NavigableMap<Labels, NavigableMap<Long, Sample>> series = new TreeMap<>();

    @Override
    public void clear() {
        series.clear();
    }

    @Override
    public void add(Labels labels, long timestampMs, double value, long startMs) {
        samples(labels).putIfAbsent(timestampMs, new Sample(value, null, startMs));
    }

    @Override
    public void add(Labels labels, long timestampMs, NativeHistogram histogram, long startMs) {
        samples(labels).putIfAbsent(timestampMs, new Sample(histogram.sum(), histogram, startMs));
    }

    private NavigableMap<Long, Sample> samples(Labels labels) {
        return series.computeIfAbsent(labels, key -> new TreeMap<>());
    }

    @Override
    public SeriesSet select(Selection selection) {
        Iterator<Map.Entry<Labels, NavigableMap<Long, Sample>>> matching = series.entrySet().stream()
                .filter(entry -> matches(selection.matchers(), entry.getKey()))
                .iterator();
        return new Cursor(matching, selection.startMs(), selection.endMs());
    }

    private static boolean matches(List<Matcher> matchers, Labels labels) {
        return matchers.stream().allMatch(matcher -> matcher.matches(labels.getOrEmpty(matcher.name())));
    }

    private static final class Cursor implements SeriesSet {
        private final Iterator<Map.Entry<Labels, NavigableMap<Long, Sample>>> iterator;
        private final long startMs;
        private final long endMs;
        private Labels labels = Labels.EMPTY;
        private final SampleColumns samples = new SampleColumns();

        Cursor(Iterator<Map.Entry<Labels, NavigableMap<Long, Sample>>> iterator, long startMs, long endMs) {
            this.iterator = iterator;
            this.startMs = startMs;
            this.endMs = endMs;
        }

        @Override
        public boolean next() {
            while (iterator.hasNext()) {
                Map.Entry<Labels, NavigableMap<Long, Sample>> entry = iterator.next();
                labels = entry.getKey();
                fill(entry.getValue());
                if (samples.size() > 0) {
                    return true;
                }
            }
            return false;
        }

        private void fill(NavigableMap<Long, Sample> all) {
            samples.clear();
            Sample previous = null;
            for (Map.Entry<Long, Sample> entry : all.entrySet()) {
                long time = entry.getKey();
                Sample sample = entry.getValue();
                if (time > endMs) {
                    return;
                }
                if (time >= startMs) {
                    NativeHistogram histogram = sample.histogram;
                    if (histogram == null) {
                        samples.add(time, sample.value);
                    } else {
                        samples.add(time, withHint(histogram, hint(previous, histogram)));
                    }
                    if (sample.startMs != 0) {
                        samples.setStartTimestamp(sample.startMs);
                    }
                }
                previous = sample;
            }
        }

        private static ResetHint hint(@Nullable Sample previous, NativeHistogram current) {
            if (current.resetHint() == ResetHint.GAUGE) {
                return ResetHint.GAUGE;
            }
            NativeHistogram before = previous == null ? null : previous.histogram;
            boolean newChunk = before == null
                    || current.resetHint() == ResetHint.YES
                    || before.resetHint() == ResetHint.GAUGE
                    || StaleMarker.is(before.sum())
                    || before.schema() != current.schema()
                    || before.zeroThreshold() != current.zeroThreshold()
                    || FloatHistogram.of(current)
                            .withHint(ResetHint.UNKNOWN)
                            .detectReset(FloatHistogram.of(before).withHint(ResetHint.UNKNOWN));
            return newChunk ? ResetHint.UNKNOWN : ResetHint.NO;
        }

        private static NativeHistogram withHint(NativeHistogram h, ResetHint hint) {
            return new NativeHistogram(
                    h.integer(),
                    hint,
                    h.schema(),
                    h.zeroThreshold(),
                    h.zeroCount(),
                    h.count(),
                    h.sum(),
                    h.positiveSpans(),
                    h.positiveCounts(),
                    h.negativeSpans(),
                    h.negativeCounts(),
                    h.customValues());
        }

        @Override
        public Labels labels() {
            return labels;
        }

        @Override
        public SampleColumns samples() {
            return samples;
        }

        @Override
        public List<String> warnings() {
            return List.of();
        }

        @Override
        public void close() {}
    }
}
