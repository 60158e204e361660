package io.millrace.promql.lex;

import io.millrace.promql.ast.PositionRange;
import io.millrace.promql.format.GoString;

/**
 * A piece of a query.
 *
 * @param text as it stands in the query; the message of an {@link TokenType#ERROR}
 */
public record Token(TokenType type, String text, PositionRange position) {
    private static final int LONGEST_SHOWN = 10;

    /** As messages call the token. */
    public String description() {
        return switch (type) {
            case EOF -> type.text();
            case ERROR, IDENTIFIER, METRIC_IDENTIFIER, STRING, NUMBER, DURATION -> type.text() + " " + shown();
            default -> shown();
        };
    }

    private String shown() {
        switch (type) {
            case ERROR -> {
                return text;
            }
            case IDENTIFIER, METRIC_IDENTIFIER -> {
                return GoString.quote(text);
            }
            default -> {}
        }
        return switch (type.group()) {
            case KEYWORD -> "<" + text + ">";
            case OPERATOR -> "<op:" + text + ">";
            case AGGREGATOR -> "<aggr:" + text + ">";
            case VARIABLE, PUNCTUATION, PREPROCESSOR ->
                text.codePointCount(0, text.length()) > LONGEST_SHOWN
                        ? GoString.quoteFirst(text, LONGEST_SHOWN) + "..."
                        : GoString.quote(text);
        };
    }
}
