package io.millrace.promql.testscript;

import io.millrace.model.NativeHistogram;
import io.millrace.model.NativeHistogram.ResetHint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Histograms as scripts write them: <code>{{schema:1 sum:-0.3 count:3.1 buckets:[5.1 10 7] offset:-3}}</code>. */
final class HistogramNotation {
    private static final Set<String> KEYS = Set.of(
            "schema",
            "sum",
            "count",
            "z_bucket",
            "z_bucket_w",
            "buckets",
            "offset",
            "n_buckets",
            "n_offset",
            "counter_reset_hint",
            "custom_values");

    private HistogramNotation() {}

    /**
     * @param text with the braces
     * @throws IllegalArgumentException when it is not a histogram
     */
    static Point parse(String text) {
        Map<String, String> fields = fields(text.substring(2, text.length() - 2).strip());
        double[] buckets = numbers(fields.get("buckets"));
        double[] negative = numbers(fields.get("n_buckets"));
        NativeHistogram histogram = new NativeHistogram(
                false,
                hint(fields.getOrDefault("counter_reset_hint", "unknown")),
                Integer.parseInt(fields.getOrDefault("schema", "0")),
                number(fields, "z_bucket_w"),
                number(fields, "z_bucket"),
                number(fields, "count"),
                number(fields, "sum"),
                spans(fields.getOrDefault("offset", "0"), buckets),
                buckets,
                spans(fields.getOrDefault("n_offset", "0"), negative),
                negative,
                numbers(fields.get("custom_values")));
        return Point.of(histogram, fields.containsKey("counter_reset_hint"));
    }

    private static Map<String, String> fields(String body) {
        Map<String, String> fields = new HashMap<>();
        int i = 0;
        while (i < body.length()) {
            int colon = body.indexOf(':', i);
            if (colon < 0) {
                throw new IllegalArgumentException("histogram description key expected at: " + body.substring(i));
            }
            String key = body.substring(i, colon).strip();
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("unknown histogram description key: " + key);
            }
            int start = colon + 1;
            while (start < body.length() && Character.isWhitespace(body.charAt(start))) {
                start++;
            }
            boolean list = start < body.length() && body.charAt(start) == '[';
            int end = list ? body.indexOf(']', start) + 1 : endOfWord(body, start);
            if (end <= start) {
                throw new IllegalArgumentException("value missing after " + key);
            }
            if (fields.put(key, body.substring(start, end)) != null) {
                throw new IllegalArgumentException("duplicate key \"" + key + "\" in histogram");
            }
            i = end;
        }
        return fields;
    }

    private static int endOfWord(String body, int from) {
        int end = from;
        while (end < body.length() && !Character.isWhitespace(body.charAt(end))) {
            end++;
        }
        return end;
    }

    private static double number(Map<String, String> fields, String key) {
        String text = fields.get(key);
        return text == null ? 0 : SeriesNotation.number(text);
    }

    private static double[] numbers(@Nullable String list) {
        if (list == null) {
            return new double[0];
        }
        List<Double> values = new ArrayList<>();
        for (String word : SeriesNotation.words(list.substring(1, list.length() - 1))) {
            values.add(SeriesNotation.number(word));
        }
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static int[] spans(String offset, double[] buckets) {
        return buckets.length == 0 ? new int[0] : new int[] {Integer.parseInt(offset), buckets.length};
    }

    private static ResetHint hint(String word) {
        return switch (word) {
            case "unknown" -> ResetHint.UNKNOWN;
            case "reset" -> ResetHint.YES;
            case "not_reset" -> ResetHint.NO;
            case "gauge" -> ResetHint.GAUGE;
            default -> throw new IllegalArgumentException("unknown counter_reset_hint: " + word);
        };
    }
}
