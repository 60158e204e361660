package io.millrace.query.api;

import io.millrace.promql.format.Durations;
import io.millrace.promql.format.GoFloat;
import io.millrace.promql.format.GoString;
import io.millrace.query.http.ApiException;
import io.millrace.query.http.Parameters;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/** Times, durations and numbers as parameters of the Prometheus API write them. Messages are Prometheus'. */
final class Values {
    /** What Prometheus understands as the first and the last time there is. */
    private static final String MIN_TIME = "-292273086-05-16T16:47:06Z";

    private static final String MAX_TIME = "292277025-08-18T07:12:54.999999999Z";

    /** The earliest and latest time, ms; far enough from the ends of a long to be added to. */
    static final long MIN_MS = Long.MIN_VALUE / 4;

    static final long MAX_MS = Long.MAX_VALUE / 4;

    private Values() {}

    /** A time in ms: float seconds since 1970, rounded to ms, or RFC 3339. {@code whenAbsent} when it is not there. */
    static long time(Parameters parameters, String name, long whenAbsent) {
        String text = parameters.get(name);
        if (text.isEmpty()) {
            return whenAbsent;
        }
        try {
            return time(text);
        } catch (IllegalArgumentException e) {
            throw ApiException.invalidParameter(name, "Invalid time value for '" + name + "': " + e.getMessage());
        }
    }

    /** A time in ms that must be there. */
    static long time(Parameters parameters, String name) {
        try {
            return time(parameters.get(name));
        } catch (IllegalArgumentException e) {
            throw ApiException.invalidParameter(name, String.valueOf(e.getMessage()));
        }
    }

    /** @throws IllegalArgumentException with Prometheus' message */
    static long time(String text) {
        try {
            double seconds = GoFloat.parse(text);
            if (!Double.isNaN(seconds)) {
                return clamp(milliseconds(seconds));
            }
        } catch (NumberFormatException e) {
            // not a number: a date
        }
        if (text.equals(MIN_TIME)) {
            return MIN_MS;
        }
        if (text.equals(MAX_TIME)) {
            return MAX_MS;
        }
        try {
            Instant instant = OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                    .toInstant();
            return instant.toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new IllegalArgumentException("cannot parse " + GoString.quote(text) + " to a valid timestamp");
        }
    }

    /** Whole seconds and the rest apart, as Prometheus does, so that rounding agrees. */
    private static long milliseconds(double seconds) {
        double whole = seconds < 0 ? Math.ceil(seconds) : Math.floor(seconds);
        if (Math.abs(whole) > MAX_MS / 1000.0) {
            return whole < 0 ? MIN_MS : MAX_MS;
        }
        double rest = seconds - whole;
        double thousandths = rest < 0 ? -Math.floor(-rest * 1000 + 0.5) : Math.floor(rest * 1000 + 0.5);
        return (long) whole * 1000 + (long) thousandths;
    }

    private static long clamp(long ms) {
        return Math.max(MIN_MS, Math.min(MAX_MS, ms));
    }

    /**
     * A duration in ms: float seconds, or {@code 1h30m}.
     *
     * @throws IllegalArgumentException with Prometheus' message
     */
    static long duration(String text) {
        try {
            double nanos = GoFloat.parse(text) * 1e9;
            if (nanos > Long.MAX_VALUE || nanos < Long.MIN_VALUE) {
                throw new IllegalArgumentException(
                        "cannot parse " + GoString.quote(text) + " to a valid duration. It overflows int64");
            }
            return (long) nanos / 1_000_000;
        } catch (NumberFormatException e) {
            // not a number: a duration with units
        }
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("cannot parse " + GoString.quote(text) + " to a valid duration");
        }
    }

    /** The parameter {@code limit}; 0 for none. */
    static int limit(Parameters parameters) {
        String text = parameters.get("limit");
        if (text.isEmpty()) {
            return 0;
        }
        int limit = integer(text, "limit");
        if (limit < 0) {
            throw ApiException.invalidParameter("limit", "limit must be non-negative");
        }
        return limit;
    }

    private static int integer(String text, String parameter) {
        if (!text.matches("[+-]?[0-9]+")) {
            throw ApiException.invalidParameter(
                    parameter, "strconv.Atoi: parsing " + GoString.quote(text) + ": invalid syntax");
        }
        try {
            long value = Long.parseLong(text.startsWith("+") ? text.substring(1) : text);
            return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
        } catch (NumberFormatException e) {
            throw ApiException.invalidParameter(
                    parameter, "strconv.Atoi: parsing " + GoString.quote(text) + ": value out of range");
        }
    }

    /** A whole number, or an error of just {@code message}. */
    static int integer(Parameters parameters, String name, int whenAbsent, String message) {
        String text = parameters.get(name);
        if (text.isEmpty()) {
            return whenAbsent;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw ApiException.badData(message);
        }
    }
}
