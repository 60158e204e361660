package io.millrace.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import io.millrace.promql.format.GoFloat;
import java.io.IOException;

/**
 * Writes float points, {@code [1435781430.781,"1"]}, to JSON in pieces of a few KB. A range query answers with a million of
 * them: the generator's calls and the strings for each part would cost more than the query. Not thread-safe.
 */
final class PointText {
    /** Whole numbers below are written without the search for the shortest digits. 2^53 is more than 15 digits. */
    private static final double PLAIN_INTEGER = 1e15;

    private static final int SIZE = 8 << 10;
    /** The longest point: 20 characters of time, 25 of a value, and what is around them. */
    private static final int LONGEST = 64;

    private final JsonGenerator json;
    private final char[] text = new char[SIZE];
    private int length;
    private boolean begun;

    PointText(JsonGenerator json) {
        this.json = json;
    }

    /** Writes an array of points in the place of a value. Histograms are left out: where {@code only} is false. */
    void array(long[] timestamps, double[] values, Filter only) throws IOException {
        begun = false;
        text[0] = '[';
        length = 1;
        for (int i = 0; i < timestamps.length; i++) {
            if (only.isFloat(i)) {
                if (length > SIZE - LONGEST) {
                    flush();
                }
                point(timestamps[i], values[i]);
            }
        }
        if (length > 0 && text[length - 1] == ',') {
            length--;
        }
        text[length++] = ']';
        flush();
    }

    /** Which points are floats. */
    @FunctionalInterface
    interface Filter {
        boolean isFloat(int index);
    }

    private void flush() throws IOException {
        if (begun) {
            json.writeRaw(text, 0, length);
        } else {
            json.writeRawValue(text, 0, length);
            begun = true;
        }
        length = 0;
    }

    private void point(long timestampMs, double value) {
        text[length++] = '[';
        time(timestampMs);
        text[length++] = ',';
        text[length++] = '"';
        value(value);
        text[length++] = '"';
        text[length++] = ']';
        text[length++] = ',';
    }

    private void time(long timestampMs) {
        long magnitude = Math.abs(timestampMs);
        if (timestampMs < 0) {
            text[length++] = '-';
        }
        integer(magnitude / 1000);
        int ms = (int) (magnitude % 1000);
        if (ms != 0) {
            text[length++] = '.';
            text[length++] = (char) ('0' + ms / 100);
            text[length++] = (char) ('0' + ms / 10 % 10);
            text[length++] = (char) ('0' + ms % 10);
        }
    }

    private void value(double value) {
        if (value == Math.rint(value) && Math.abs(value) < PLAIN_INTEGER) {
            if (Double.doubleToRawLongBits(value) < 0) {
                text[length++] = '-'; // also of -0
            }
            integer((long) Math.abs(value));
        } else {
            append(format(value));
        }
    }

    private void integer(long number) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            text[i] = (char) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    private void append(String part) {
        part.getChars(0, part.length(), text, length);
        length += part.length();
    }

    /** Any float as Go writes it in JSON. */
    static String format(double value) {
        double magnitude = Math.abs(value);
        if (value == Math.rint(value) && magnitude < PLAIN_INTEGER) {
            return value == 0 && Double.doubleToRawLongBits(value) != 0 ? "-0" : Long.toString((long) value);
        }
        // Between these Java writes a number with a fraction as Go does, and Schubfach gives the fewest digits.
        return magnitude >= 1e-3 && magnitude < 1e7 ? DoubleToDecimal.toString(value) : GoFloat.formatJson(value);
    }
}
