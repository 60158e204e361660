package io.millrace.query.index;

import java.util.concurrent.ConcurrentHashMap;

/** A label name and its values. Read by any thread. */
final class LabelName {
    final String name;
    final ConcurrentHashMap<String, LabelValue> values = new ConcurrentHashMap<>(2);

    LabelName(String name) {
        this.name = name;
    }

    /** For the writer only. */
    LabelValue valueFor(String value) {
        LabelValue known = values.get(value);
        if (known == null) {
            known = new LabelValue(name, value);
            values.put(value, known);
        }
        return known;
    }
}
