package io.millrace.promql.testscript;

import com.google.re2j.Pattern;
import io.millrace.model.Labels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a script says. */
sealed interface Command {
    /** Line in the script, from 1. */
    int line();

    /** Empties the store. */
    record Clear(int line) implements Command {}

    /** A command that could not be read; what is said of it in {@code message} begins with the line of the mistake. */
    record Broken(int line, String command, String message) implements Command {
        boolean isEval() {
            return command.startsWith("eval");
        }
    }

    /**
     * Adds samples to the store.
     *
     * @param intervalMs between one value and the next, the first at 0
     * @param withNativeHistograms whether classic histograms are added as native ones with custom buckets, too
     */
    record Load(int line, long intervalMs, boolean withNativeHistograms, List<SeriesNotation> series)
            implements Command {}

    /**
     * Evaluates a query.
     *
     * @param stepMs 0 for an instant query
     */
    record Eval(int line, String query, long startMs, long endMs, long stepMs, Expectation expectation)
            implements Command {
        boolean isRange() {
            return stepMs != 0;
        }
    }

    /**
     * What an evaluation must give.
     *
     * @param scalar a number alone on its line
     * @param string the value of {@code expect string}
     * @param rangeVector times of {@code expect range vector}
     */
    record Expectation(
            boolean ordered,
            boolean fails,
            @Nullable Text failure,
            boolean someWarning,
            boolean someInfo,
            List<Text> warnings,
            List<Text> infos,
            boolean noWarnings,
            boolean noInfos,
            List<ExpectedSeries> series,
            @Nullable Double scalar,
            @Nullable String string,
            @Nullable Times rangeVector) {}

    record ExpectedSeries(Labels labels, List<Point> points) {}

    record Times(long startMs, long endMs, long stepMs) {}

    /** A message that must be equal, or match. */
    record Text(@Nullable String message, @Nullable Pattern pattern) {
        static final Text ANY = new Text(null, null);

        boolean matches(String actual) {
            return message != null
                    ? message.equals(actual)
                    : pattern == null || pattern.matcher(actual).find();
        }

        @Override
        public String toString() {
            return message != null ? '"' + message + '"' : pattern == null ? "any" : "/" + pattern.pattern() + "/";
        }
    }
}
