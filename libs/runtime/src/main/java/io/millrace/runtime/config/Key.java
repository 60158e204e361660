package io.millrace.runtime.config;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One configuration key as its mapping interface declares it.
 *
 * @param name the full name; {@code *} stands for a name the operator chooses, {@code [*]} for a position in a list
 * @param type of the value, or of each value of a list
 * @param list whether it takes several values
 * @param required whether there must be a value: no default, not optional, not inside an optional group
 * @param defaultValue as written in the mapping, or null
 * @param doc what it does
 * @param range which values it may have, or null for all of the type
 */
record Key(
        String name,
        Class<?> type,
        boolean list,
        boolean required,
        @Nullable String defaultValue,
        String doc,
        @Nullable Range range) {
    private static final String ENVIRONMENT_PREFIX = "MILLRACE_";

    /** Whether a part of the name is the operator's. Such keys can be set in the file only. */
    boolean open() {
        return name.indexOf('*') >= 0;
    }

    boolean secret() {
        return type == Secret.class;
    }

    /** The environment variable that sets it: {@code gateway.http.port} is {@code MILLRACE_GATEWAY_HTTP_PORT}. */
    String environmentName() {
        return ENVIRONMENT_PREFIX + name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(java.util.Locale.ROOT);
    }

    /** Matches the names of an open key. */
    Pattern pattern() {
        StringBuilder regex = new StringBuilder();
        for (char c : name.toCharArray()) {
            if (c == '*') {
                boolean position = regex.length() >= 2
                        && regex.substring(regex.length() - 2).equals("\\[");
                regex.append(position ? "\\d+" : "(?:\"[^\"]+\"|[^.\\[\\]\"]+)");
            } else if (Character.isLetterOrDigit(c)) {
                regex.append(c);
            } else {
                regex.append('\\').append(c);
            }
        }
        return Pattern.compile(regex.toString());
    }

    /** Names the type in the document and in messages. */
    String typeName() {
        String one;
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            one = "whole number";
        } else if (type == double.class || type == Double.class) {
            one = "number";
        } else if (type == boolean.class || type == Boolean.class) {
            one = "true or false";
        } else if (type == String.class) {
            one = "text";
        } else if (type.isEnum()) {
            one = String.join(", ", Values.namesOf(type));
        } else {
            one = switch (type.getSimpleName()) {
                case "Duration" -> "duration";
                case "DataSize" -> "size";
                case "Secret" -> "secret text";
                case "Path" -> "path";
                default -> type.getSimpleName();
            };
        }
        return list ? one + "; several, separated by commas" : one;
    }
}
