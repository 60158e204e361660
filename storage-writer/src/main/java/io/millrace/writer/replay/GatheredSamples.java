package io.millrace.writer.replay;

import io.millrace.model.NativeHistogram;
import io.millrace.model.SampleColumns;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Samples of a series and day, of each timestamp the one that came last. Not thread-safe. */
final class GatheredSamples {
    private final TreeMap<Long, Sample> samples = new TreeMap<>();
    private long leastPlace = Long.MAX_VALUE;

    private record Sample(double value, @Nullable NativeHistogram histogram, long startMs) {}

    void add(long timestampMs, double value, long startMs, long place) {
        samples.put(timestampMs, new Sample(value, null, startMs));
        leastPlace = Math.min(leastPlace, place);
    }

    void add(long timestampMs, NativeHistogram histogram, long startMs, long place) {
        samples.put(timestampMs, new Sample(histogram.sum(), histogram, startMs));
        leastPlace = Math.min(leastPlace, place);
    }

    int size() {
        return samples.size();
    }

    long firstMs() {
        return samples.firstKey();
    }

    long lastMs() {
        return samples.lastKey();
    }

    /** The lowest place of any: no chunk of these may claim a higher one than its first sample has. */
    long place() {
        return leastPlace;
    }

    /** Those whose timestamps are not among {@code stored}. */
    SampleColumns without(Set<Long> stored) {
        SampleColumns missing = new SampleColumns();
        for (Map.Entry<Long, Sample> each : samples.entrySet()) {
            if (stored.contains(each.getKey())) {
                continue;
            }
            Sample sample = each.getValue();
            if (sample.histogram() == null) {
                missing.add(each.getKey(), sample.value());
            } else {
                missing.add(each.getKey(), sample.histogram());
            }
            if (sample.startMs() != 0) {
                missing.setStartTimestamp(sample.startMs());
            }
        }
        return missing;
    }
}
