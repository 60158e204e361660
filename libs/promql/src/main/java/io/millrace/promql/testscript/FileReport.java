package io.millrace.promql.testscript;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a script went.
 *
 * @param error why it could not be read or loaded to the end, null when it could
 */
public record FileReport(
        String name, List<EvalOutcome> evals, @Nullable String error) {
    public FileReport {
        evals = List.copyOf(evals);
    }

    public int passed() {
        return (int) evals.stream().filter(EvalOutcome::passed).count();
    }

    public int failed() {
        return evals.size() - passed();
    }

    public boolean clean() {
        return error == null && failed() == 0;
    }
}
