package io.millrace.runtime.relabel;

import io.millrace.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rules ready for use. Immutable, safe for any thread. */
public final class Relabeling {
    /** No rules: everything stays as it is. */
    public static final Relabeling NONE = new Relabeling(List.of());

    private static final int METRICS_IN_A_RULE = 50;

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

    /**
     * Rules that drop metrics by name.
     *
     * @param metrics patterns that match the whole name; each is compiled by itself, so that one tells its fault
     */
    public static Relabeling dropping(List<String> metrics) throws RelabelException {
        if (metrics.isEmpty()) {
            return NONE;
        }
        for (String metric : metrics) {
            compile(List.of(dropRule(metric)));
        }
        List<RelabelRule> rules = new ArrayList<>();
        for (int from = 0; from < metrics.size(); from += METRICS_IN_A_RULE) {
            List<String> some = metrics.subList(from, Math.min(from + METRICS_IN_A_RULE, metrics.size()));
            rules.add(dropRule(some.stream().map(metric -> "(?:" + metric + ")").collect(Collectors.joining("|"))));
        }
        List<CompiledRule> compiled = new ArrayList<>();
        for (RelabelRule rule : rules) {
            compiled.add(CompiledRule.unlimited(rule));
        }
        return new Relabeling(List.copyOf(compiled));
    }

    private static RelabelRule dropRule(String pattern) {
        return new RelabelRule(List.of(Labels.METRIC_NAME), null, pattern, null, null, null, RelabelRule.Action.DROP);
    }

    /** These rules and then others. */
    public Relabeling and(Relabeling others) {
        List<CompiledRule> both = new ArrayList<>(rules);
        both.addAll(others.rules);
        return both.isEmpty() ? NONE : new Relabeling(List.copyOf(both));
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
