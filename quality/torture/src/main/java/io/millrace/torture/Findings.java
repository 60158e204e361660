package io.millrace.torture;

import java.util.ArrayList;
import java.util.List;

/** What a check has found; only the first few of each kind are described. Not thread-safe. */
final class Findings {
    private static final int DESCRIBED = 5;

    private long right;
    private long missing;
    private long wrong;
    private final List<String> described = new ArrayList<>();

    /** A sample that was acknowledged and is there with its value, or was not acknowledged and is there. */
    void right() {
        right++;
    }

    /** An acknowledged sample that is not there. */
    void missing(String what) {
        if (missing++ < DESCRIBED) {
            described.add("missing: " + what);
        }
    }

    /** Something that nobody sent, or more often than it was sent, or in another order. */
    void wrong(String what) {
        if (wrong++ < DESCRIBED) {
            described.add("wrong: " + what);
        }
    }

    void add(Findings other) {
        right += other.right;
        missing += other.missing;
        wrong += other.wrong;
        other.described.stream().limit(DESCRIBED).forEach(described::add);
    }

    long rightSamples() {
        return right;
    }

    boolean isComplete() {
        return missing == 0;
    }

    boolean isSound() {
        return wrong == 0;
    }

    @Override
    public String toString() {
        return right + " right, " + missing + " missing, " + wrong + " wrong" + (described.isEmpty() ? "" : " ")
                + String.join("; ", described.stream().limit(2 * DESCRIBED).toList());
    }
}
