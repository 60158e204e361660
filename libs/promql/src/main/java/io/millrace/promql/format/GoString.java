package io.millrace.promql.format;

/**
 * Strings as Go quotes them ({@code %q}). Text may hold lone surrogates U+DC80 to U+DCFF, which stand for bytes that are
 * not UTF-8 (see {@link RawBytes}); they print as {@code \x80} to {@code \xff}.
 */
public final class GoString {
    private GoString() {}

    /** {@code strconv.Quote}: in double quotes, what is not printable escaped. */
    public static String quote(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2);
        out.append('"');
        text.codePoints().forEach(c -> escape(out, c, '"'));
        return out.append('"').toString();
    }

    /** {@code %.nq}: only the first {@code limit} characters, quoted. */
    public static String quoteFirst(String text, int limit) {
        int end = 0;
        for (int i = 0; i < limit && end < text.length(); i++) {
            end += Character.charCount(text.codePointAt(end));
        }
        return quote(text.substring(0, end));
    }

    /** {@code %q} of a character: in single quotes; U+FFFD for -1, the end of input. */
    public static String quoteCharacter(int codePoint) {
        StringBuilder out = new StringBuilder(4).append('\'');
        escape(out, codePoint < 0 ? 0xFFFD : codePoint, '\'');
        return out.append('\'').toString();
    }

    /** {@code %#U}: {@code U+0061 'a'}. */
    public static String unicode(int codePoint) {
        int c = codePoint < 0 ? 0xFFFD : codePoint;
        String number = String.format("U+%04X", c);
        return isPrintable(c) ? number + " '" + Character.toString(c) + "'" : number;
    }

    private static void escape(StringBuilder out, int c, char quote) {
        if (c == quote || c == '\\') {
            out.append('\\').append((char) c);
            return;
        }
        if (RawBytes.isRawByte(c)) {
            out.append(String.format("\\x%02x", RawBytes.byteOf(c)));
            return;
        }
        if (isPrintable(c)) {
            out.appendCodePoint(c);
            return;
        }
        switch (c) {
            case 0x07 -> out.append("\\a");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case 0x0b -> out.append("\\v");
            default -> {
                if (c < ' ' || c == 0x7f) {
                    out.append(String.format("\\x%02x", c));
                } else {
                    out.append(String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
                }
            }
        }
    }

    /** Letters, marks, numbers, punctuation, symbols and the ASCII space, as Go's {@code IsPrint}. */
    private static boolean isPrintable(int c) {
        if (c == ' ') {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.UNASSIGNED,
                    Character.CONTROL,
                    Character.FORMAT,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
