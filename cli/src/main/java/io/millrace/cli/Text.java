package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** JSON values as people read them. Stateless. */
final class Text {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Text() {}

    /** One line; {@code -} for nothing. */
    static String of(JsonNode value) {
        if (value.isMissingNode()
                || value.isNull()
                || value.isTextual() && value.asText().isEmpty()) {
            return "-";
        }
        if (value.isIntegralNumber()) {
            return number(value.asLong());
        }
        if (value.isTextual()) {
            return text(value.asText());
        }
        if (value.isArray()) {
            List<String> parts = new ArrayList<>();
            value.forEach(each -> parts.add(each.isContainerNode() ? object(each) : of(each)));
            return parts.isEmpty() ? "-" : String.join(", ", parts);
        }
        return value.isObject() ? object(value) : value.asText();
    }

    private static String object(JsonNode value) {
        List<String> parts = new ArrayList<>();
        value.properties().forEach(each -> parts.add(each.getKey() + "=" + of(each.getValue())));
        return parts.isEmpty() ? "-" : String.join(" ", parts);
    }

    private static String text(String text) {
        if (text.matches("P(T|[0-9]).*")) {
            return duration(text);
        }
        return text.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:.*Z") ? time(text) : text;
    }

    /** {@code 1,234,567}. */
    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1.2 MiB}. */
    static String bytes(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }

    /** To the second, in UTC. */
    static String time(String iso) {
        try {
            return TIME.format(Instant.parse(iso));
        } catch (java.time.DateTimeException e) {
            return iso;
        }
    }

    private static String duration(String iso) {
        Duration duration;
        try {
            duration = Duration.parse(iso);
        } catch (java.time.DateTimeException e) {
            return iso;
        }
        StringBuilder text = new StringBuilder();
        append(text, duration.toDaysPart(), "d");
        append(text, duration.toHoursPart(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long number, String unit) {
        if (number != 0) {
            text.append(number).append(unit);
        }
    }

    /** {@code maxActiveSeries} is {@code max active series}. */
    static String words(String camelCase) {
        return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
    }

    /** How long ago, in the greatest unit: {@code 5 min}. */
    static String age(String iso, Instant now) {
        Instant then;
        try {
            then = Instant.parse(iso);
        } catch (java.time.DateTimeException e) {
            return "never";
        }
        long seconds = Math.max(0, Duration.between(then, now).toSeconds());
        if (seconds < 120) {
            return seconds + " s ago";
        } else if (seconds < 7200) {
            return seconds / 60 + " min ago";
        } else if (seconds < 172_800) {
            return seconds / 3600 + " h ago";
        }
        return seconds / 86_400 + " days ago";
    }
}
