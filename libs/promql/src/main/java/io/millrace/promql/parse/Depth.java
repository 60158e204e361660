package io.millrace.promql.parse;

/**
 * Bounds the depth of syntax trees: whatever walks them, recurses. Java's stacks are fixed, and a query must never
 * overflow one.
 */
final class Depth {
    /** Parentheses, calls, signs and the like within each other. */
    static final int MAX_NESTING = 200;

    /** From the root to the deepest leaf: a chain of operators is as deep as it is long. */
    static final int MAX_HEIGHT = 500;

    /** Operators of duration arithmetic in a query. */
    private static final int MAX_DURATION_OPERATORS = 500;

    private int nesting;
    private int durationOperators;

    /** One level deeper. */
    void down(TokenStream tokens) {
        if (++nesting > MAX_NESTING) {
            throw tokens.error(
                    tokens.current().position(),
                    "expression is nested too deeply, " + MAX_NESTING + " levels are the limit");
        }
    }

    int nesting() {
        return nesting;
    }

    void restore(int earlierNesting) {
        nesting = earlierNesting;
    }

    void up() {
        nesting--;
    }

    void chain(TokenStream tokens) {
        if (++durationOperators > MAX_DURATION_OPERATORS) {
            throw tooLong(tokens);
        }
    }

    /** The height of a node over children of that height. */
    int over(TokenStream tokens, int childHeight) {
        if (childHeight >= MAX_HEIGHT) {
            throw tooLong(tokens);
        }
        return childHeight + 1;
    }

    private static ParseException tooLong(TokenStream tokens) {
        return tokens.error(
                tokens.current().position(),
                "chain of operators is too long, " + MAX_HEIGHT + " are the limit; parentheses help");
    }
}
