package io.millrace.runtime.relabel;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A replacement with references to groups, expanded as Go's {@code Regexp.Expand} does: {@code $name} takes as many
 * letters, digits and underscores as there are, {@code ${name}} ends at the brace, {@code $$} is a dollar sign, a group
 * that does not exist is empty, and a dollar sign before anything else stands for itself. Immutable.
 */
final class Template {
    /** A piece of text, or a group when {@code text} is null. */
    private record Part(@Nullable String text, int group) {}

    private static final int NO_SUCH_GROUP = -1;

    private final List<Part> parts = new ArrayList<>();
    private boolean references;

    Template(String template, Pattern pattern) {
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            char c = template.charAt(at);
            int end = c == '$' ? endOfName(template, at) : -1;
            if (c == '$' && at + 1 < template.length() && template.charAt(at + 1) == '$') {
                literal.append('$');
                at += 2;
            } else if (end < 0) {
                literal.append(c);
                at++;
            } else {
                if (literal.length() > 0) {
                    parts.add(new Part(literal.toString(), 0));
                    literal.setLength(0);
                }
                boolean braces = template.charAt(at + 1) == '{';
                String name = braces ? template.substring(at + 2, end - 1) : template.substring(at + 1, end);
                parts.add(new Part(null, group(name, pattern)));
                references = true;
                at = end;
            }
        }
        if (literal.length() > 0) {
            parts.add(new Part(literal.toString(), 0));
        }
    }

    /** Whether it refers to any group. */
    boolean hasReferences() {
        return references;
    }

    /** The text for a match. */
    String expand(Matcher match) {
        StringBuilder out = new StringBuilder();
        for (Part part : parts) {
            if (part.text != null) {
                out.append(part.text);
            } else if (part.group != NO_SUCH_GROUP) {
                String group = match.group(part.group);
                out.append(group == null ? "" : group);
            }
        }
        return out.toString();
    }

    /** Behind the reference that begins at a dollar sign; -1 when none does. */
    private static int endOfName(String template, int dollar) {
        int from = dollar + 1;
        boolean braces = from < template.length() && template.charAt(from) == '{';
        int at = braces ? from + 1 : from;
        int begin = at;
        while (at < template.length() && isNameCharacter(template.codePointAt(at))) {
            at += Character.charCount(template.codePointAt(at));
        }
        if (at == begin || braces && (at == template.length() || template.charAt(at) != '}')) {
            return -1;
        }
        return braces ? at + 1 : at;
    }

    private static boolean isNameCharacter(int c) {
        return c == '_' || Character.isLetter(c) || Character.isDigit(c);
    }

    private static int group(String name, Pattern pattern) {
        if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            // More digits are more groups than any pattern has.
            int number = name.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(name);
            return number <= pattern.groupCount() ? number : NO_SUCH_GROUP;
        }
        return pattern.namedGroups().getOrDefault(name, NO_SUCH_GROUP);
    }
}
