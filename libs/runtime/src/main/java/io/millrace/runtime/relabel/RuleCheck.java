package io.millrace.runtime.relabel;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.millrace.runtime.relabel.RelabelRule.Action;

/** Says of a rule whether it makes sense, as Prometheus does when it loads its configuration. Stateless. */
final class RuleCheck {
    /** What a person may write in one rule; patterns of this length still compile in milliseconds. */
    private static final int MAX_TEXT = 8192;

    private RuleCheck() {}

    static void check(RelabelRule rule) throws RelabelException {
        Action action = rule.actionOrDefault();
        checkLengths(rule);
        switch (action) {
            case REPLACE -> {
                requireTarget(rule, action);
                requireNameOrTemplate(rule);
            }
            case HASHMOD -> {
                requireTarget(rule, action);
                if (rule.modulus() == null || rule.modulus() <= 0) {
                    throw new RelabelException("hashmod needs a modulus of at least 1");
                }
            }
            case LOWERCASE, UPPERCASE -> {
                requireTarget(rule, action);
                if (isSet(rule.replacement(), RelabelRule.DEFAULT_REPLACEMENT)) {
                    throw new RelabelException(action.text() + " has no replacement");
                }
            }
            case KEEPEQUAL, DROPEQUAL -> {
                requireTarget(rule, action);
                if (isSet(rule.regex(), RelabelRule.DEFAULT_REGEX)
                        || isSet(rule.separator(), RelabelRule.DEFAULT_SEPARATOR)
                        || isSet(rule.replacement(), RelabelRule.DEFAULT_REPLACEMENT)
                        || rule.modulus() != null) {
                    throw new RelabelException(action.text() + " has source labels and a target label only");
                }
            }
            case LABELDROP, LABELKEEP -> {
                if (!rule.sourceLabelsOrNone().isEmpty()
                        || rule.targetLabel() != null
                        || isSet(rule.separator(), RelabelRule.DEFAULT_SEPARATOR)
                        || isSet(rule.replacement(), RelabelRule.DEFAULT_REPLACEMENT)
                        || rule.modulus() != null) {
                    throw new RelabelException(action.text() + " has a regex only");
                }
            }
            case LABELMAP -> {
                if (rule.replacementOrDefault().isEmpty()) {
                    throw new RelabelException("labelmap needs a replacement, the new names of the labels");
                }
            }
            case KEEP, DROP -> {
                // Any regex will do.
            }
        }
        for (String source : rule.sourceLabelsOrNone()) {
            if (source.isEmpty()) {
                throw new RelabelException("a source label has no name");
            }
        }
    }

    private static void checkLengths(RelabelRule rule) throws RelabelException {
        int length = rule.regexOrDefault().length()
                + rule.replacementOrDefault().length()
                + rule.separatorOrDefault().length()
                + (rule.targetLabel() == null ? 0 : rule.targetLabel().length())
                + rule.sourceLabelsOrNone().stream().mapToInt(String::length).sum();
        if (length > MAX_TEXT) {
            throw new RelabelException("it has " + length + " characters, " + MAX_TEXT + " are allowed");
        }
    }

    private static void requireTarget(RelabelRule rule, Action action) throws RelabelException {
        if (rule.targetLabel() == null || rule.targetLabel().isEmpty()) {
            throw new RelabelException(action.text() + " needs a target label");
        }
    }

    /** A dollar sign that begins no reference is a mistake in every target there ever was. */
    private static void requireNameOrTemplate(RelabelRule rule) throws RelabelException {
        String target = rule.targetLabel();
        if (target == null || target.indexOf('$') < 0) {
            return;
        }
        try {
            Pattern pattern = Pattern.compile(rule.regexOrDefault());
            if (!new Template(target, pattern).hasReferences()) {
                throw new RelabelException("the target label '" + target + "' has a $ that refers to no group");
            }
        } catch (PatternSyntaxException e) {
            // The regex itself is complained about where it is compiled.
            return;
        }
    }

    private static boolean isSet(@org.jspecify.annotations.Nullable String value, String unset) {
        return value != null && !value.equals(unset);
    }
}
