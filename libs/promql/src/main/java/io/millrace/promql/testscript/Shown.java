package io.millrace.promql.testscript;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import io.millrace.model.StaleMarker;
import io.millrace.promql.engine.QueryValue;
import io.millrace.promql.format.GoFloat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Values as a script writes them, for messages. */
final class Shown {
    private Shown() {}

    static String number(double value) {
        return StaleMarker.is(value) ? "stale" : GoFloat.formatG(value);
    }

    static String histogram(NativeHistogram histogram) {
        List<String> parts = new ArrayList<>();
        if (histogram.schema() != 0) {
            parts.add("schema:" + histogram.schema());
        }
        add(parts, "count", histogram.count());
        add(parts, "sum", histogram.sum());
        add(parts, "z_bucket", histogram.zeroCount());
        add(parts, "z_bucket_w", histogram.zeroThreshold());
        if (histogram.customValues().length > 0) {
            parts.add("custom_values:" + numbers(histogram.customValues()));
        }
        if (histogram.resetHint() != ResetHint.UNKNOWN) {
            parts.add("counter_reset_hint:"
                    + switch (histogram.resetHint()) {
                        case YES -> "reset";
                        case NO -> "not_reset";
                        case GAUGE, UNKNOWN -> histogram.resetHint().name().toLowerCase(Locale.ROOT);
                    });
        }
        buckets(parts, "offset", "buckets", histogram.positiveSpans(), histogram.positiveCounts());
        buckets(parts, "n_offset", "n_buckets", histogram.negativeSpans(), histogram.negativeCounts());
        return "{{" + String.join(" ", parts) + "}}";
    }

    private static void add(List<String> parts, String name, double value) {
        if (value != 0) {
            parts.add(name + ":" + number(value));
        }
    }

    private static void buckets(List<String> parts, String offset, String name, int[] spans, double[] counts) {
        if (counts.length == 0) {
            return;
        }
        if (spans[0] != 0) {
            parts.add(offset + ":" + spans[0]);
        }
        List<String> values = new ArrayList<>();
        int next = 0;
        for (int span = 0; span < spans.length; span += 2) {
            for (int gap = 0; span > 0 && gap < spans[span]; gap++) {
                values.add("0");
            }
            for (int i = 0; i < spans[span + 1]; i++) {
                values.add(number(counts[next++]));
            }
        }
        parts.add(name + ":[" + String.join(" ", values) + "]");
    }

    private static String numbers(double[] values) {
        List<String> shown = new ArrayList<>();
        for (double value : values) {
            shown.add(number(value));
        }
        return "[" + String.join(" ", shown) + "]";
    }

    static String series(QueryValue.Series series) {
        StringBuilder out = new StringBuilder(series.labels().toString());
        for (int i = 0; i < series.size(); i++) {
            var histogram = series.histograms() == null ? null : series.histograms()[i];
            out.append(' ')
                    .append(histogram == null ? number(series.values()[i]) : histogram(histogram.toNative()))
                    .append("@")
                    .append(series.timestamps()[i]);
        }
        return out.toString();
    }
}
