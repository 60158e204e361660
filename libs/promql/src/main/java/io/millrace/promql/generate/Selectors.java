package io.millrace.promql.generate;

import io.millrace.promql.format.GoString;
import io.millrace.promql.generate.Vocabulary.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes selectors of a metric with random matchers, most of which match something. Not thread-safe. */
final class Selectors {
    private final Random random;

    Selectors(Random random) {
        this.random = random;
    }

    String of(Metric metric) {
        List<String> matchers = new ArrayList<>();
        metric.labels().forEach((label, values) -> {
            if (random.nextInt(3) == 0 && !values.isEmpty()) {
                matchers.add(matcher(label, values));
            }
        });
        if (random.nextInt(15) == 0) {
            matchers.add(0, "__name__=~\"" + metric.name() + "\"");
            return "{" + String.join(", ", matchers) + "}";
        }
        return metric.name() + (matchers.isEmpty() ? "" : "{" + String.join(", ", matchers) + "}");
    }

    private String matcher(String label, List<String> values) {
        String value = pick(values);
        String half = value.substring(value.length() / 2);
        String begin = value.substring(0, Math.min(1, value.length()));
        return label
                + switch (random.nextInt(9)) {
                    case 0, 1 -> "=" + GoString.quote(value);
                    case 2 -> "!=" + GoString.quote(value);
                    case 3 -> "=~" + GoString.quote(escaped(value) + "|" + escaped(pick(values)));
                    case 4 -> "!~" + GoString.quote(escaped(value) + "|none");
                    case 5 -> "=~\".+\"";
                    case 6 -> "=~" + GoString.quote(escaped(begin) + ".*");
                    case 7 -> "=~" + GoString.quote(".*" + escaped(half));
                    default -> "!=\"\"";
                };
    }

    /** A regular expression that matches the text and nothing else. */
    private static String escaped(String text) {
        return text.replaceAll("([^a-zA-Z0-9_/:-])", "\\\\$1");
    }

    private String pick(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }
}
