package io.millrace.runtime.relabel;

import io.millrace.model.Labels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Labels while rules work on them. Not thread-safe. */
final class MutableLabels {
    private final Map<String, String> values = new LinkedHashMap<>();

    MutableLabels(Labels labels) {
        labels.forEach(values::put);
    }

    /** The value, or "" when there is no such label. */
    String get(String name) {
        return values.getOrDefault(name, "");
    }

    /** Sets a label; an empty value removes it. */
    void set(String name, String value) {
        if (value.isEmpty()) {
            values.remove(name);
        } else {
            values.put(name, value);
        }
    }

    /** The labels as they are now; changes do not disturb who walks them. */
    List<Map.Entry<String, String>> snapshot() {
        return values.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .toList();
    }

    Labels toLabels() {
        return Labels.of(values);
    }
}
