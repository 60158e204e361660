package io.millrace.promql.format;

/** Label names as texts show them. */
public final class LabelNames {
    private LabelNames() {}

    /** A name as it stands before {@code =}: in quotes unless it is made of ASCII letters, digits and underscores. */
    public static String quotedIfNeeded(String name) {
        return isPlain(name) ? name : GoString.quote(name);
    }

    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
            if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
