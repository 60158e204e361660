package io.millrace.promql.format;

import java.util.Map;

/** Durations as Prometheus writes and reads them: {@code 1h30m}; a year is 365 days, a week 7 days. */
public final class Durations {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1000 * MILLISECOND;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long WEEK = 7 * DAY;
    private static final long YEAR = 365 * DAY;

    private record Unit(int rank, long nanos) {}

    private static final Map<String, Unit> UNITS = Map.of(
            "y", new Unit(1, YEAR),
            "w", new Unit(2, WEEK),
            "d", new Unit(3, DAY),
            "h", new Unit(4, HOUR),
            "m", new Unit(5, MINUTE),
            "s", new Unit(6, SECOND),
            "ms", new Unit(7, MILLISECOND));

    private Durations() {}

    /**
     * Reads a duration: whole numbers with units from the largest to the smallest, or a bare {@code 0}.
     *
     * @return milliseconds
     * @throws IllegalArgumentException when it is not a duration or longer than about 292 years, with Prometheus' message
     */
    public static long parse(String text) {
        if (text.equals("0")) {
            return 0;
        }
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty duration string");
        }
        long nanos = 0;
        int rank = 0;
        int i = 0;
        while (i < text.length()) {
            int digits = i;
            while (i < text.length() && isDigit(text.charAt(i))) {
                i++;
            }
            int unitStart = i;
            while (i < text.length() && !isDigit(text.charAt(i))) {
                i++;
            }
            if (unitStart == digits || unitStart == i || unitStart - digits > 20) {
                throw invalid(text);
            }
            Unit unit = UNITS.get(text.substring(unitStart, i));
            if (unit == null) {
                throw new IllegalArgumentException("unknown unit " + GoString.quote(text.substring(unitStart, i))
                        + " in duration " + GoString.quote(text));
            }
            if (unit.rank <= rank) {
                throw invalid(text);
            }
            rank = unit.rank;
            nanos = plus(nanos, text, digits, unitStart, unit);
        }
        return nanos / MILLISECOND;
    }

    private static long plus(long nanos, String text, int from, int to, Unit unit) {
        long count;
        try {
            count = Long.parseUnsignedLong(text, from, to, 10);
        } catch (NumberFormatException e) {
            throw invalid(text);
        }
        if (count < 0 || count > Long.MAX_VALUE / unit.nanos || nanos > Long.MAX_VALUE - count * unit.nanos) {
            throw new IllegalArgumentException("duration out of range");
        }
        return nanos + count * unit.nanos;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("not a valid duration string: " + GoString.quote(text));
    }

    /** Writes a duration: {@code 5m}, {@code 1h30m}, {@code 90d}, {@code 1s500ms}, {@code 0s}. */
    public static String format(long milliseconds) {
        if (milliseconds == 0) {
            return "0s";
        }
        StringBuilder out = new StringBuilder();
        long rest = milliseconds;
        if (rest < 0) {
            out.append('-');
            rest = -rest;
        }
        // Years and weeks only where nothing remains: 90d reads better than 12w6d.
        rest = append(out, rest, YEAR / MILLISECOND, "y", true);
        rest = append(out, rest, WEEK / MILLISECOND, "w", true);
        rest = append(out, rest, DAY / MILLISECOND, "d", false);
        rest = append(out, rest, HOUR / MILLISECOND, "h", false);
        rest = append(out, rest, MINUTE / MILLISECOND, "m", false);
        rest = append(out, rest, SECOND / MILLISECOND, "s", false);
        append(out, rest, 1, "ms", false);
        return out.toString();
    }

    private static long append(StringBuilder out, long rest, long unitMillis, String unit, boolean exact) {
        long count = rest / unitMillis;
        if (count == 0 || exact && rest % unitMillis != 0) {
            return rest;
        }
        out.append(count).append(unit);
        return rest % unitMillis;
    }
}
