package io.millrace.promql.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the series of two vectors find each other.
 *
 * @param cardinality how many series of each side may share a match group
 * @param labels of {@code on} or {@code ignoring}
 * @param on whether {@code labels} are the ones to match by, rather than the ones to leave out
 * @param include labels of {@code group_left} or {@code group_right} to take over from the "one" side
 * @param fillLeft value for a missing sample on the left, null for none
 * @param fillRight value for a missing sample on the right, null for none
 */
public record VectorMatching(
        Cardinality cardinality,
        List<String> labels,
        boolean on,
        List<String> include,
        @Nullable Double fillLeft,
        @Nullable Double fillRight) {

    /** Of an operator without modifiers. */
    public static final VectorMatching ONE_TO_ONE =
            new VectorMatching(Cardinality.ONE_TO_ONE, List.of(), false, List.of(), null, null);

    public VectorMatching {
        labels = List.copyOf(labels);
        include = List.copyOf(include);
    }

    /** How many series of the left side match how many of the right side. */
    public enum Cardinality {
        ONE_TO_ONE("one-to-one"),
        MANY_TO_ONE("many-to-one"),
        ONE_TO_MANY("one-to-many"),
        MANY_TO_MANY("many-to-many");

        private final String text;

        Cardinality(String text) {
            this.text = text;
        }

        /** As in messages and in the tree of the HTTP API. */
        public String text() {
            return text;
        }
    }

    public boolean hasFill() {
        return fillLeft != null || fillRight != null;
    }
}
