package io.millrace.promql.parse;

import io.millrace.promql.ast.NumberLiteral;
import io.millrace.promql.ast.PositionRange;
import io.millrace.promql.format.Durations;
import io.millrace.promql.format.GoFloat;
import io.millrace.promql.format.GoInteger;
import io.millrace.promql.lex.Token;
import io.millrace.promql.lex.TokenType;
import java.util.OptionalLong;

/** Numbers and durations, which are interchangeable. */
final class Numbers {
    /** Seconds that fit into nanoseconds of 64 bits. */
    private static final double LONGEST_SECONDS = 0x1p63 / 1e9;

    private final TokenStream tokens;

    Numbers(TokenStream tokens) {
        this.tokens = tokens;
    }

    boolean startsHere() {
        return tokens.is(TokenType.NUMBER) || tokens.is(TokenType.DURATION);
    }

    NumberLiteral literal() {
        Token token = tokens.take();
        if (token.type() == TokenType.NUMBER) {
            return new NumberLiteral(number(token), false, token.position());
        }
        try {
            return new NumberLiteral(Durations.parse(token.text()) / 1000.0, true, token.position());
        } catch (IllegalArgumentException e) {
            throw tokens.error(token.position(), String.valueOf(e.getMessage()));
        }
    }

    private double number(Token token) {
        OptionalLong integer = GoInteger.parse(token.text());
        if (integer.isPresent()) {
            return integer.getAsLong();
        }
        try {
            return GoFloat.parse(token.text());
        } catch (NumberFormatException e) {
            throw tokens.error(token.position(), "error parsing number: " + e.getMessage());
        }
    }

    /** A number or duration with an optional sign. */
    double signed() {
        boolean negative = tokens.is(TokenType.SUB);
        if (negative || tokens.is(TokenType.ADD)) {
            tokens.take();
        }
        if (!startsHere()) {
            throw tokens.unexpected();
        }
        double value = literal().value();
        return negative ? -value : value;
    }

    /** The literal with a sign before it. */
    static NumberLiteral signed(NumberLiteral number, boolean negative, int start) {
        PositionRange position = new PositionRange(start, number.position().end());
        return new NumberLiteral(negative ? -number.value() : number.value(), number.duration(), position);
    }

    /** The literal, if it can be a duration. */
    NumberLiteral inRange(NumberLiteral number, PositionRange position) {
        if (number.value() > LONGEST_SECONDS || number.value() < -LONGEST_SECONDS) {
            throw tokens.error(position, "duration out of range");
        }
        return number;
    }

    /** Seconds to milliseconds, rounded to nanoseconds and then cut off. */
    static long milliseconds(double seconds) {
        return Math.round(seconds * 1e9) / 1_000_000;
    }
}
