package io.millrace.wire.remotewrite;

import java.nio.charset.StandardCharsets;

/**
 * A series as text for answers and the ledger, also when its labels are wrong: cut to {@link #MAX_CHARS}, malformed
 * UTF-8 replaced, control characters escaped.
 */
public final class SeriesText {
    /** Long enough to recognise a series, short enough for an answer of 1 KB that names several reasons. */
    public static final int MAX_CHARS = 200;

    private static final String METRIC_NAME = "__name__";

    private SeriesText() {}

    static String of(SeriesLabels labels) {
        StringBuilder text = new StringBuilder();
        escape(text, metric(labels));
        text.append('{');
        boolean first = true;
        for (int i = 0; i < labels.count() && text.length() <= MAX_CHARS; i++) {
            String name = labels.nameText(i);
            if (name.equals(METRIC_NAME)) {
                continue;
            }
            text.append(first ? "" : ", ");
            escape(text, name);
            text.append('=').append(quote(labels.valueText(i)));
            first = false;
        }
        return cut(text.append('}').toString());
    }

    /** The metric name, "" when there is none. */
    static String metric(SeriesLabels labels) {
        for (int i = 0; i < labels.count(); i++) {
            if (labels.nameText(i).equals(METRIC_NAME)) {
                return labels.valueText(i);
            }
        }
        return "";
    }

    /** At most {@link #MAX_CHARS} characters of UTF-8 bytes. */
    static String text(byte[] bytes, int at, int length) {
        // no character has more than 4 bytes
        return cut(new String(bytes, at, Math.min(length, 4 * MAX_CHARS), StandardCharsets.UTF_8));
    }

    static String quote(String value) {
        StringBuilder text = new StringBuilder("\"");
        escape(text, value);
        return text.append('"').toString();
    }

    private static void escape(StringBuilder text, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c == '\n') {
                text.append("\\n");
            } else if (Character.isISOControl(c)) {
                text.append(String.format("\\x%02x", (int) c));
            } else {
                text.append(c);
            }
        }
    }

    private static String cut(String text) {
        if (text.length() <= MAX_CHARS) {
            return text;
        }
        int end = MAX_CHARS - 3;
        if (Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end) + "...";
    }
}
