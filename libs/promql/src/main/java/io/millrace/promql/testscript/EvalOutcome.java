package io.millrace.promql.testscript;

import org.jspecify.annotations.Nullable;

/**
 * How one {@code eval} went.
 *
 * @param line in the script, from 1
 * @param failure what was expected and what was got, null when all is well
 */
public record EvalOutcome(int line, String query, @Nullable String failure) {
    public boolean passed() {
        return failure == null;
    }
}
