package io.millrace.promql.format;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;

/**
 * The shortest decimal that reads back as the same double: {@code 0.d1d2d3... × 10^point}.
 *
 * <p>{@link Double#toString} of JDK 17 does not always give the shortest (2e23 becomes 1.9999999999999998E23), so the
 * digits come from Jackson's Schubfach. That follows Java's rule of at least two digits, which costs the closest
 * one-digit decimal of a few tiny numbers (4.9E-324 for 5e-324); this is put right here.
 *
 * @param digits without leading or trailing zeros; "0" for zero
 * @param point decimal exponent
 */
record ShortestDecimal(boolean negative, String digits, int point) {

    /** @param value finite */
    static ShortestDecimal of(double value) {
        boolean negative = Double.doubleToRawLongBits(value) < 0;
        double magnitude = Math.abs(value);
        if (magnitude == 0) {
            return new ShortestDecimal(negative, "0", 1);
        }
        String text = DoubleToDecimal.toString(magnitude);
        int exponentMark = text.indexOf('E');
        String mantissa = exponentMark < 0 ? text : text.substring(0, exponentMark);
        int exponent = exponentMark < 0 ? 0 : Integer.parseInt(text, exponentMark + 1, text.length(), 10);
        int dot = mantissa.indexOf('.');
        StringBuilder digits = new StringBuilder(mantissa).deleteCharAt(dot);
        int point = dot + exponent;
        int leading = 0;
        while (digits.charAt(leading) == '0') {
            leading++;
        }
        digits.delete(0, leading);
        point -= leading;
        while (digits.length() > 1 && digits.charAt(digits.length() - 1) == '0') {
            digits.setLength(digits.length() - 1);
        }
        if (digits.length() == 2) {
            return shortened(magnitude, negative, digits.toString(), point);
        }
        return new ShortestDecimal(negative, digits.toString(), point);
    }

    /** The decimal with one digit less, if it is the same double. */
    private static ShortestDecimal shortened(double magnitude, boolean negative, String digits, int point) {
        int down = digits.charAt(0) - '0';
        int near = digits.charAt(1) >= '5' ? down + 1 : down;
        int far = near == down ? down + 1 : down;
        for (int candidate : new int[] {near, far}) {
            String digit = candidate == 10 ? "1" : Integer.toString(candidate);
            int shifted = candidate == 10 ? point + 1 : point;
            if (Double.parseDouble("0." + digit + "E" + shifted) == magnitude) {
                return new ShortestDecimal(negative, digit, shifted);
            }
        }
        return new ShortestDecimal(negative, digits, point);
    }
}
