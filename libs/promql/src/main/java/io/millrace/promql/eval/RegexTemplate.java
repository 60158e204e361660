package io.millrace.promql.eval;

import com.google.re2j.Matcher;

/**
 * Replacement templates as Go's {@code regexp.Expand} reads them: {@code $name} with the longest run of letters, digits
 * and underscores, {@code ${name}}, {@code $$} for a dollar. A group that does not exist is empty; a dollar that begins
 * none of these stands for itself.
 */
final class RegexTemplate {
    private RegexTemplate() {}

    static String expand(String template, Matcher matcher) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            char c = template.charAt(at);
            if (c != '$' || at + 1 == template.length()) {
                out.append(c);
                at++;
                continue;
            }
            if (template.charAt(at + 1) == '$') {
                out.append('$');
                at += 2;
                continue;
            }
            boolean braced = template.charAt(at + 1) == '{';
            int from = at + (braced ? 2 : 1);
            int to = from;
            while (to < template.length() && isNamePart(template.charAt(to))) {
                to++;
            }
            boolean closed = !braced || (to < template.length() && template.charAt(to) == '}');
            if (to == from || !closed) {
                out.append('$');
                at++;
                continue;
            }
            out.append(group(matcher, template.substring(from, to)));
            at = braced ? to + 1 : to;
        }
        return out.toString();
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    private static String group(Matcher matcher, String name) {
        String value = null;
        if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            if (name.length() < 6 && Integer.parseInt(name) <= matcher.groupCount()) {
                value = matcher.group(Integer.parseInt(name));
            }
        } else if (matcher.pattern().namedGroups().containsKey(name)) {
            value = matcher.group(name);
        }
        return value == null ? "" : value;
    }
}
