package io.millrace.promql.testscript;

import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.promql.format.GoFloat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns classic histograms (series {@code x_bucket}, {@code x_count}, {@code x_sum}) into native ones with custom buckets. */
final class ClassicHistograms {
    private static final String BOUND = "le";

    /** A histogram at one time. */
    private static final class Parts {
        private final NavigableMap<Double, Double> cumulative = new TreeMap<>();
        private @Nullable Double count;
        private double sum;
    }

    private final Map<Labels, NavigableMap<Long, Parts>> histograms = new TreeMap<>();

    /** Takes a float sample of any series; what belongs to no histogram is left alone. */
    void add(Labels labels, long timestampMs, double value) {
        String name = labels.metricName();
        if (name.endsWith("_bucket")) {
            double bound;
            try {
                bound = GoFloat.parse(labels.getOrEmpty(BOUND));
            } catch (NumberFormatException e) {
                return;
            }
            if (!Double.isNaN(bound) && !Double.isNaN(value)) {
                parts(labels, "_bucket", timestampMs).cumulative.put(bound, value);
            }
        } else if (name.endsWith("_count")) {
            parts(labels, "_count", timestampMs).count = value;
        } else if (name.endsWith("_sum")) {
            parts(labels, "_sum", timestampMs).sum = value;
        }
    }

    private Parts parts(Labels labels, String suffix, long timestampMs) {
        String name = labels.metricName();
        Labels base = labels.toBuilder()
                .set(Labels.METRIC_NAME, name.substring(0, name.length() - suffix.length()))
                .remove(BOUND)
                .build();
        return histograms
                .computeIfAbsent(base, key -> new TreeMap<>())
                .computeIfAbsent(timestampMs, key -> new Parts());
    }

    void addTo(ScriptStorage storage) {
        histograms.forEach(
                (labels, byTime) -> byTime.forEach((time, parts) -> storage.add(labels, time, converted(parts), 0)));
    }

    private static NativeHistogram converted(Parts parts) {
        NavigableMap<Double, Double> cumulative = parts.cumulative;
        double count = parts.count != null
                ? parts.count
                : cumulative.isEmpty() ? 0 : cumulative.lastEntry().getValue();
        cumulative.putIfAbsent(Double.POSITIVE_INFINITY, count);
        List<Double> bounds = new ArrayList<>();
        List<Double> counts = new ArrayList<>();
        double below = 0;
        for (Map.Entry<Double, Double> bucket : cumulative.entrySet()) {
            if (!Double.isInfinite(bucket.getKey())) {
                bounds.add(bucket.getKey());
            }
            counts.add(bucket.getValue() - below);
            below = bucket.getValue();
        }
        return new NativeHistogram(
                false,
                ResetHint.UNKNOWN,
                NativeHistogram.CUSTOM_BUCKETS,
                0,
                0,
                count,
                parts.sum,
                new int[] {0, counts.size()},
                array(counts),
                new int[0],
                new double[0],
                array(bounds));
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
