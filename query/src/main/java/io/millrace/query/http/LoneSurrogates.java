package io.millrace.query.http;

/** Halves of surrogate pairs, which PromQL strings use for bytes that are not UTF-8, and JSON cannot have. */
public final class LoneSurrogates {
    private LoneSurrogates() {}

    /** The text with each lone surrogate replaced by U+FFFD; nearly always the text itself. */
    public static String replace(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return replaceFrom(text);
            }
        }
        return text;
    }

    private static String replaceFrom(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            boolean lone = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            out.appendCodePoint(lone ? 0xFFFD : c);
        });
        return out.toString();
    }
}
