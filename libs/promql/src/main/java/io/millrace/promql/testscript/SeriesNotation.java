package io.millrace.promql.testscript;

import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.model.StaleMarker;
import io.millrace.promql.format.Durations;
import io.millrace.promql.format.GoFloat;
import io.millrace.promql.format.GoInteger;
import io.millrace.promql.histogram.FloatHistogram;
import io.millrace.promql.histogram.HistogramSum;
import io.millrace.promql.parse.ParserOptions;
import io.millrace.promql.parse.PromqlParser;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line with a series: {@code metric{label="value"} 1 2 _ 5+1x3 stale}.
 *
 * @param startTimestamps {@code @st} behind the labels: the numbers are start timestamps in seconds from the sample
 */
record SeriesNotation(Labels labels, boolean startTimestamps, List<Point> points) {
    private static final PromqlParser PARSER = new PromqlParser(ParserOptions.STABLE);

    /** No script needs more values in a line; a typing error should not fill the memory. */
    private static final int MOST_POINTS = 1_000_000;

    private static final String NUMBER =
            "(?:(?:\\d+(?:ms|[smhdwy]))+(?![\\d.])|(?:\\d[\\d_]*\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?|(?i:inf|nan))";
    private static final Pattern FLOATS =
            Pattern.compile("([+-]?" + NUMBER + "|stale)(?:([+-]" + NUMBER + ")(?=x))?(?:x(\\d+))?");
    private static final Pattern BLANKS = Pattern.compile("_(?:x(\\d+))?");
    private static final Pattern HISTOGRAMS =
            Pattern.compile("(\\{\\{.*?\\}\\})(?:([+-])(\\{\\{.*?\\}\\})(?=x))?(?:x(\\d+))?", Pattern.DOTALL);
    private static final Pattern DURATION = Pattern.compile("[+-]?\\d+[a-z].*");

    /** @throws IllegalArgumentException when it is not a series */
    static SeriesNotation parse(String line) {
        int end = endOfLabels(line);
        Labels labels = PARSER.parseMetric(line.substring(0, end));
        String rest = line.substring(end);
        boolean startTimestamps = rest.startsWith("@st") && (rest.length() == 3 || isSpace(rest.charAt(3)));
        List<Point> points = new ArrayList<>();
        for (String item : words(startTimestamps ? rest.substring(3) : rest)) {
            points.addAll(item(item));
            if (points.size() > MOST_POINTS) {
                throw new IllegalArgumentException("more than " + MOST_POINTS + " values");
            }
        }
        return new SeriesNotation(labels, startTimestamps, points);
    }

    private static int endOfLabels(String line) {
        int i = 0;
        while (i < line.length() && !isSpace(line.charAt(i)) && line.charAt(i) != '{' && line.charAt(i) != '@') {
            i++;
        }
        if (i == line.length() || line.charAt(i) != '{' || line.startsWith("{{", i)) {
            return i;
        }
        char quote = 0;
        for (; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                if (c == '\\' && quote != '`') {
                    i++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '"' || c == '\'' || c == '`') {
                quote = c;
            } else if (c == '}') {
                return i + 1;
            }
        }
        return line.length();
    }

    /** What is between spaces; spaces in double braces do not count. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int start = -1;
        int depth = 0;
        for (int i = 0; i <= text.length(); i++) {
            boolean space = i == text.length() || isSpace(text.charAt(i));
            if (space && depth == 0) {
                if (start >= 0) {
                    words.add(text.substring(start, i));
                    start = -1;
                }
            } else if (!space) {
                start = start < 0 ? i : start;
                if (text.startsWith("{{", i)) {
                    depth++;
                    i++;
                } else if (text.startsWith("}}", i)) {
                    depth = Math.max(0, depth - 1);
                    i++;
                }
            }
        }
        if (start >= 0) {
            words.add(text.substring(start));
        }
        return words;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    private static List<Point> item(String item) {
        Matcher blanks = BLANKS.matcher(item);
        if (blanks.matches()) {
            return Collections.nCopies(blanks.group(1) == null ? 1 : count(blanks.group(1)), Point.OMITTED);
        }
        if (item.startsWith("{{")) {
            return histograms(item);
        }
        Matcher floats = FLOATS.matcher(item);
        if (!floats.matches()) {
            throw new IllegalArgumentException("not a value: " + item);
        }
        double value = floats.group(1).equals("stale") ? StaleMarker.VALUE : number(floats.group(1));
        int repeats = floats.group(3) == null ? 0 : count(floats.group(3));
        if (floats.group(2) == null) {
            return Collections.nCopies(repeats + 1, Point.of(value));
        }
        double increment = number(floats.group(2));
        List<Point> points = new ArrayList<>(repeats + 1);
        for (int i = 0; i <= repeats; i++) {
            points.add(Point.of(value));
            value += increment;
        }
        return points;
    }

    private static List<Point> histograms(String item) {
        Matcher matcher = HISTOGRAMS.matcher(item);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a histogram: " + item);
        }
        Point first = HistogramNotation.parse(matcher.group(1));
        int repeats = matcher.group(4) == null ? 0 : count(matcher.group(4));
        if (matcher.group(3) == null) {
            return Collections.nCopies(repeats + 1, first);
        }
        Point second = HistogramNotation.parse(matcher.group(3));
        NativeHistogram base = first.histogram();
        NativeHistogram step = second.histogram();
        if (base == null || step == null) {
            throw new IllegalArgumentException("not a histogram: " + item);
        }
        if (base.schema() > step.schema()) {
            throw new IllegalArgumentException(
                    "error combining histograms: cannot merge from schema " + step.schema() + " to " + base.schema());
        }
        FloatHistogram increment = FloatHistogram.of(step);
        HistogramSum sum = new HistogramSum(FloatHistogram.of(base));
        List<Point> points = new ArrayList<>(repeats + 1);
        points.add(first);
        for (int i = 0; i < repeats; i++) {
            if (matcher.group(2).equals("+")) {
                sum.add(increment);
            } else {
                sum.subtract(increment);
            }
            points.add(Point.of(sum.value().toNative(), first.hintWritten()));
        }
        return points;
    }

    private static int count(String digits) {
        int count = digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
        if (count >= MOST_POINTS) {
            throw new IllegalArgumentException("too many repetitions: " + digits);
        }
        return count;
    }

    /** A number or duration (in seconds) with an optional sign. */
    static double number(String text) {
        if (DURATION.matcher(text).matches() && !text.startsWith("0x")) {
            boolean signed = text.charAt(0) == '+' || text.charAt(0) == '-';
            try {
                double seconds = Durations.parse(signed ? text.substring(1) : text) / 1000.0;
                return text.charAt(0) == '-' ? -seconds : seconds;
            } catch (IllegalArgumentException e) {
                return GoFloat.parse(text);
            }
        }
        OptionalLong integer = GoInteger.parse(text);
        return integer.isPresent() && !text.startsWith("-0") ? integer.getAsLong() : GoFloat.parse(text);
    }
}
