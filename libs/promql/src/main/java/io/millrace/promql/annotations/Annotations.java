package io.millrace.promql.annotations;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The warnings and infos of a query, each once, in the order in which they came up. Texts are Prometheus' own, ending in
 * the position {@code (line:column)} where it has one. Not thread-safe.
 */
public final class Annotations {
    private final Set<String> warnings = new LinkedHashSet<>();
    private final Set<String> infos = new LinkedHashSet<>();

    /** Adds a warning; the text without the prefix {@code PromQL warning: }. */
    public void warn(String text) {
        warnings.add("PromQL warning: " + text);
    }

    /** Adds an info; the text without the prefix {@code PromQL info: }. */
    public void info(String text) {
        infos.add("PromQL info: " + text);
    }

    /** Adds a warning that is not the language's, such as one of the store. */
    public void warnPlain(String text) {
        warnings.add(text);
    }

    public void addAll(Annotations other) {
        warnings.addAll(other.warnings);
        infos.addAll(other.infos);
    }

    public Collection<String> warnings() {
        return Collections.unmodifiableSet(warnings);
    }

    public Collection<String> infos() {
        return Collections.unmodifiableSet(infos);
    }

    public boolean isEmpty() {
        return warnings.isEmpty() && infos.isEmpty();
    }
}
