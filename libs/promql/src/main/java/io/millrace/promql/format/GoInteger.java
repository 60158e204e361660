package io.millrace.promql.format;

import java.math.BigInteger;
import java.util.Locale;
import java.util.OptionalLong;

/** Integers as Go reads them with base 0: {@code 0x1f}, {@code 0b1}, {@code 0o17}, {@code 017} (octal), {@code 1_000}. */
public final class GoInteger {
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private GoInteger() {}

    /** {@code ParseInt(text, 0, 64)}; empty when it is not an integer or does not fit. */
    public static OptionalLong parse(String text) {
        String body = text.toLowerCase(Locale.ROOT);
        boolean negative = body.startsWith("-");
        if (negative || body.startsWith("+")) {
            body = body.substring(1);
        }
        if (body.indexOf('_') >= 0 && !underscoresAreSound(body)) {
            return OptionalLong.empty();
        }
        int radix = 10;
        String digits = body;
        if (body.length() > 1 && body.charAt(0) == '0') {
            radix = switch (body.charAt(1)) {
                case 'x' -> 16;
                case 'b' -> 2;
                default -> 8;
            };
            digits = body.substring(radix != 8 || body.charAt(1) == 'o' ? 2 : 1);
        }
        digits = digits.replace("_", "");
        if (digits.isEmpty()) {
            return OptionalLong.empty();
        }
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) > 'f' || Character.digit(digits.charAt(i), radix) < 0) {
                return OptionalLong.empty();
            }
        }
        BigInteger magnitude = new BigInteger(digits, radix);
        BigInteger value = negative ? magnitude.negate() : magnitude;
        boolean fits = value.compareTo(MIN) >= 0 && value.compareTo(MAX) <= 0;
        return fits ? OptionalLong.of(value.longValue()) : OptionalLong.empty();
    }

    /** Whether each underscore stands between digits, or between a base prefix and a digit. */
    static boolean underscoresAreSound(String body) {
        char previous = '^';
        int i = 0;
        boolean hex = false;
        if (body.length() >= 2 && body.charAt(0) == '0' && "box".indexOf(body.charAt(1)) >= 0) {
            hex = body.charAt(1) == 'x';
            previous = '0';
            i = 2;
        }
        for (; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c >= '0' && c <= '9' || hex && c >= 'a' && c <= 'f') {
                previous = '0';
            } else if (c == '_') {
                if (previous != '0') {
                    return false;
                }
                previous = '_';
            } else {
                if (previous == '_') {
                    return false;
                }
                previous = '!';
            }
        }
        return previous != '_';
    }
}
