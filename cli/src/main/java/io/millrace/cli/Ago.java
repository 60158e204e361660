package io.millrace.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Moments as people name them: {@code 90m}, {@code 7d}, or a time. Stateless. */
final class Ago {
    private static final Pattern FORM = Pattern.compile("(\\d{1,6})([smhd])");

    private Ago() {}

    static Instant parse(String text, Instant now) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            return now.minus(
                    switch (matcher.group(2)) {
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        default -> Duration.ofDays(number);
                    });
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new CliException(
                    CliException.WRONG_USE,
                    "'" + text
                            + "' is neither a while ago, such as 90m or 7d, nor a time such as 2030-01-31T12:00:00Z.");
        }
    }
}
