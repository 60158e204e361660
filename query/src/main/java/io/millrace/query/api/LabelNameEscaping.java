package io.millrace.query.api;

/**
 * UTF-8 label names in URLs, as Prometheus 3 escapes them: the prefix {@code U__}, then letters, digits and colons as
 * they are, {@code __} for an underscore, {@code _1f600_} for any other character by its number.
 */
final class LabelNameEscaping {
    private static final String PREFIX = "U__";

    private LabelNameEscaping() {}

    /** The name behind an escaped one; a name that is not escaped, or not properly, as it is. */
    static String unescape(String name) {
        if (!name.startsWith(PREFIX)) {
            return name;
        }
        String escaped = name.substring(PREFIX.length());
        StringBuilder out = new StringBuilder(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c != '_') {
                out.append(c);
                continue;
            }
            int end = escaped.indexOf('_', i + 1);
            if (end == i + 1) {
                out.append('_');
            } else {
                int character = end < 0 ? -1 : hex(escaped.substring(i + 1, end));
                if (character < 0) {
                    return name;
                }
                out.appendCodePoint(character);
            }
            i = end;
        }
        return out.toString();
    }

    private static int hex(String digits) {
        if (digits.length() > 6 || !digits.matches("[0-9a-f]+")) {
            return -1;
        }
        int value = Integer.parseInt(digits, 16);
        boolean surrogate = value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE;
        return Character.isValidCodePoint(value) && !surrogate ? value : -1;
    }

    /** Whether a name may name a label: not empty, and text. */
    static boolean isValid(String name) {
        if (name.isEmpty()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < name.length() && Character.isLowSurrogate(name.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c) || c == '\uFFFD') {
                return false;
            }
        }
        return true;
    }
}
