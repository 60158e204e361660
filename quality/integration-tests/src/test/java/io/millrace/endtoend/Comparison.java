package io.millrace.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.testkit.prometheus.PrometheusApi;
import io.millrace.testkit.prometheus.RawSeries;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares what Prometheus has with what Millrace has, series by series and sample by sample. */
final class Comparison {

    private Comparison() {}

    /**
     * Asks both for all raw samples of every metric in a window that ends at {@code endMs}, and fails when they differ.
     * Prometheus 2.42 counts a sample at the beginning of a window in, later versions and Millrace do not; such a window
     * is moved by a millisecond.
     *
     * @return how many samples were the same
     */
    static long assertSame(PrometheusApi prometheus, PrometheusApi millrace, long startMs, long endMs)
            throws Exception {
        List<String> names = prometheus.labelValues(Labels.METRIC_NAME);
        assertThat(millrace.labelValues(Labels.METRIC_NAME)).as("metric names").containsExactlyElementsOf(names);
        long samples = 0;
        for (String name : names) {
            String selector = "{__name__=\"" + name + "\"}[" + (endMs - startMs) + "ms]";
            List<RawSeries> expected = prometheus.matrix(selector, endMs);
            long end = endMs;
            while (touchesTheBeginning(expected, startMs + end - endMs)) {
                end++;
                expected = prometheus.matrix(selector, end);
            }
            assertSame(expected, millrace.matrix(selector, end));
            samples += count(expected);
        }
        return samples;
    }

    private static boolean touchesTheBeginning(List<RawSeries> all, long startMs) {
        return all.stream().anyMatch(series -> series.samples().get(0).timestampMs() == startMs);
    }

    /** Fails with the first few differences; whole lists of samples would be too much to read. */
    static void assertSame(List<RawSeries> expected, List<RawSeries> actual) {
        Map<Labels, RawSeries> ours = new LinkedHashMap<>();
        actual.forEach(series -> assertThat(ours.put(series.labels(), series))
                .as("%s twice", series.labels())
                .isNull());
        List<String> differences = new ArrayList<>();
        for (RawSeries series : expected) {
            RawSeries same = ours.remove(series.labels());
            if (same == null) {
                differences.add("missing: " + series.labels());
            } else if (!same.samples().equals(series.samples())) {
                differences.add(describe(series, same));
            }
        }
        ours.keySet().forEach(labels -> differences.add("only in Millrace: " + labels));
        assertThat(differences.stream().limit(10).toList())
                .as("%s of %s series differ", differences.size(), expected.size())
                .isEmpty();
    }

    private static String describe(RawSeries expected, RawSeries actual) {
        List<RawSeries.RawSample> missing = new ArrayList<>(expected.samples());
        missing.removeAll(actual.samples());
        List<RawSeries.RawSample> surplus = new ArrayList<>(actual.samples());
        surplus.removeAll(expected.samples());
        return expected.labels() + ": " + expected.samples().size() + " samples, Millrace has "
                + actual.samples().size() + "; missing "
                + missing.stream().limit(3).toList() + " of "
                + missing.size() + ", surplus " + surplus.stream().limit(3).toList() + " of " + surplus.size();
    }

    static long count(List<RawSeries> all) {
        return all.stream().mapToLong(series -> series.samples().size()).sum();
    }
}
