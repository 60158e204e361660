package io.millrace.promql.eval;

import static java.util.Map.entry;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToIntFunction;

/** Functions of one number: arithmetic, trigonometry, parts of a date. Histograms have no such value and are left out. */
final class MathFunctions {
    static final Map<String, DoubleUnaryOperator> OF_VALUE = Map.ofEntries(
            entry("abs", Math::abs),
            entry("acos", Math::acos),
            entry("acosh", MathFunctions::acosh),
            entry("asin", Math::asin),
            entry("asinh", MathFunctions::asinh),
            entry("atan", Math::atan),
            entry("atanh", value -> 0.5 * (Math.log1p(value) - Math.log1p(-value))),
            entry("ceil", Math::ceil),
            entry("cos", Math::cos),
            entry("cosh", MathFunctions::cosh),
            entry("deg", value -> value * 180 / Math.PI),
            entry("exp", Math::exp),
            entry("floor", Math::floor),
            entry("ln", Math::log),
            entry("log10", Math::log10),
            entry("log2", MathFunctions::log2),
            entry("rad", value -> value * Math.PI / 180),
            entry("sgn", Math::signum),
            entry("sin", Math::sin),
            entry("sinh", MathFunctions::sinh),
            entry("sqrt", Math::sqrt),
            entry("tan", Math::tan),
            entry("tanh", Math::tanh));

    /** Of seconds since 1970, in UTC. */
    static final Map<String, DoubleUnaryOperator> OF_TIME = Map.ofEntries(
            entry("days_in_month", date(time -> time.toLocalDate().lengthOfMonth())),
            entry("day_of_month", date(ZonedDateTime::getDayOfMonth)),
            entry("day_of_week", date(time -> time.getDayOfWeek().getValue() % 7)),
            entry("day_of_year", date(ZonedDateTime::getDayOfYear)),
            entry("hour", date(ZonedDateTime::getHour)),
            entry("minute", date(ZonedDateTime::getMinute)),
            entry("month", date(ZonedDateTime::getMonthValue)),
            entry("year", date(ZonedDateTime::getYear)));

    private MathFunctions() {}

    private static DoubleUnaryOperator date(ToIntFunction<ZonedDateTime> part) {
        return seconds -> Double.isNaN(seconds) || Math.abs(seconds) > 3e16
                ? Double.NaN
                : part.applyAsInt(Instant.ofEpochSecond((long) seconds).atZone(ZoneOffset.UTC));
    }

    /** Exact for powers of two, which Math.log(x) / Math.log(2) is not. */
    static double log2(double value) {
        int exponent = Math.getExponent(value);
        if (value > 0 && exponent >= Double.MIN_EXPONENT && exponent <= Double.MAX_EXPONENT) {
            double fraction = value / Math.scalb(1.0, exponent);
            return fraction == 1 ? exponent : exponent + Math.log(fraction) / Math.log(2);
        }
        return Math.log(value) / Math.log(2);
    }

    /** As Go, which is infinite a little before Java: for large values half of {@code exp}. */
    private static double cosh(double value) {
        return Math.abs(value) > 21 ? Math.exp(Math.abs(value)) * 0.5 : Math.cosh(value);
    }

    private static double sinh(double value) {
        return Math.abs(value) > 21 ? Math.copySign(Math.exp(Math.abs(value)) * 0.5, value) : Math.sinh(value);
    }

    private static double acosh(double value) {
        if (value < 1) {
            // Far below zero the sum under the logarithm would round to zero.
            return Double.NaN;
        }
        return value > 1 << 28 ? Math.log(value) + Math.log(2) : Math.log(value + Math.sqrt(value * value - 1));
    }

    private static double asinh(double value) {
        if (Double.isInfinite(value) || value == 0) {
            return value;
        }
        double size = Math.abs(value);
        double result = size > 1 << 28
                ? Math.log(size) + Math.log(2)
                : Math.log1p(size + size * size / (1 + Math.sqrt(1 + size * size)));
        return Math.copySign(result, value);
    }

    /** The greater; NaN when either is, except that nothing is greater than infinity. */
    static double max(double left, double right) {
        return left == Double.POSITIVE_INFINITY || right == Double.POSITIVE_INFINITY
                ? Double.POSITIVE_INFINITY
                : Math.max(left, right);
    }

    /** The lesser; NaN when either is, except that nothing is less than negative infinity. */
    static double min(double left, double right) {
        return left == Double.NEGATIVE_INFINITY || right == Double.NEGATIVE_INFINITY
                ? Double.NEGATIVE_INFINITY
                : Math.min(left, right);
    }

    /** The nearest multiple of {@code to}, ties upwards. */
    static double round(double value, double to) {
        double inverse = 1 / to;
        return Math.floor(value * inverse + 0.5) / inverse;
    }
}
