package io.millrace.promql.testscript;

import com.google.re2j.Pattern;
import io.millrace.model.Labels;
import io.millrace.promql.testscript.Command.Expectation;
import io.millrace.promql.testscript.Command.ExpectedSeries;
import io.millrace.promql.testscript.Command.Text;
import io.millrace.promql.testscript.Command.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** Collects what the lines below an {@code eval} expect. */
final class ExpectationBuilder {
    private static final java.util.regex.Pattern EXPECT = java.util.regex.Pattern.compile(
            "expect\\s+(ordered|fail|warn|no_warn|info|no_info)(?:\\s+(regex|msg):(.+))?");
    private static final java.util.regex.Pattern RANGE_VECTOR =
            java.util.regex.Pattern.compile("expect range vector\\s+from\\s+(.+)\\s+to\\s+(.+)\\s+step\\s+(.+)");
    private static final String STRING = "expect string";
    private static final String FAIL_MESSAGE = "expected_fail_message";
    private static final String FAIL_PATTERN = "expected_fail_regexp";

    private boolean ordered;
    private boolean fails;
    private @Nullable Text failure;
    private final boolean someWarning;
    private final boolean someInfo;
    private final List<Text> warnings = new ArrayList<>();
    private final List<Text> infos = new ArrayList<>();
    private boolean noWarnings;
    private boolean noInfos;
    private final List<ExpectedSeries> series = new ArrayList<>();
    private @Nullable Double scalar;
    private @Nullable String string;
    private @Nullable Times rangeVector;

    /** @param suffix of {@code eval_fail} and the like, or null */
    ExpectationBuilder(@Nullable String suffix) {
        ordered = "ordered".equals(suffix);
        fails = "fail".equals(suffix);
        someWarning = "warn".equals(suffix);
        someInfo = "info".equals(suffix);
    }

    /** Takes a line that is not a series; false when it is one. */
    boolean accept(String line) {
        if (line.startsWith(FAIL_MESSAGE)) {
            failure = new Text(line.substring(FAIL_MESSAGE.length()).strip(), null);
            return true;
        }
        if (line.startsWith(FAIL_PATTERN)) {
            failure = new Text(
                    null, Pattern.compile(line.substring(FAIL_PATTERN.length()).strip()));
            return true;
        }
        if (line.startsWith("expect range vector")) {
            Matcher matcher = RANGE_VECTOR.matcher(line);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("expect range vector from <t> to <t> step <d> expected");
            }
            rangeVector = new Times(
                    ScriptParser.time(matcher.group(1)),
                    ScriptParser.time(matcher.group(2)),
                    ScriptParser.time(matcher.group(3)));
            return true;
        }
        if (line.startsWith(STRING)) {
            string = ScriptParser.unquote(line.substring(STRING.length()).strip());
            return true;
        }
        if (line.equals("expect") || line.startsWith("expect ") || line.startsWith("expect\t")) {
            expect(line);
            return true;
        }
        return number(line);
    }

    private boolean number(String line) {
        try {
            scalar = SeriesNotation.number(line);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private void expect(String line) {
        Matcher matcher = EXPECT.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("invalid expect statement");
        }
        Text text = Text.ANY;
        if (matcher.group(2) != null) {
            String value = matcher.group(3).strip();
            text = matcher.group(2).equals("msg") ? new Text(value, null) : new Text(null, Pattern.compile(value));
        }
        switch (matcher.group(1)) {
            case "ordered" -> ordered = true;
            case "fail" -> {
                fails = true;
                failure = text;
            }
            case "warn" -> warnings.add(text);
            case "info" -> infos.add(text);
            case "no_warn" -> noWarnings = true;
            default -> noInfos = true;
        }
        if (noWarnings && !warnings.isEmpty() || noInfos && !infos.isEmpty()) {
            throw new IllegalArgumentException("an annotation and none of its kind cannot be expected together");
        }
    }

    void series(Labels labels, List<Point> points) {
        series.removeIf(earlier -> earlier.labels().equals(labels));
        series.add(new ExpectedSeries(labels, points));
    }

    /** Whether nothing may follow: a number alone is the whole result. */
    boolean complete() {
        return scalar != null;
    }

    Expectation build() {
        return new Expectation(
                ordered,
                fails,
                failure,
                someWarning,
                someInfo,
                warnings,
                infos,
                noWarnings,
                noInfos,
                series,
                scalar,
                string,
                rangeVector);
    }
}
