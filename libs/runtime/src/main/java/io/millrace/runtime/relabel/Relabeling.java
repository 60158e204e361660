package io.millrace.runtime.relabel;

import io.millrace.model.Labels;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules ready for use. Immutable, safe for any thread. */
public final class Relabeling {
    /** No rules: everything stays as it is. */
    public static final Relabeling NONE = new Relabeling(List.of());

    private final List<CompiledRule> rules;

    private Relabeling(List<CompiledRule> rules) {
        this.rules = rules;
    }

    /** @throws RelabelException when a rule cannot be used, with its number counted from 1 and the reason */
    public static Relabeling compile(List<RelabelRule> rules) throws RelabelException {
        List<CompiledRule> compiled = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            try {
                compiled.add(CompiledRule.of(rules.get(i)));
            } catch (RelabelException e) {
                throw new RelabelException("rule " + (i + 1) + ": " + e.getMessage());
            }
        }
        return compiled.isEmpty() ? NONE : new Relabeling(List.copyOf(compiled));
    }

    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /** The labels after all rules; null when a rule drops the series. */
    public @Nullable Labels apply(Labels labels) {
        if (rules.isEmpty()) {
            return labels;
        }
        MutableLabels changing = new MutableLabels(labels);
        for (CompiledRule rule : rules) {
            if (!rule.apply(changing)) {
                return null;
            }
        }
        return changing.toLabels();
    }
}
