package io.millrace.query.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The parameters of a request: those of a form body first, then those of the query string. Immutable. */
public final class Parameters {
    public static final Parameters NONE = new Parameters(Map.of());

    private final Map<String, List<String>> values;

    private Parameters(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * Reads {@code a=1&b=2}, percent-encoded UTF-8, {@code +} for a space.
     *
     * @param encoded the form body and the query string, either may be empty
     * @throws ApiException when the encoding is broken
     */
    public static Parameters parse(String... encoded) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String text : encoded) {
            int from = 0;
            while (from < text.length()) {
                int end = text.indexOf('&', from);
                String pair = end < 0 ? text.substring(from) : text.substring(from, end);
                from = end < 0 ? text.length() : end + 1;
                if (!pair.isEmpty()) {
                    int equals = pair.indexOf('=');
                    String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                    String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
                    values.computeIfAbsent(name, n -> new ArrayList<>(1)).add(value);
                }
            }
        }
        return new Parameters(values);
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0 && isAscii(text)) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] == '+') {
                bytes.write(' ');
            } else if (encoded[i] == '%') {
                int high = i + 2 <= encoded.length - 1 ? Character.digit(encoded[i + 1], 16) : -1;
                int low = i + 2 <= encoded.length - 1 ? Character.digit(encoded[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw ApiException.badData("error parsing form values: invalid URL escape \""
                            + text.substring(Math.min(i, text.length()), Math.min(text.length(), i + 3)) + "\"");
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else {
                bytes.write(encoded[i]);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    /** The first value, "" when there is none. */
    public String get(String name) {
        List<String> all = values.get(name);
        return all == null ? "" : all.get(0);
    }

    /** All values in order. */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** The names of all that are there. */
    public Set<String> names() {
        return Collections.unmodifiableSet(values.keySet());
    }

    /** Whether the parameter is there, even if empty. */
    public boolean has(String name) {
        return values.containsKey(name);
    }
}
