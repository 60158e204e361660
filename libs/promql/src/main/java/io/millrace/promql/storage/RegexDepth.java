package io.millrace.promql.storage;

import com.google.re2j.PatternSyntaxException;

/**
 * Refuses regular expressions that nest deeper than RE2 allows. The library that reads them does not look, and would use up
 * the stack.
 */
public final class RegexDepth {
    /** As in Go's {@code regexp/syntax}. */
    private static final int DEEPEST = 1000;

    private RegexDepth() {}

    /** @throws PatternSyntaxException when there are more than 1000 parentheses around anything */
    public static void check(String expression) {
        int depth = 0;
        boolean inClass = false;
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            if (c == '\\') {
                i++;
            } else if (inClass) {
                inClass = c != ']';
            } else if (c == '[') {
                inClass = true;
            } else if (c == '(') {
                if (++depth > DEEPEST) {
                    throw new PatternSyntaxException("expression nests too deeply", expression);
                }
            } else if (c == ')') {
                depth--;
            }
        }
    }
}
