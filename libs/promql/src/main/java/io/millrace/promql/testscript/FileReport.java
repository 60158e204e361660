package io.millrace.promql.testscript;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a script went.
 *
 * @param error the first mistake in the script itself, null when there is none
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
