package io.millrace.runtime.config;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/** Turns the text of a key into its value and says in plain words why it cannot. */
final class Values {
    /** Above the converters of the library, which take any text for a boolean. */
    private static final int PRIORITY = 1000;

    private static final Pattern LIST_COMMA = Pattern.compile("(?<!\\\\),");
    private static final SmallRyeConfig CONVERTERS =
            withConverters(new SmallRyeConfigBuilder()).build();

    private Values() {}

    static SmallRyeConfigBuilder withConverters(SmallRyeConfigBuilder builder) {
        return builder.withConverter(Duration.class, PRIORITY, text(Durations::parse))
                .withConverter(DataSize.class, PRIORITY, text(DataSize::parse))
                .withConverter(Secret.class, PRIORITY, text(Secret::new))
                .withConverter(Boolean.class, PRIORITY, text(Values::parseBoolean));
    }

    /** An {@link java.util.Optional} key without a value is asked for as "", and is absent only if that gives null. */
    private static <T> Converter<T> text(Converter<T> converter) {
        return value -> value.isEmpty() ? null : converter.convert(value);
    }

    private static Boolean parseBoolean(String text) {
        return switch (text.trim()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("is neither true nor false");
        };
    }

    /** What is wrong with {@code text} as a value of {@code key}, or null. */
    static @Nullable String problem(Key key, String text) {
        if (!key.list()) {
            return problemOfOne(key, text);
        }
        for (String one : LIST_COMMA.split(text, -1)) {
            String problem = problemOfOne(key, one.replace("\\,", ",").trim());
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static @Nullable String problemOfOne(Key key, String text) {
        String shown = key.secret() ? "the value" : "'" + text + "'";
        if (text.isEmpty()) {
            return "has no value; remove the key or give it one";
        }
        Object value;
        try {
            value = convert(key.type(), text);
        } catch (RuntimeException e) {
            return shown + " " + why(key, e);
        }
        return key.range() == null ? null : outside(key.type(), key.range(), value, shown);
    }

    private static Object convert(Class<?> type, String text) {
        Object value = CONVERTERS.requireConverter(type).convert(text);
        if (value == null) {
            throw new IllegalArgumentException("is empty");
        }
        return value;
    }

    private static String why(Key key, RuntimeException e) {
        Class<?> type = key.type();
        if (type.isEnum()) {
            return "is not one of " + String.join(", ", namesOf(type));
        }
        String message = e.getMessage();
        if (e instanceof NumberFormatException || message == null) {
            return "is not a " + key.typeName();
        }
        // DataSize quotes the value itself, because it is also used elsewhere
        return message.startsWith("'") ? message.substring(message.indexOf("' ") + 2) : message;
    }

    private static @Nullable String outside(Class<?> type, Range range, Object value, String shown) {
        if (!range.min().isEmpty() && compare(value, convert(type, range.min())) < 0) {
            return shown + " is below the least value " + range.min();
        }
        if (!range.max().isEmpty() && compare(value, convert(type, range.max())) > 0) {
            return shown + " is above the greatest value " + range.max();
        }
        return null;
    }

    @SuppressWarnings("unchecked")
    private static int compare(Object left, Object right) {
        return ((Comparable<Object>) left).compareTo(right);
    }

    /** The names of an enum as they are written in a file: {@code READ_COMMITTED} is {@code read-committed}. */
    static List<String> namesOf(Class<?> enumType) {
        return Arrays.stream(enumType.getEnumConstants())
                .map(constant ->
                        ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
    }

    /** A value as it would be written in the file; secrets as stars. */
    static String format(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Duration duration) {
            return Durations.format(duration);
        }
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
        if (value instanceof Iterable<?> several && !(value instanceof java.nio.file.Path)) {
            StringBuilder text = new StringBuilder();
            several.forEach(one -> text.append(text.isEmpty() ? "" : ",").append(format(one)));
            return text.toString();
        }
        return value.toString();
    }
}
