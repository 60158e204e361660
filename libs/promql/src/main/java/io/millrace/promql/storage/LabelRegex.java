package io.millrace.promql.storage;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.millrace.promql.storage.RegexDfa.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression over whole label values, by the rules of RE2 with {@code .} matching everything. Most expressions in
 * dashboards are lists of values or a value with {@code .*} around it: those are compared; others are matched by an automaton. Thread-safe.
 */
final class LabelRegex {
    private static final String SPECIAL = "\\.+*?()|[]{}^$";

    private final Pattern pattern;
    private final @Nullable RegexDfa automaton;
    private final @Nullable List<Shape> shapes;
    private final @Nullable Set<String> values;

    private LabelRegex(
            Pattern pattern, @Nullable RegexDfa automaton, @Nullable List<Shape> shapes, @Nullable Set<String> values) {
        this.pattern = pattern;
        this.automaton = automaton;
        this.shapes = shapes;
        this.values = values;
    }

    /** @throws com.google.re2j.PatternSyntaxException when the text is not an RE2 expression */
    static LabelRegex compile(String expression) {
        Pattern pattern = pattern(expression);
        List<Shape> shapes = shapes(expression);
        if (shapes == null || shapes.stream().anyMatch(shape -> !shape.isValue())) {
            return new LabelRegex(pattern, shapes == null ? RegexDfa.of(expression) : null, shapes, null);
        }
        Set<String> values = new LinkedHashSet<>();
        shapes.forEach(shape -> values.add(shape.literal));
        return new LabelRegex(pattern, null, null, values);
    }

    /** Messages name the expression as it was written, and unbalanced parentheses as Go does. */
    private static Pattern pattern(String expression) {
        RegexDepth.check(expression);
        checkEscapes(expression);
        try {
            return Pattern.compile(expression, Pattern.DOTALL);
        } catch (PatternSyntaxException e) {
            boolean unbalanced = "stack underflow".equals(e.getPattern());
            String description = unbalanced ? "unexpected )" : e.getDescription();
            String place = unbalanced || e.getPattern().equals("(?s)" + expression) ? expression : e.getPattern();
            throw new PatternSyntaxException(description, place);
        }
    }

    /** RE2/J takes a backslash before any character beyond ASCII; RE2 does not. */
    private static void checkEscapes(String expression) {
        boolean quoted = false;
        for (int i = 0; i + 1 < expression.length(); i++) {
            if (expression.charAt(i) == '\\') {
                i++;
                char escaped = expression.charAt(i);
                quoted = escaped == 'Q' || quoted && escaped != 'E';
                if (escaped > 0x7f && !quoted) {
                    throw new PatternSyntaxException("invalid escape sequence", "\\" + escaped);
                }
            }
        }
    }

    boolean matches(String value) {
        if (values != null) {
            return values.contains(value);
        }
        if (shapes == null) {
            return byAutomaton(value);
        }
        for (Shape shape : shapes) {
            if (shape.matches(value)) {
                return true;
            }
        }
        return false;
    }

    private boolean byAutomaton(String value) {
        Verdict verdict = automaton == null ? Verdict.UNKNOWN : automaton.match(value);
        return switch (verdict) {
            case MATCH -> true;
            case NO_MATCH -> false;
            case UNKNOWN -> pattern.matches(value);
        };
    }

    /** The values that match, when they can be listed; otherwise null. */
    @Nullable
    Set<String> values() {
        return values;
    }

    /** What every matching value begins with; "" when nothing is known. */
    String prefix() {
        return shapes != null && shapes.size() == 1 && shapes.get(0).fewestBefore < 0 ? shapes.get(0).literal : "";
    }

    /**
     * A literal with anything or nothing around it.
     *
     * @param fewestBefore how many characters must stand before the literal: -1 for none allowed, 0 for {@code .*}, 1 for
     *     {@code .+}
     * @param fewestAfter likewise behind it
     */
    private record Shape(int fewestBefore, String literal, int fewestAfter) {
        boolean isValue() {
            return fewestBefore < 0 && fewestAfter < 0;
        }

        boolean matches(String value) {
            if (fewestBefore < 0) {
                return fewestAfter < 0
                        ? value.equals(literal)
                        : value.startsWith(literal) && value.length() >= literal.length() + fewestAfter;
            }
            if (fewestAfter < 0) {
                return value.endsWith(literal) && value.length() >= literal.length() + fewestBefore;
            }
            int found = value.indexOf(literal, fewestBefore);
            return found >= fewestBefore && found + literal.length() + fewestAfter <= value.length();
        }
    }

    private static @Nullable List<Shape> shapes(String expression) {
        String body = expression;
        if (body.startsWith("(") && body.endsWith(")") && !body.endsWith("\\)")) {
            body = body.substring(body.startsWith("(?:") ? 3 : 1, body.length() - 1);
        }
        List<Shape> shapes = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= body.length(); i++) {
            if (i == body.length() || body.charAt(i) == '|') {
                Shape shape = shape(body.substring(start, i));
                if (shape == null) {
                    return null;
                }
                shapes.add(shape);
                start = i + 1;
            } else if (body.charAt(i) == '\\') {
                i++;
            }
        }
        return shapes;
    }

    /** An alternative without groups, classes or repetitions other than wildcards at its ends; null for any other. */
    private static @Nullable Shape shape(String alternative) {
        String rest = alternative.startsWith("^") ? alternative.substring(1) : alternative;
        if (rest.endsWith("$") && !rest.endsWith("\\$")) {
            rest = rest.substring(0, rest.length() - 1);
        }
        int before = -1;
        if (rest.startsWith(".*") || rest.startsWith(".+")) {
            before = rest.charAt(1) == '*' ? 0 : 1;
            rest = rest.substring(2);
            if (rest.isEmpty()) {
                return new Shape(before, "", 0);
            }
        }
        int after = -1;
        if ((rest.endsWith(".*") || rest.endsWith(".+"))
                && !rest.substring(0, rest.length() - 2).endsWith("\\")) {
            after = rest.endsWith("*") ? 0 : 1;
            rest = rest.substring(0, rest.length() - 2);
        }
        String literal = literal(rest);
        return literal == null ? null : new Shape(before, literal, after);
    }

    private static @Nullable String literal(String text) {
        StringBuilder literal = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
                if (i == text.length() || Character.isLetterOrDigit(text.charAt(i)) || text.charAt(i) > 0x7f) {
                    return null;
                }
                literal.append(text.charAt(i));
            } else if (SPECIAL.indexOf(c) >= 0) {
                return null;
            } else {
                literal.append(c);
            }
        }
        return literal.toString();
    }
}
