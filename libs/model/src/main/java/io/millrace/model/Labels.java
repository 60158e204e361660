package io.millrace.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The labels of a series: names and values sorted by name in UTF-8 byte order, no empty values, no name twice.
 * The metric name is the label {@link #METRIC_NAME}. Immutable; equal labels have equal hash codes.
 */
public final class Labels implements Comparable<Labels> {
    /** The label that holds the metric name. */
    public static final String METRIC_NAME = "__name__";

    public static final Labels EMPTY = new Labels(new String[0]);

    /** name, value, name, value, ... sorted by name. */
    private final String[] pairs;

    private int hash;

    private Labels(String[] pairs) {
        this.pairs = pairs;
    }

    /**
     * Labels of alternating names and values in any order; empty values are dropped.
     *
     * @throws IllegalArgumentException when the count is odd or a name appears twice
     */
    public static Labels of(String... namesAndValues) {
        Builder builder = builder();
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a label name without a value");
        }
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    public static Labels of(Map<String, String> labels) {
        Builder builder = builder();
        labels.forEach(builder::add);
        return builder.build();
    }

    /**
     * Takes over an array that already is what {@link Labels} promises (sorted, no empty values, no duplicates). For
     * decoders of stored labels; not checked.
     */
    public static Labels ofSortedPairs(String[] sortedPairs) {
        return sortedPairs.length == 0 ? EMPTY : new Labels(sortedPairs);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with these labels. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        forEach(builder::add);
        return builder;
    }

    public int size() {
        return pairs.length / 2;
    }

    public boolean isEmpty() {
        return pairs.length == 0;
    }

    public String name(int index) {
        return pairs[2 * index];
    }

    public String value(int index) {
        return pairs[2 * index + 1];
    }

    /** The value of a label, or null when the series does not have it. */
    public @Nullable String get(String name) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equals(name)) {
                return pairs[i + 1];
            }
        }
        return null;
    }

    /** The value of a label, or "" when the series does not have it: in Prometheus both mean the same. */
    public String getOrEmpty(String name) {
        String value = get(name);
        return value == null ? "" : value;
    }

    public String metricName() {
        return getOrEmpty(METRIC_NAME);
    }

    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < pairs.length; i += 2) {
            action.accept(pairs[i], pairs[i + 1]);
        }
    }

    /** These labels without the named ones. */
    public Labels without(Collection<String> names) {
        return filter(names, false);
    }

    /** Only the named labels. */
    public Labels only(Collection<String> names) {
        return filter(names, true);
    }

    public Labels withoutMetricName() {
        return get(METRIC_NAME) == null ? this : without(List.of(METRIC_NAME));
    }

    private Labels filter(Collection<String> names, boolean keep) {
        List<String> kept = new ArrayList<>(pairs.length);
        for (int i = 0; i < pairs.length; i += 2) {
            if (names.contains(pairs[i]) == keep) {
                kept.add(pairs[i]);
                kept.add(pairs[i + 1]);
            }
        }
        return kept.size() == pairs.length ? this : ofSortedPairs(kept.toArray(String[]::new));
    }

    /** Label by label in UTF-8 byte order, as Prometheus sorts results. */
    @Override
    public int compareTo(Labels other) {
        int common = Math.min(pairs.length, other.pairs.length);
        for (int i = 0; i < common; i++) {
            int order = compareUtf8(pairs[i], other.pairs[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(pairs.length, other.pairs.length);
    }

    /**
     * Compares strings by their UTF-8 bytes. {@link String#compareTo} is UTF-16 order, which puts supplementary
     * characters before U+E000 to U+FFFF.
     */
    public static int compareUtf8(String left, String right) {
        int common = Math.min(left.length(), right.length());
        for (int i = 0; i < common; i++) {
            char l = left.charAt(i);
            char r = right.charAt(i);
            if (l != r) {
                boolean leftSurrogate = Character.isSurrogate(l);
                boolean rightSurrogate = Character.isSurrogate(r);
                return leftSurrogate == rightSurrogate ? Character.compare(l, r) : leftSurrogate ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Labels that && Arrays.equals(pairs, that.pairs);
    }

    @Override
    public int hashCode() {
        int value = hash;
        if (value == 0) {
            value = Arrays.hashCode(pairs);
            hash = value;
        }
        return value;
    }

    /** As Prometheus prints a series: {@code up{job="x"}}, names that need it quoted. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        String metric = metricName();
        boolean plainMetric = isPlainMetricName(metric);
        if (plainMetric) {
            text.append(metric);
        }
        int printed = 0;
        StringBuilder inner = new StringBuilder();
        if (!metric.isEmpty() && !plainMetric) {
            quote(inner, metric);
            printed++;
        }
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equals(METRIC_NAME)) {
                continue;
            }
            if (printed++ > 0) {
                inner.append(", ");
            }
            if (isPlainLabelName(pairs[i])) {
                inner.append(pairs[i]);
            } else {
                quote(inner, pairs[i]);
            }
            inner.append('=');
            quote(inner, pairs[i + 1]);
        }
        if (printed > 0 || text.length() == 0) {
            text.append('{').append(inner).append('}');
        }
        return text.toString();
    }

    private static boolean isPlainMetricName(String name) {
        return !name.isEmpty() && isPlainLabelName(name.replace(':', '_'));
    }

    private static boolean isPlainLabelName(String name) {
        if (name.isEmpty() || Character.isDigit(name.charAt(0))) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
            if (!plain) {
                return false;
            }
        }
        return true;
    }

    private static void quote(StringBuilder out, String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> out.append(c);
            }
        }
        out.append('"');
    }

    /** Collects labels in any order. Not thread-safe. */
    public static final class Builder {
        private final List<String[]> pairs = new ArrayList<>();

        private Builder() {}

        /** Adds a label; an empty value adds nothing. A name that is already there makes {@link #build} fail. */
        public Builder add(String name, String value) {
            if (!value.isEmpty()) {
                pairs.add(new String[] {name, value});
            }
            return this;
        }

        /** Adds or replaces a label; an empty value removes it. */
        public Builder set(String name, String value) {
            remove(name);
            return add(name, value);
        }

        public Builder remove(String name) {
            pairs.removeIf(pair -> pair[0].equals(name));
            return this;
        }

        /** @throws IllegalArgumentException when a name appears twice */
        public Labels build() {
            pairs.sort((left, right) -> compareUtf8(left[0], right[0]));
            String[] flat = new String[pairs.size() * 2];
            for (int i = 0; i < pairs.size(); i++) {
                if (i > 0 && pairs.get(i)[0].equals(pairs.get(i - 1)[0])) {
                    throw new IllegalArgumentException("label " + pairs.get(i)[0] + " appears twice");
                }
                flat[2 * i] = pairs.get(i)[0];
                flat[2 * i + 1] = pairs.get(i)[1];
            }
            return ofSortedPairs(flat);
        }
    }
}
