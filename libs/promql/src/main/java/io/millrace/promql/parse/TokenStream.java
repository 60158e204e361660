package io.millrace.promql.parse;

import io.millrace.promql.ast.PositionRange;
import io.millrace.promql.lex.Lexer;
import io.millrace.promql.lex.Token;
import io.millrace.promql.lex.TokenType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The tokens of a query with a place in them, and the errors of a parse. A token that fits nowhere is reported "in" the
 * innermost construct that has a message of its own ({@link #enter}). Not thread-safe.
 */
final class TokenStream {
    private record Construct(String name, String expected) {}

    private final String query;
    private final List<Token> tokens;
    private final Deque<Construct> constructs = new ArrayDeque<>();
    private int place;
    private int lastClosing;

    TokenStream(String query) {
        this.query = query;
        this.tokens = Lexer.tokens(query);
    }

    TokenType type() {
        return tokens.get(place).type();
    }

    Token current() {
        return tokens.get(place);
    }

    /** The type of the token after the current one. */
    TokenType following() {
        return tokens.get(Math.min(place + 1, tokens.size() - 1)).type();
    }

    /** Takes the current token and goes on; stays at the end. */
    Token take() {
        Token token = tokens.get(place);
        switch (token.type()) {
            case RIGHT_BRACE, RIGHT_PAREN, RIGHT_BRACKET, DURATION, NUMBER ->
                lastClosing = token.position().end();
            default -> {}
        }
        if (place < tokens.size() - 1) {
            place++;
        }
        return token;
    }

    boolean is(TokenType type) {
        return type() == type;
    }

    boolean accept(TokenType type) {
        if (type() != type) {
            return false;
        }
        take();
        return true;
    }

    Token expect(TokenType type) {
        if (type() != type) {
            throw unexpected();
        }
        return take();
    }

    /** End of the last token taken that can close an expression: a bracket, a number, a duration. */
    int lastClosing() {
        return lastClosing;
    }

    int place() {
        return place;
    }

    void goBack(int earlierPlace, int earlierClosing) {
        place = earlierPlace;
        lastClosing = earlierClosing;
    }

    /** Says what a token out of place is in from now on, and what was expected; "" for nothing. */
    void enter(String construct, String expected) {
        constructs.push(new Construct(construct, expected));
    }

    void leave() {
        constructs.pop();
    }

    /** The current token is out of place. */
    ParseException unexpected() {
        Construct construct = constructs.peek();
        return construct == null ? unexpected("", "") : unexpected(construct.name, construct.expected);
    }

    ParseException unexpected(String construct, String expected) {
        Token token = current();
        if (token.type() == TokenType.ERROR) {
            return error(token.position(), token.text());
        }
        StringBuilder reason = new StringBuilder("unexpected ").append(token.description());
        if (!construct.isEmpty()) {
            reason.append(" in ").append(construct);
        }
        if (!expected.isEmpty()) {
            reason.append(", expected ").append(expected);
        }
        return error(token.position(), reason.toString());
    }

    ParseException error(PositionRange position, String reason) {
        return new ParseException(query, position, reason);
    }

    /** The text of the query. */
    String query() {
        return query;
    }
}
