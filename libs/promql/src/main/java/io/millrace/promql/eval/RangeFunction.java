package io.millrace.promql.eval;

/** A function of a range vector: one window in, at most one point out. Stateless. */
@FunctionalInterface
interface RangeFunction {
    /** Sets {@code result} at {@code step}, or leaves it when the window has no answer. The window is not empty. */
    void apply(Window window, RangeCall call, StepValues result, int step);
}
