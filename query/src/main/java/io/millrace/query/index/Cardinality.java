package io.millrace.query.index;

import io.millrace.model.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What is most numerous in an index, as {@code status/tsdb} of the Prometheus API shows it. Lists are sorted by number,
 * largest first.
 *
 * @param series number of series
 * @param labelPairs number of different label pairs
 * @param seriesByMetric series by metric name
 * @param valuesByLabel number of values by label name
 * @param bytesByLabel bytes of all values by label name
 * @param seriesByPair series by {@code name=value}
 * @param newSeriesByMetric series of the last day that were not there before, by metric name
 * @param newValuesByLabel number of values that only such series have, by label name
 * @param newSeriesByPair such series by {@code name=value}
 */
public record Cardinality(
        int series,
        int labelPairs,
        List<Entry> seriesByMetric,
        List<Entry> valuesByLabel,
        List<Entry> bytesByLabel,
        List<Entry> seriesByPair,
        List<Entry> newSeriesByMetric,
        List<Entry> newValuesByLabel,
        List<Entry> newSeriesByPair) {

    /** A name with its number. */
    public record Entry(String name, long value) {}

    /**
     * @param within the series that count
     * @param fresh those of them that are new
     */
    static Cardinality of(IndexGeneration index, OrdinalSet within, OrdinalSet fresh, int limit) {
        Top newMetrics = new Top(limit);
        Top newValues = new Top(limit);
        Top newPairs = new Top(limit);
        Top metrics = new Top(limit);
        Top values = new Top(limit);
        Top bytes = new Top(limit);
        Top pairs = new Top(limit);
        int pairCount = 0;
        for (LabelName name : index.names.values()) {
            int valueCount = 0;
            int newValueCount = 0;
            long byteCount = 0;
            int known = name.size();
            for (int number = 0; number < known; number++) {
                LabelValue value = name.value(number);
                int series = value.count(within);
                if (series > 0) {
                    valueCount++;
                    byteCount += value.value.length();
                    int added = value.count(fresh);
                    newValueCount += added == series ? 1 : 0;
                    String pair = name.name + "=" + value.value;
                    pairs.offer(pair, series);
                    newPairs.offer(pair, added);
                    if (name.name.equals(Labels.METRIC_NAME)) {
                        metrics.offer(value.value, series);
                        newMetrics.offer(value.value, added);
                    }
                }
            }
            if (valueCount > 0) {
                pairCount += valueCount;
                values.offer(name.name, valueCount);
                newValues.offer(name.name, newValueCount);
                bytes.offer(name.name, byteCount);
            }
        }
        return new Cardinality(
                index.all(within).getCardinality(),
                pairCount,
                metrics.sorted(),
                values.sorted(),
                bytes.sorted(),
                pairs.sorted(),
                newMetrics.sorted(),
                newValues.sorted(),
                newPairs.sorted());
    }

    /** Keeps the largest entries; memory stays at twice the limit. */
    private static final class Top {
        private static final Comparator<Entry> LARGEST_FIRST =
                Comparator.comparingLong(Entry::value).reversed().thenComparing(Entry::name, Labels::compareUtf8);

        private final int limit;
        private List<Entry> entries = new ArrayList<>();

        Top(int limit) {
            this.limit = limit;
        }

        void offer(String name, long value) {
            if (value == 0) {
                return;
            }
            entries.add(new Entry(name, value));
            if (entries.size() >= 2 * limit + 1) {
                entries = sorted();
            }
        }

        List<Entry> sorted() {
            entries.sort(LARGEST_FIRST);
            return new ArrayList<>(entries.subList(0, Math.min(limit, entries.size())));
        }
    }
}
