package io.millrace.promql.eval;

/**
 * The times at which an expression is evaluated: {@code startMs + i * stepMs} for {@code 0 <= i < steps}.
 *
 * @param stepMs 0 is allowed for a single step
 */
record Grid(long startMs, long stepMs, int steps) {
    static Grid at(long timeMs) {
        return new Grid(timeMs, 0, 1);
    }

    long time(int step) {
        return startMs + step * stepMs;
    }

    long endMs() {
        return time(steps - 1);
    }
}
