package io.millrace.promql.print;

import io.millrace.model.Labels;
import io.millrace.promql.ast.AggregateExpr;
import io.millrace.promql.ast.AtModifier;
import io.millrace.promql.ast.BinaryExpr;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.DurationExpr;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.ExprVisitor;
import io.millrace.promql.ast.MatrixSelector;
import io.millrace.promql.ast.NumberLiteral;
import io.millrace.promql.ast.ParenExpr;
import io.millrace.promql.ast.StepInvariantExpr;
import io.millrace.promql.ast.StringLiteral;
import io.millrace.promql.ast.SubqueryExpr;
import io.millrace.promql.ast.UnaryExpr;
import io.millrace.promql.ast.VectorMatching;
import io.millrace.promql.ast.VectorMatching.Cardinality;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.format.Durations;
import io.millrace.promql.format.GoFloat;
import io.millrace.promql.format.GoString;
import io.millrace.promql.storage.Matcher;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes a tree as a query on one line, which parses to the same tree. */
public final class QueryPrinter {
    private QueryPrinter() {}

    public static String print(Expr expr) {
        Writer writer = new Writer();
        writer.write(expr);
        return writer.out.toString();
    }

    /** An aggregation without its arguments: {@code sum by (job) }. */
    static String head(AggregateExpr expr) {
        StringBuilder out = new StringBuilder(expr.aggregator().keyword());
        if (expr.without() || !expr.grouping().isEmpty()) {
            out.append(expr.without() ? " without (" : " by (");
            out.append(names(expr.grouping())).append(") ");
        }
        return out.toString();
    }

    /** An operator with its modifiers: {@code == bool on (job) group_left (team)}. */
    static String operator(BinaryExpr expr) {
        StringBuilder out = new StringBuilder(expr.operator().symbol());
        if (expr.returnBool()) {
            out.append(" bool");
        }
        VectorMatching matching = expr.matching();
        if (matching == null) {
            return out.toString();
        }
        boolean left = matching.cardinality() == Cardinality.MANY_TO_ONE;
        boolean grouped = left || matching.cardinality() == Cardinality.ONE_TO_MANY;
        if (!matching.labels().isEmpty() || matching.on() || grouped) {
            out.append(matching.on() ? " on (" : " ignoring (");
            out.append(names(matching.labels())).append(')');
        }
        if (grouped) {
            out.append(left ? " group_left (" : " group_right (");
            out.append(names(matching.include())).append(')');
        }
        if (matching.fillLeft() != null && Objects.equals(matching.fillLeft(), matching.fillRight())) {
            fill(out, " fill (", matching.fillLeft());
        } else {
            fill(out, " fill_left (", matching.fillLeft());
            fill(out, " fill_right (", matching.fillRight());
        }
        return out.toString();
    }

    private static void fill(StringBuilder out, String word, @Nullable Double value) {
        if (value != null) {
            out.append(word).append(GoFloat.formatG(value)).append(')');
        }
    }

    /** What stands behind the expression of a subquery: {@code [1h:5m] offset 1d}. */
    static String suffix(SubqueryExpr expr) {
        StringBuilder out = new StringBuilder("[");
        out.append(duration(expr.rangeMs(), expr.range())).append(':');
        if (expr.step() != null || expr.stepMs() != 0) {
            out.append(duration(expr.stepMs(), expr.step()));
        }
        return out.append(']')
                .append(at(expr.at()))
                .append(offset(expr.offsetMs(), expr.offset()))
                .toString();
    }

    private static String names(List<String> names) {
        return names.stream().map(QueryPrinter::name).collect(Collectors.joining(", "));
    }

    private static String name(String name) {
        return isPlainName(name) ? name : GoString.quote(name);
    }

    /** Whether a name needs no quotes; colons are legal where only labels stand. */
    private static boolean isPlainName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':';
            if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static String at(@Nullable AtModifier at) {
        if (at == null) {
            return "";
        }
        return switch (at.kind()) {
            case TIME -> " @ " + GoFloat.formatFixed(at.timestampMs() / 1000.0, 3);
            case START -> " @ start()";
            case END -> " @ end()";
        };
    }

    private static String offset(long offsetMs, @Nullable DurationExpr offset) {
        return offsetMs == 0 && offset == null ? "" : " offset " + duration(offsetMs, offset);
    }

    private static String extension(VectorSelector selector) {
        return switch (selector.extension()) {
            case NONE -> "";
            case ANCHORED -> " anchored";
            case SMOOTHED -> " smoothed";
        };
    }

    private static String duration(long ms, @Nullable DurationExpr duration) {
        return duration == null ? Durations.format(ms) : print(duration);
    }

    private static String print(DurationExpr duration) {
        if (duration instanceof DurationExpr.Literal literal) {
            return print(literal.number());
        }
        if (duration instanceof DurationExpr.Step) {
            return "step()";
        }
        if (duration instanceof DurationExpr.Range) {
            return "range()";
        }
        if (duration instanceof DurationExpr.Paren paren) {
            return "(" + print(paren.inner()) + ")";
        }
        if (duration instanceof DurationExpr.Sign sign) {
            return (sign.negative() ? "-" : "") + print(sign.operand());
        }
        if (duration instanceof DurationExpr.Extreme extreme) {
            return (extreme.max() ? "max_of(" : "min_of(") + print(extreme.left()) + ", " + print(extreme.right())
                    + ")";
        }
        DurationExpr.Binary binary = (DurationExpr.Binary) duration;
        return print(binary.left()) + " " + binary.operator().symbol() + " " + print(binary.right());
    }

    private static final class Writer implements ExprVisitor<Writer> {
        private final StringBuilder out = new StringBuilder();

        private void write(Expr expr) {
            expr.accept(this);
        }

        @Override
        public Writer visitAggregate(AggregateExpr expr) {
            out.append(head(expr)).append('(');
            if (expr.parameter() != null) {
                write(expr.parameter());
                out.append(", ");
            }
            write(expr.operand());
            out.append(')');
            return this;
        }

        @Override
        public Writer visitBinary(BinaryExpr expr) {
            write(expr.left());
            out.append(' ').append(operator(expr)).append(' ');
            write(expr.right());
            return this;
        }

        @Override
        public Writer visitCall(Call expr) {
            out.append(expr.function().name()).append('(');
            for (int i = 0; i < expr.arguments().size(); i++) {
                if (i > 0) {
                    out.append(", ");
                }
                write(expr.arguments().get(i));
            }
            out.append(')');
            return this;
        }

        @Override
        public Writer visitMatrixSelector(MatrixSelector expr) {
            VectorSelector selector = expr.selector();
            series(selector);
            out.append('[').append(duration(expr.rangeMs(), expr.range())).append(']');
            out.append(extension(selector)).append(at(selector.at()));
            out.append(offset(selector.offsetMs(), selector.offset()));
            return this;
        }

        @Override
        public Writer visitNumber(NumberLiteral expr) {
            out.append(print(expr));
            return this;
        }

        @Override
        public Writer visitParen(ParenExpr expr) {
            out.append('(');
            write(expr.inner());
            out.append(')');
            return this;
        }

        @Override
        public Writer visitStepInvariant(StepInvariantExpr expr) {
            write(expr.inner());
            return this;
        }

        @Override
        public Writer visitString(StringLiteral expr) {
            out.append(GoString.quote(expr.value()));
            return this;
        }

        @Override
        public Writer visitSubquery(SubqueryExpr expr) {
            write(expr.inner());
            out.append(suffix(expr));
            return this;
        }

        @Override
        public Writer visitUnary(UnaryExpr expr) {
            out.append(expr.negative() ? '-' : '+');
            write(expr.operand());
            return this;
        }

        @Override
        public Writer visitVectorSelector(VectorSelector expr) {
            series(expr);
            out.append(at(expr.at())).append(extension(expr)).append(offset(expr.offsetMs(), expr.offset()));
            return this;
        }

        private void series(VectorSelector selector) {
            out.append(selector.name());
            String conditions = selector.matchers().stream()
                    .filter(matcher -> !isName(selector, matcher))
                    .map(Matcher::toString)
                    .sorted(Labels::compareUtf8)
                    .collect(Collectors.joining(","));
            if (!conditions.isEmpty() || selector.name().isEmpty()) {
                out.append('{').append(conditions).append('}');
            }
        }

        private static boolean isName(VectorSelector selector, Matcher matcher) {
            return !selector.name().isEmpty()
                    && matcher.type() == Matcher.Type.EQ
                    && matcher.name().equals(Labels.METRIC_NAME)
                    && matcher.value().equals(selector.name());
        }
    }

    private static String print(NumberLiteral number) {
        return number.duration() ? Durations.format((long) (number.value() * 1000)) : GoFloat.formatF(number.value());
    }
}
