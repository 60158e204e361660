package io.millrace.runtime.relabel;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One rule, with the fields and defaults of Prometheus' {@code relabel_config}. Fields that are null have the default.
 * Whether the rule makes sense is said by {@link Relabeling#compile}.
 *
 * @param sourceLabels labels whose values are joined; default none
 * @param separator between them; default {@code ;}
 * @param regex RE2, matched against the whole text; default {@code (.*)}
 * @param modulus for {@code hashmod}
 * @param targetLabel the label that is set or compared
 * @param replacement with {@code $1} and {@code ${name}} for groups; default {@code $1}
 * @param action default {@code replace}
 */
public record RelabelRule(
        @Nullable List<String> sourceLabels,
        @Nullable String separator,
        @Nullable String regex,
        @Nullable Long modulus,
        @Nullable String targetLabel,
        @Nullable String replacement,
        @Nullable Action action) {
    static final String DEFAULT_SEPARATOR = ";";
    static final String DEFAULT_REGEX = "(.*)";
    static final String DEFAULT_REPLACEMENT = "$1";

    /** What a rule does. */
    public enum Action {
        REPLACE,
        KEEP,
        DROP,
        KEEPEQUAL,
        DROPEQUAL,
        HASHMOD,
        LABELMAP,
        LABELDROP,
        LABELKEEP,
        LOWERCASE,
        UPPERCASE;

        /** As in the configuration of Prometheus. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public RelabelRule {
        sourceLabels = sourceLabels == null ? null : List.copyOf(sourceLabels);
    }

    Action actionOrDefault() {
        return action == null ? Action.REPLACE : action;
    }

    List<String> sourceLabelsOrNone() {
        return sourceLabels == null ? List.of() : sourceLabels;
    }

    String separatorOrDefault() {
        return separator == null ? DEFAULT_SEPARATOR : separator;
    }

    String regexOrDefault() {
        return regex == null ? DEFAULT_REGEX : regex;
    }

    String replacementOrDefault() {
        return replacement == null ? DEFAULT_REPLACEMENT : replacement;
    }
}
