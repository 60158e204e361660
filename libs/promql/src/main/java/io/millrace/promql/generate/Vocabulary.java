package io.millrace.promql.generate;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The metrics that queries may ask for.
 *
 * @param metrics at least one
 * @param atSeconds times for {@code @}, Unix seconds; none when empty
 */
public record Vocabulary(List<Metric> metrics, List<Double> atSeconds) {
    public Vocabulary {
        metrics = List.copyOf(metrics);
        atSeconds = List.copyOf(atSeconds);
    }

    /** What the samples of a metric are. */
    public enum Kind {
        COUNTER,
        GAUGE,
        /** Buckets of a classic histogram, with a label {@code le}. */
        BUCKETS,
        NATIVE_HISTOGRAM
    }

    /** @param labels the values of each label other than the name */
    public record Metric(String name, Kind kind, Map<String, List<String>> labels) {
        public Metric {
            labels = new TreeMap<>(labels);
        }
    }
}
