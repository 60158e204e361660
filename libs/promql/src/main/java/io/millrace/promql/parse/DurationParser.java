package io.millrace.promql.parse;

import io.millrace.promql.ast.BinaryOperator;
import io.millrace.promql.ast.DurationExpr;
import io.millrace.promql.ast.NumberLiteral;
import io.millrace.promql.ast.PositionRange;
import io.millrace.promql.lex.Token;
import io.millrace.promql.lex.TokenType;
import org.jspecify.annotations.Nullable;

/** Durations and their arithmetic, in brackets and after {@code offset}. */
final class DurationParser {
    private static final int ADDITIVE = 1;
    private static final int MULTIPLICATIVE = 2;
    private static final int POWER = 3;

    private final TokenStream tokens;
    private final Numbers numbers;
    private final Depth depth;

    DurationParser(TokenStream tokens, Numbers numbers, Depth depth) {
        this.tokens = tokens;
        this.numbers = numbers;
        this.depth = depth;
    }

    boolean startsHere() {
        return switch (tokens.type()) {
            case NUMBER, DURATION, ADD, SUB, LEFT_PAREN, STEP, RANGE, MIN_OF, MAX_OF -> true;
            default -> false;
        };
    }

    /** A range or step: greater than 0 where that can be told. */
    DurationExpr positive() {
        DurationExpr duration = expression(ADDITIVE);
        if (duration instanceof DurationExpr.Literal literal && literal.number().value() <= 0) {
            throw tokens.error(literal.position(), "duration must be greater than 0");
        }
        return duration;
    }

    /**
     * What follows {@code offset}. An operator behind it belongs to the expression around, {@code x offset -1m ^ 2} being
     * {@code (x offset -1m) ^ 2}; only behind parentheses it goes on with the duration if it can.
     */
    DurationExpr offset() {
        if (tokens.is(TokenType.LEFT_PAREN)) {
            int closing = tokens.lastClosing();
            int place = tokens.place();
            int nesting = depth.nesting();
            try {
                return expression(ADDITIVE);
            } catch (ParseException e) {
                tokens.goBack(place, closing);
                depth.restore(nesting);
                return primary();
            }
        }
        if (tokens.is(TokenType.ADD) || tokens.is(TokenType.SUB)) {
            Token sign = tokens.take();
            depth.down(tokens);
            DurationExpr operand = tokens.is(TokenType.LEFT_PAREN) ? primary() : offset();
            depth.up();
            return signed(sign, operand);
        }
        return primary();
    }

    private DurationExpr expression(int weakest) {
        DurationExpr left = prefix();
        while (true) {
            BinaryOperator operator = operator(tokens.type());
            if (operator == null || strength(operator) < weakest) {
                return left;
            }
            Token sign = tokens.take();
            int strength = strength(operator);
            DurationExpr right = expression(strength == POWER ? strength : strength + 1);
            if (right instanceof DurationExpr.Literal literal
                    && literal.number().value() == 0) {
                if (operator == BinaryOperator.DIV) {
                    throw tokens.error(sign.position(), "division by zero");
                }
                if (operator == BinaryOperator.MOD) {
                    throw tokens.error(sign.position(), "modulo by zero");
                }
            }
            left = new DurationExpr.Binary(operator, left, right);
            depth.chain(tokens);
        }
    }

    private DurationExpr prefix() {
        if (!tokens.is(TokenType.ADD) && !tokens.is(TokenType.SUB)) {
            return primary();
        }
        Token sign = tokens.take();
        depth.down(tokens);
        DurationExpr operand = expression(POWER);
        depth.up();
        return signed(sign, operand);
    }

    private DurationExpr signed(Token sign, DurationExpr operand) {
        boolean negative = sign.type() == TokenType.SUB;
        int start = sign.position().start();
        if (operand instanceof DurationExpr.Literal literal) {
            NumberLiteral number = Numbers.signed(literal.number(), negative, start);
            return new DurationExpr.Literal(numbers.inRange(number, sign.position()));
        }
        return negative
                ? new DurationExpr.Sign(
                        true,
                        operand,
                        new PositionRange(start, operand.position().end()))
                : operand;
    }

    private DurationExpr primary() {
        Token token = tokens.current();
        switch (token.type()) {
            case NUMBER, DURATION -> {
                NumberLiteral number = numbers.literal();
                return new DurationExpr.Literal(numbers.inRange(number, number.position()));
            }
            case STEP, RANGE -> {
                tokens.take();
                tokens.expect(TokenType.LEFT_PAREN);
                Token closing = tokens.expect(TokenType.RIGHT_PAREN);
                PositionRange position = PositionRange.between(token.position(), closing.position());
                return token.type() == TokenType.STEP
                        ? new DurationExpr.Step(position)
                        : new DurationExpr.Range(position);
            }
            case MIN_OF, MAX_OF -> {
                return extreme();
            }
            case LEFT_PAREN -> {
                return parentheses();
            }
            default -> throw tokens.unexpected();
        }
    }

    private DurationExpr extreme() {
        Token name = tokens.take();
        tokens.expect(TokenType.LEFT_PAREN);
        depth.down(tokens);
        DurationExpr left = expression(ADDITIVE);
        tokens.expect(TokenType.COMMA);
        DurationExpr right = expression(ADDITIVE);
        depth.up();
        Token closing = tokens.expect(TokenType.RIGHT_PAREN);
        return new DurationExpr.Extreme(
                name.type() == TokenType.MAX_OF,
                left,
                right,
                PositionRange.between(name.position(), closing.position()));
    }

    private DurationExpr parentheses() {
        Token opening = tokens.take();
        depth.down(tokens);
        DurationExpr inner = expression(ADDITIVE);
        depth.up();
        Token closing = tokens.expect(TokenType.RIGHT_PAREN);
        return inner instanceof DurationExpr.Literal
                ? inner
                : new DurationExpr.Paren(inner, PositionRange.between(opening.position(), closing.position()));
    }

    private static @Nullable BinaryOperator operator(TokenType type) {
        return switch (type) {
            case ADD -> BinaryOperator.ADD;
            case SUB -> BinaryOperator.SUB;
            case MUL -> BinaryOperator.MUL;
            case DIV -> BinaryOperator.DIV;
            case MOD -> BinaryOperator.MOD;
            case POW -> BinaryOperator.POW;
            default -> null;
        };
    }

    private static int strength(BinaryOperator operator) {
        return switch (operator) {
            case ADD, SUB -> ADDITIVE;
            case POW -> POWER;
            default -> MULTIPLICATIVE;
        };
    }
}
