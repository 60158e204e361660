package io.millrace.promql.parse;

import io.millrace.promql.ast.AtModifier;
import io.millrace.promql.ast.DurationExpr;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.MatrixSelector;
import io.millrace.promql.ast.PositionRange;
import io.millrace.promql.ast.SubqueryExpr;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.ast.VectorSelector.Extension;
import io.millrace.promql.format.GoFloat;
import io.millrace.promql.lex.Token;
import io.millrace.promql.lex.TokenType;
import org.jspecify.annotations.Nullable;

/** What stands behind an expression: {@code [5m]}, {@code [1h:5m]}, {@code offset}, {@code @}, {@code anchored}. */
final class ModifierParser {
    private static final String DURATION = "number, duration, step(), or range()";

    /** Ten times the age of the universe in ms: sums of such times and durations do not overflow. */
    private static final double FARTHEST_MS = 4.4e18;

    private final TokenStream tokens;
    private final Numbers numbers;
    private final DurationParser durations;
    private final ParserOptions options;

    ModifierParser(TokenStream tokens, Numbers numbers, DurationParser durations, ParserOptions options) {
        this.tokens = tokens;
        this.numbers = numbers;
        this.durations = durations;
        this.options = options;
    }

    boolean startsHere() {
        return switch (tokens.type()) {
            case LEFT_BRACKET, OFFSET, AT, ANCHORED, SMOOTHED -> true;
            default -> false;
        };
    }

    Expr apply(Expr expr) {
        return switch (tokens.type()) {
            case LEFT_BRACKET -> brackets(expr);
            case OFFSET -> offset(expr);
            case AT -> at(expr);
            case ANCHORED, SMOOTHED -> extension(expr);
            default -> throw tokens.unexpected();
        };
    }

    /** Milliseconds, or an expression that is not known yet. */
    private record Time(long ms, @Nullable DurationExpr expression) {
        static final Time NONE = new Time(0, null);

        static Time of(DurationExpr duration) {
            return duration instanceof DurationExpr.Literal literal
                    ? new Time(Numbers.milliseconds(literal.number().value()), null)
                    : new Time(0, duration);
        }
    }

    private Expr brackets(Expr expr) {
        Token opening = tokens.take();
        tokens.enter("subquery or range selector", DURATION);
        Time range = Time.of(durations.positive());
        tokens.leave();
        if (tokens.accept(TokenType.COLON)) {
            return subquery(expr, range);
        }
        if (!tokens.is(TokenType.RIGHT_BRACKET)) {
            throw tokens.unexpected("subquery or range", "\":\" or \"]\"");
        }
        Token closing = tokens.take();
        PositionRange brackets = PositionRange.between(opening.position(), closing.position());
        if (!(expr instanceof VectorSelector selector)) {
            throw tokens.error(brackets, "ranges only allowed for vector selectors");
        }
        if (selector.offsetMs() != 0) {
            throw tokens.error(brackets, "no offset modifiers allowed before range");
        }
        if (selector.at() != null && selector.at().kind() == AtModifier.Kind.TIME) {
            throw tokens.error(brackets, "no @ modifiers allowed before range");
        }
        return new MatrixSelector(
                selector, range.ms, range.expression, PositionRange.between(expr.position(), closing.position()));
    }

    private Expr subquery(Expr expr, Time range) {
        Time step = Time.NONE;
        if (!tokens.is(TokenType.RIGHT_BRACKET)) {
            tokens.enter("subquery selector", DURATION.replace(", or", ",") + ", or \"]\"");
            step = Time.of(durations.positive());
            tokens.leave();
        }
        if (!tokens.is(TokenType.RIGHT_BRACKET)) {
            throw tokens.unexpected("subquery selector", "\"]\"");
        }
        Token closing = tokens.take();
        PositionRange position = PositionRange.between(expr.position(), closing.position());
        return new SubqueryExpr(expr, range.ms, range.expression, step.ms, step.expression, 0, null, null, position);
    }

    private Expr offset(Expr expr) {
        tokens.take();
        tokens.enter("offset", DURATION);
        Time offset = Time.of(durations.offset());
        tokens.leave();
        boolean set;
        if (expr instanceof VectorSelector selector) {
            set = selector.offsetMs() != 0 || selector.offset() != null;
        } else if (expr instanceof MatrixSelector matrix) {
            set = matrix.selector().offsetMs() != 0 || matrix.selector().offset() != null;
        } else if (expr instanceof SubqueryExpr subquery) {
            set = subquery.offsetMs() != 0 || subquery.offset() != null;
        } else {
            throw tokens.error(
                    expr.position(),
                    "offset modifier must be preceded by an instant vector selector or range vector selector"
                            + " or a subquery");
        }
        if (set) {
            throw tokens.error(expr.position(), "offset may not be set multiple times");
        }
        return changed(expr, offset, at(expr, false), extensionOf(expr), tokens.lastClosing());
    }

    private Expr at(Expr expr) {
        tokens.take();
        tokens.enter("@", "timestamp");
        AtModifier at;
        if (tokens.is(TokenType.START) || tokens.is(TokenType.END)) {
            at = tokens.take().type() == TokenType.START ? AtModifier.START : AtModifier.END;
            tokens.expect(TokenType.LEFT_PAREN);
            tokens.expect(TokenType.RIGHT_PAREN);
        } else {
            at = timestamp(expr, numbers.signed());
        }
        tokens.leave();
        at(expr, true);
        return changed(expr, offsetOf(expr), at, extensionOf(expr), tokens.lastClosing());
    }

    private AtModifier timestamp(Expr expr, double seconds) {
        if (Double.isNaN(seconds) || Math.abs(seconds) >= 0x1p63) {
            throw tokens.error(
                    expr.position(), "timestamp out of bounds for @ modifier: " + GoFloat.formatFixed(seconds, 6));
        }
        double ms = seconds * 1000;
        // Half away from zero, as Go rounds.
        return AtModifier.time((long) Math.max(
                -FARTHEST_MS, Math.min(FARTHEST_MS, Math.copySign(Math.floor(Math.abs(ms) + 0.5), ms))));
    }

    private Expr extension(Expr expr) {
        Token word = tokens.take();
        boolean anchored = word.type() == TokenType.ANCHORED;
        String name = anchored ? "anchored" : "smoothed";
        if (!options.extendedRangeSelectors()) {
            throw tokens.error(expr.position(), name + " modifier is experimental and not enabled");
        }
        if (expr instanceof SubqueryExpr) {
            throw tokens.error(expr.position(), name + " modifier is not supported for subqueries");
        }
        if (!(expr instanceof VectorSelector) && !(expr instanceof MatrixSelector)) {
            throw tokens.error(expr.position(), name + " modifier not implemented");
        }
        Extension extension = anchored ? Extension.ANCHORED : Extension.SMOOTHED;
        Extension previous = extensionOf(expr);
        if (previous != Extension.NONE && previous != extension) {
            throw tokens.error(expr.position(), "anchored and smoothed modifiers cannot be used together");
        }
        return changed(
                expr,
                offsetOf(expr),
                at(expr, false),
                extension,
                expr.position().end());
    }

    /** The {@code @} there already is; when there must be none, an error instead. */
    private @Nullable AtModifier at(Expr expr, boolean mustBeNone) {
        AtModifier at;
        if (expr instanceof VectorSelector selector) {
            at = selector.at();
        } else if (expr instanceof MatrixSelector matrix) {
            at = matrix.selector().at();
        } else if (expr instanceof SubqueryExpr subquery) {
            at = subquery.at();
        } else {
            throw tokens.error(
                    expr.position(),
                    "@ modifier must be preceded by an instant vector selector or range vector selector"
                            + " or a subquery");
        }
        if (mustBeNone && at != null) {
            throw tokens.error(expr.position(), "@ <timestamp> may not be set multiple times");
        }
        return at;
    }

    private static Time offsetOf(Expr expr) {
        if (expr instanceof SubqueryExpr subquery) {
            return new Time(subquery.offsetMs(), subquery.offset());
        }
        VectorSelector selector = selectorOf(expr);
        return new Time(selector.offsetMs(), selector.offset());
    }

    private static Extension extensionOf(Expr expr) {
        return expr instanceof SubqueryExpr ? Extension.NONE : selectorOf(expr).extension();
    }

    private static VectorSelector selectorOf(Expr expr) {
        return expr instanceof MatrixSelector matrix ? matrix.selector() : (VectorSelector) expr;
    }

    private static Expr changed(Expr expr, Time offset, @Nullable AtModifier at, Extension extension, int end) {
        PositionRange position = new PositionRange(expr.position().start(), end);
        if (expr instanceof SubqueryExpr s) {
            return new SubqueryExpr(
                    s.inner(),
                    s.rangeMs(),
                    s.range(),
                    s.stepMs(),
                    s.step(),
                    offset.ms,
                    offset.expression,
                    at,
                    position);
        }
        VectorSelector old = selectorOf(expr);
        boolean matrix = expr instanceof MatrixSelector;
        VectorSelector selector = new VectorSelector(
                old.name(),
                old.matchers(),
                offset.ms,
                offset.expression,
                at,
                extension,
                old.dataLabels(),
                matrix ? old.position() : position);
        return expr instanceof MatrixSelector m
                ? new MatrixSelector(selector, m.rangeMs(), m.range(), position)
                : selector;
    }
}
