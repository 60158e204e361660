package io.millrace.promql.parse;

import io.millrace.promql.ast.AggregateExpr;
import io.millrace.promql.ast.Aggregator;
import io.millrace.promql.ast.BinaryExpr;
import io.millrace.promql.ast.BinaryOperator;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.FunctionSignature;
import io.millrace.promql.ast.Functions;
import io.millrace.promql.ast.NumberLiteral;
import io.millrace.promql.ast.ParenExpr;
import io.millrace.promql.ast.PositionRange;
import io.millrace.promql.ast.StringLiteral;
import io.millrace.promql.ast.UnaryExpr;
import io.millrace.promql.ast.VectorMatching;
import io.millrace.promql.format.GoString;
import io.millrace.promql.lex.StringLiterals;
import io.millrace.promql.lex.Token;
import io.millrace.promql.lex.TokenType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Expressions, by precedence climbing. From the weakest: {@code or}; {@code and unless}; comparisons and trims;
 * {@code + -}; {@code * / % atan2}; signs; {@code ^} (to the right); and what stands behind an expression: ranges,
 * {@code offset}, {@code @}, {@code anchored}, {@code smoothed}. So {@code -1 ^ 2} is {@code -(1 ^ 2)}.
 */
final class ExpressionParser {
    private static final int WEAKEST = 1;
    private static final int POWER = 6;

    private final TokenStream tokens;
    private final ParserOptions options;
    private final Depth depth = new Depth();
    private final SelectorParser selectors;
    private final Numbers numbers;
    private final ModifierParser modifiers;

    /** Height of the tree of the expression read last. */
    private int height;

    ExpressionParser(TokenStream tokens, ParserOptions options) {
        this.tokens = tokens;
        this.options = options;
        this.selectors = new SelectorParser(tokens);
        this.numbers = new Numbers(tokens);
        this.modifiers = new ModifierParser(tokens, numbers, new DurationParser(tokens, numbers, depth), options);
    }

    /** The whole query. */
    Expr query() {
        if (tokens.is(TokenType.EOF)) {
            throw tokens.error(PositionRange.NONE, "no expression found in input");
        }
        Expr expr = expression(WEAKEST);
        if (!tokens.is(TokenType.EOF)) {
            throw tokens.unexpected();
        }
        return expr;
    }

    private Expr nested() {
        depth.down(tokens);
        Expr expr = expression(WEAKEST);
        depth.up();
        return expr;
    }

    private Expr expression(int weakest) {
        Expr left = prefix();
        while (true) {
            BinaryOperator operator = operator(tokens.type());
            if (operator == null || strength(operator) < weakest) {
                return left;
            }
            int leftHeight = height;
            tokens.take();
            boolean returnBool = tokens.accept(TokenType.BOOL);
            VectorMatching matching = matching();
            int strength = strength(operator);
            if (strength == POWER) {
                depth.down(tokens);
            }
            Expr right = expression(strength == POWER ? POWER : strength + 1);
            if (strength == POWER) {
                depth.up();
            }
            left = new BinaryExpr(operator, left, right, matching, returnBool);
            if (matching.hasFill() && !options.fillModifiers()) {
                throw tokens.error(left.position(), "binop fill modifiers are experimental and not enabled");
            }
            height = depth.over(tokens, Math.max(leftHeight, height));
        }
    }

    private Expr prefix() {
        if (!tokens.is(TokenType.ADD) && !tokens.is(TokenType.SUB)) {
            return postfix(primary());
        }
        Token sign = tokens.take();
        boolean negative = sign.type() == TokenType.SUB;
        depth.down(tokens);
        Expr operand = expression(POWER);
        depth.up();
        int start = sign.position().start();
        if (operand instanceof NumberLiteral number) {
            return Numbers.signed(number, negative, start);
        }
        height = depth.over(tokens, height);
        return new UnaryExpr(
                negative, operand, new PositionRange(start, operand.position().end()));
    }

    private Expr postfix(Expr primary) {
        Expr expr = primary;
        while (modifiers.startsHere()) {
            expr = modifiers.apply(expr);
            height = depth.over(tokens, height);
        }
        return expr;
    }

    private Expr primary() {
        height = 1;
        Token token = tokens.current();
        switch (token.type()) {
            case LEFT_PAREN -> {
                tokens.take();
                Expr inner = nested();
                Token closing = tokens.expect(TokenType.RIGHT_PAREN);
                height = depth.over(tokens, height);
                return new ParenExpr(inner, PositionRange.between(token.position(), closing.position()));
            }
            case STRING -> {
                tokens.take();
                return new StringLiteral(StringLiterals.unquote(token.text()), token.position());
            }
            case NUMBER, DURATION -> {
                return numbers.literal();
            }
            case LEFT_BRACE -> {
                return selectors.selector();
            }
            default -> {}
        }
        TokenType following = tokens.following();
        boolean call = following == TokenType.LEFT_PAREN;
        if (token.type().isAggregator()) {
            return call || following == TokenType.BY || following == TokenType.WITHOUT
                    ? aggregation()
                    : selectors.selector();
        }
        if (call) {
            switch (token.type()) {
                case IDENTIFIER, START, END, STEP, RANGE, MIN_OF, MAX_OF -> {
                    return call();
                }
                default -> {}
            }
        }
        return selectors.selector();
    }

    // Calls and aggregations

    private Expr call() {
        Token name = tokens.take();
        List<Expr> arguments = arguments();
        FunctionSignature function = Functions.find(name.text());
        if (function == null) {
            throw tokens.error(name.position(), "unknown function with name " + GoString.quote(name.text()));
        }
        if (function.experimental() && !options.experimentalFunctions()) {
            throw tokens.error(name.position(), "function " + GoString.quote(name.text()) + " is not enabled");
        }
        return new Call(function, arguments, new PositionRange(name.position().start(), tokens.lastClosing()));
    }

    private List<Expr> arguments() {
        tokens.expect(TokenType.LEFT_PAREN);
        List<Expr> arguments = new ArrayList<>();
        int highest = 0;
        while (!tokens.is(TokenType.RIGHT_PAREN)) {
            arguments.add(nested());
            highest = Math.max(highest, height);
            Token comma = tokens.current();
            if (tokens.accept(TokenType.COMMA)) {
                if (!startsExpression() && !tokens.is(TokenType.ERROR)) {
                    throw tokens.error(comma.position(), "trailing commas not allowed in function call args");
                }
            } else if (!tokens.is(TokenType.RIGHT_PAREN)) {
                throw tokens.unexpected();
            }
        }
        tokens.take();
        height = depth.over(tokens, highest);
        return arguments;
    }

    private boolean startsExpression() {
        return switch (tokens.type()) {
            case LEFT_PAREN, LEFT_BRACE, STRING, NUMBER, DURATION, ADD, SUB -> true;
            default -> tokens.type().isMetricName();
        };
    }

    private Expr aggregation() {
        Token keyword = tokens.take();
        Aggregator aggregator = Aggregator.of(keyword.text().toLowerCase(Locale.ROOT));
        if (aggregator == null) {
            throw new IllegalStateException("no aggregation " + keyword);
        }
        tokens.enter("aggregation", "");
        Grouping grouping = grouping();
        List<Expr> arguments = arguments();
        if (grouping == null) {
            grouping = grouping();
        }
        if (grouping == null && tokens.is(TokenType.ERROR)) {
            throw tokens.unexpected();
        }
        tokens.leave();
        PositionRange position = new PositionRange(keyword.position().start(), tokens.lastClosing());
        if (arguments.isEmpty()) {
            throw tokens.error(position, "no arguments for aggregate expression provided");
        }
        if (aggregator.experimental() && !options.experimentalFunctions()) {
            throw tokens.error(
                    position,
                    aggregator.keyword()
                            + "() is experimental and must be enabled with --enable-feature=promql-experimental-functions");
        }
        int wanted = aggregator.hasParameter() ? 2 : 1;
        if (arguments.size() != wanted) {
            throw tokens.error(
                    position,
                    "wrong number of arguments for aggregate expression provided, expected " + wanted + ", got "
                            + arguments.size());
        }
        return new AggregateExpr(
                aggregator,
                arguments.get(wanted - 1),
                aggregator.hasParameter() ? arguments.get(0) : null,
                grouping == null ? List.of() : grouping.labels,
                grouping != null && grouping.without,
                position);
    }

    private record Grouping(List<String> labels, boolean without) {}

    private @Nullable Grouping grouping() {
        if (tokens.accept(TokenType.BY)) {
            return new Grouping(selectors.labelNames(), false);
        }
        if (tokens.accept(TokenType.WITHOUT)) {
            return new Grouping(selectors.labelNames(), true);
        }
        return null;
    }

    // Binary operators

    private VectorMatching matching() {
        boolean on = tokens.is(TokenType.ON);
        List<String> labels = List.of();
        List<String> include = List.of();
        VectorMatching.Cardinality cardinality = VectorMatching.Cardinality.ONE_TO_ONE;
        if (on || tokens.is(TokenType.IGNORING)) {
            tokens.take();
            labels = selectors.labelNames();
            boolean left = tokens.is(TokenType.GROUP_LEFT);
            if (left || tokens.is(TokenType.GROUP_RIGHT)) {
                tokens.take();
                cardinality = left ? VectorMatching.Cardinality.MANY_TO_ONE : VectorMatching.Cardinality.ONE_TO_MANY;
                boolean bare = !tokens.is(TokenType.LEFT_PAREN) && startsExpression();
                include = bare ? List.of() : selectors.labelNames();
            }
        }
        Double left = null;
        Double right = null;
        if (fillIs(TokenType.FILL)) {
            left = fillValue();
            right = left;
        } else if (fillIs(TokenType.FILL_LEFT)) {
            left = fillValue();
            right = fillIs(TokenType.FILL_RIGHT) ? (Double) fillValue() : null;
        } else if (fillIs(TokenType.FILL_RIGHT)) {
            right = fillValue();
            left = fillIs(TokenType.FILL_LEFT) ? (Double) fillValue() : null;
        }
        return new VectorMatching(cardinality, labels, on, include, left, right);
    }

    /** The words are modifiers before a parenthesis only, else names of metrics. */
    private boolean fillIs(TokenType type) {
        return tokens.is(type) && tokens.following() == TokenType.LEFT_PAREN;
    }

    private double fillValue() {
        tokens.take();
        tokens.expect(TokenType.LEFT_PAREN);
        double value = numbers.signed();
        tokens.expect(TokenType.RIGHT_PAREN);
        return value;
    }

    private static @Nullable BinaryOperator operator(TokenType type) {
        return switch (type) {
            case ADD -> BinaryOperator.ADD;
            case SUB -> BinaryOperator.SUB;
            case MUL -> BinaryOperator.MUL;
            case DIV -> BinaryOperator.DIV;
            case MOD -> BinaryOperator.MOD;
            case POW -> BinaryOperator.POW;
            case ATAN2 -> BinaryOperator.ATAN2;
            case EQL -> BinaryOperator.EQL;
            case NEQ -> BinaryOperator.NEQ;
            case LSS -> BinaryOperator.LSS;
            case GTR -> BinaryOperator.GTR;
            case LTE -> BinaryOperator.LTE;
            case GTE -> BinaryOperator.GTE;
            case TRIM_UPPER -> BinaryOperator.TRIM_UPPER;
            case TRIM_LOWER -> BinaryOperator.TRIM_LOWER;
            case AND -> BinaryOperator.AND;
            case OR -> BinaryOperator.OR;
            case UNLESS -> BinaryOperator.UNLESS;
            default -> null;
        };
    }

    private static int strength(BinaryOperator operator) {
        return switch (operator) {
            case OR -> WEAKEST;
            case AND, UNLESS -> 2;
            case EQL, NEQ, LSS, GTR, LTE, GTE, TRIM_UPPER, TRIM_LOWER -> 3;
            case ADD, SUB -> 4;
            case MUL, DIV, MOD, ATAN2 -> 5;
            case POW -> POWER;
        };
    }
}
