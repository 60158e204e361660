package io.millrace.promql.format;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Floats as Go writes and reads them. Always the fewest digits that read back as the same double, and
 * {@code NaN}, {@code +Inf}, {@code -Inf}.
 */
public final class GoFloat {
    private GoFloat() {}

    /** {@code FormatFloat(value, 'f', -1, 64)}: never an exponent. Label values of {@code count_values}, queries. */
    public static String formatF(double value) {
        String special = special(value);
        if (special != null) {
            return special;
        }
        StringBuilder out = new StringBuilder(24);
        plain(out, ShortestDecimal.of(value));
        return out.toString();
    }

    /** As in JSON answers: an exponent below 1e-6 and from 1e21 on. Not quoted. */
    public static String formatJson(double value) {
        String special = special(value);
        if (special != null) {
            return special;
        }
        double magnitude = Math.abs(value);
        StringBuilder out = new StringBuilder(24);
        if (magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21)) {
            scientific(out, ShortestDecimal.of(value));
        } else {
            plain(out, ShortestDecimal.of(value));
        }
        return out.toString();
    }

    /** {@code %v} and {@code %g}: an exponent below 1e-4 and from 1e6 on. In messages and annotations. */
    public static String formatG(double value) {
        String special = special(value);
        if (special != null) {
            return special;
        }
        ShortestDecimal decimal = ShortestDecimal.of(value);
        int exponent = decimal.point() - 1;
        StringBuilder out = new StringBuilder(24);
        if (value != 0 && (exponent < -4 || exponent >= 6)) {
            scientific(out, decimal);
        } else {
            plain(out, decimal);
        }
        return out.toString();
    }

    /** As OpenMetrics writes label values such as quantiles: {@code %g}, with {@code .0} behind a whole number. */
    public static String formatOpenMetrics(double value) {
        String text = formatG(value);
        boolean whole = Double.isFinite(value) && text.indexOf('.') < 0 && text.indexOf('e') < 0;
        return whole ? text + ".0" : text;
    }

    /** {@code %.ng}: so many significant digits, without zeros at the end. */
    public static String formatG(double value, int digits) {
        String special = special(value);
        if (special != null || value == 0) {
            return special != null ? special : formatG(value);
        }
        BigDecimal rounded = new BigDecimal(value)
                .round(new MathContext(digits, RoundingMode.HALF_EVEN))
                .stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent >= -4 && exponent < digits) {
            return rounded.toPlainString();
        }
        String unscaled = rounded.unscaledValue().abs().toString();
        String fraction = unscaled.length() > 1 ? "." + unscaled.substring(1) : "";
        String power = (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        return (value < 0 ? "-" : "") + unscaled.charAt(0) + fraction + "e" + power;
    }

    /** {@code %.nf}. */
    public static String formatFixed(double value, int decimals) {
        String special = special(value);
        return special != null
                ? special
                : new BigDecimal(value)
                        .setScale(decimals, RoundingMode.HALF_EVEN)
                        .toPlainString();
    }

    /**
     * {@code ParseFloat(text, 64)}: decimal or hexadecimal floats, {@code Inf}, {@code Infinity} and {@code NaN} in any
     * case with an optional sign, underscores between digits after a base prefix.
     *
     * @throws NumberFormatException when it is not a number or overflows, with Go's message
     */
    public static double parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        boolean signed = lower.startsWith("+") || lower.startsWith("-");
        boolean negative = lower.startsWith("-");
        String body = signed ? lower.substring(1) : lower;
        switch (body) {
            case "inf", "infinity" -> {
                return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            }
            case "nan" -> {
                if (signed) {
                    throw invalid(text);
                }
                return Double.NaN;
            }
            default -> {
                double magnitude = magnitude(text, body);
                return negative ? -magnitude : magnitude;
            }
        }
    }

    private static double magnitude(String text, String body) {
        if (!isFloat(body)) {
            throw invalid(text);
        }
        double magnitude = Double.parseDouble(body.replace("_", ""));
        if (Double.isInfinite(magnitude)) {
            throw new NumberFormatException(
                    "strconv.ParseFloat: parsing " + GoString.quote(text) + ": value out of range");
        }
        return magnitude;
    }

    private static NumberFormatException invalid(String text) {
        return new NumberFormatException("strconv.ParseFloat: parsing " + GoString.quote(text) + ": invalid syntax");
    }

    /** Whether a text in lower case, without sign, is a float literal of Go. */
    private static boolean isFloat(String body) {
        boolean hex = body.startsWith("0x");
        if (body.indexOf('_') >= 0 && !GoInteger.underscoresAreSound(body)) {
            return false;
        }
        int i = hex ? 2 : 0;
        int digits = 0;
        boolean dot = false;
        for (; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c == '.') {
                if (dot) {
                    return false;
                }
                dot = true;
            } else if (c >= '0' && c <= '9' || hex && c >= 'a' && c <= 'f') {
                digits++;
            } else if (c != '_') {
                break;
            }
        }
        if (digits == 0) {
            return false;
        }
        if (i == body.length()) {
            return !hex;
        }
        return body.charAt(i) == (hex ? 'p' : 'e') && isExponent(body, i + 1);
    }

    private static boolean isExponent(String body, int from) {
        int i = from;
        if (i < body.length() && (body.charAt(i) == '+' || body.charAt(i) == '-')) {
            i++;
        }
        int digits = 0;
        for (; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c >= '0' && c <= '9') {
                digits++;
            } else if (c != '_') {
                return false;
            }
        }
        return digits > 0;
    }

    private static @Nullable String special(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return null;
    }

    private static void plain(StringBuilder out, ShortestDecimal decimal) {
        if (decimal.negative()) {
            out.append('-');
        }
        String digits = decimal.digits();
        int point = decimal.point();
        if (point <= 0) {
            out.append("0.");
            out.append("0".repeat(-point));
            out.append(digits);
        } else if (digits.length() <= point) {
            out.append(digits);
            out.append("0".repeat(point - digits.length()));
        } else {
            out.append(digits, 0, point).append('.').append(digits, point, digits.length());
        }
    }

    private static void scientific(StringBuilder out, ShortestDecimal decimal) {
        if (decimal.negative()) {
            out.append('-');
        }
        String digits = decimal.digits();
        out.append(digits.charAt(0));
        if (digits.length() > 1) {
            out.append('.').append(digits, 1, digits.length());
        }
        int exponent = decimal.point() - 1;
        out.append('e').append(exponent < 0 ? '-' : '+');
        int magnitude = Math.abs(exponent);
        if (magnitude < 10) {
            out.append('0');
        }
        out.append(magnitude);
    }
}
