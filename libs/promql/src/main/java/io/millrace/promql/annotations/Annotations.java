package io.millrace.promql.annotations;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The warnings and infos of a query, each once, in the order in which they came up. Texts are Prometheus' own, ending in
 * the position {@code (line:column)} where it has one. The same text at two positions counts once, at the later of the two.
 * Not thread-safe.
 */
public final class Annotations {
    private static final String WARNING = "PromQL warning: ";
    private static final String INFO = "PromQL info: ";

    private final Map<String, Entry> warnings = new LinkedHashMap<>();
    private final Map<String, Entry> infos = new LinkedHashMap<>();

    private record Entry(String prefix, @Nullable BucketRepair repair, String position) {}

    /**
     * Adds a warning.
     *
     * @param text without the prefix {@code PromQL warning: }
     * @param position as it is to end the text, such as {@code  (1:5)}
     */
    public void warn(String text, String position) {
        warnings.put(text, new Entry(WARNING, null, position));
    }

    /** Adds an info; the text without the prefix {@code PromQL info: }. */
    public void info(String text, String position) {
        infos.put(text, new Entry(INFO, null, position));
    }

    /** Adds an info on repaired buckets, which tells of all repairs with the same text together. */
    public void info(String text, BucketRepair repair, String position) {
        infos.merge(
                text,
                new Entry(INFO, repair, position),
                (before, now) -> new Entry(INFO, repair.and(before.repair), position));
    }

    /** Adds a warning that is not the language's, such as one of the store. */
    public void warnPlain(String text) {
        warnings.put(text, new Entry("", null, ""));
    }

    /** Adds what came up elsewhere, as if it had come up here now. */
    public void addAll(Annotations others) {
        warnings.putAll(others.warnings);
        others.infos.forEach((text, entry) -> {
            if (entry.repair == null) {
                infos.put(text, entry);
            } else {
                info(text, entry.repair, entry.position);
            }
        });
    }

    public Collection<String> warnings() {
        return texts(warnings);
    }

    public Collection<String> infos() {
        return texts(infos);
    }

    private static List<String> texts(Map<String, Entry> entries) {
        List<String> texts = new ArrayList<>(entries.size());
        entries.forEach((text, entry) ->
                texts.add(entry.prefix + text + (entry.repair == null ? "" : entry.repair.text()) + entry.position));
        return texts;
    }

    public boolean isEmpty() {
        return warnings.isEmpty() && infos.isEmpty();
    }
}
