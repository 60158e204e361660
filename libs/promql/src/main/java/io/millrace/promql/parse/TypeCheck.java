package io.millrace.promql.parse;

import io.millrace.model.Labels;
import io.millrace.promql.ast.AggregateExpr;
import io.millrace.promql.ast.BinaryExpr;
import io.millrace.promql.ast.BinaryOperator;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.ExprVisitor;
import io.millrace.promql.ast.FunctionSignature;
import io.millrace.promql.ast.MatrixSelector;
import io.millrace.promql.ast.NumberLiteral;
import io.millrace.promql.ast.ParenExpr;
import io.millrace.promql.ast.PositionRange;
import io.millrace.promql.ast.StepInvariantExpr;
import io.millrace.promql.ast.StringLiteral;
import io.millrace.promql.ast.SubqueryExpr;
import io.millrace.promql.ast.UnaryExpr;
import io.millrace.promql.ast.ValueType;
import io.millrace.promql.ast.VectorMatching;
import io.millrace.promql.ast.VectorMatching.Cardinality;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.format.GoString;
import io.millrace.promql.storage.Matcher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks types and whatever else the grammar does not say, and gives the tree in its final form: matching only between
 * vectors, many-to-many for set operators, the second argument of {@code info} marked.
 */
final class TypeCheck implements ExprVisitor<Expr> {
    private final TokenStream tokens;
    private final byte[] query;

    TypeCheck(TokenStream tokens) {
        this.tokens = tokens;
        this.query = tokens.query().getBytes(StandardCharsets.UTF_8);
    }

    Expr check(Expr expr) {
        return expr.accept(this);
    }

    private Expr expect(Expr expr, ValueType wanted, String context) {
        Expr checked = check(expr);
        if (checked.type() != wanted) {
            throw wrongType(expr.position(), wanted, context, checked.type());
        }
        return checked;
    }

    private ParseException wrongType(PositionRange position, ValueType wanted, String context, ValueType got) {
        return tokens.error(
                position,
                "expected type " + wanted.documentedName() + " in " + context + ", got " + got.documentedName());
    }

    @Override
    public Expr visitAggregate(AggregateExpr expr) {
        Expr operand = expect(expr.operand(), ValueType.VECTOR, "aggregation expression");
        if (expr.parameter() == null) {
            return expr.withChildren(List.of(operand));
        }
        Expr parameter = expect(expr.parameter(), expr.aggregator().parameterType(), "aggregation parameter");
        return expr.withChildren(List.of(operand, parameter));
    }

    @Override
    public Expr visitBinary(BinaryExpr expr) {
        Expr left = check(expr.left());
        Expr right = check(expr.right());
        ValueType leftType = left.type();
        ValueType rightType = right.type();
        BinaryOperator operator = expr.operator();
        VectorMatching matching = expr.matching() == null ? VectorMatching.ONE_TO_ONE : expr.matching();

        if (expr.returnBool() && !operator.isComparison()) {
            throw tokens.error(operatorPosition(expr), "bool modifier can only be used on comparison operators");
        }
        if (operator.isComparison()
                && !expr.returnBool()
                && leftType == ValueType.SCALAR
                && rightType == ValueType.SCALAR) {
            throw tokens.error(operatorPosition(expr), "comparisons between scalars must use BOOL modifier");
        }
        if (matching.on()) {
            for (String label : matching.labels()) {
                if (matching.include().contains(label)) {
                    throw tokens.error(
                            operatorPosition(expr),
                            "label " + GoString.quote(label) + " must not occur in ON and GROUP clause at once");
                }
            }
        }
        for (Expr side : List.of(left, right)) {
            if (side.type() != ValueType.SCALAR && side.type() != ValueType.VECTOR) {
                throw tokens.error(
                        side.position(), "binary expression must contain only scalar and instant vector types");
            }
        }
        return new BinaryExpr(operator, left, right, matching(expr, matching, leftType, rightType), expr.returnBool());
    }

    private @Nullable VectorMatching matching(
            BinaryExpr expr, VectorMatching matching, ValueType left, ValueType right) {
        String operator = GoString.quote(expr.operator().symbol());
        if (left != ValueType.VECTOR || right != ValueType.VECTOR) {
            if (!matching.labels().isEmpty()) {
                throw tokens.error(expr.position(), "vector matching only allowed between instant vectors");
            }
            if (matching.hasFill()) {
                throw tokens.error(expr.position(), "filling in missing series only allowed between instant vectors");
            }
            if (expr.operator().isSet()) {
                throw tokens.error(
                        expr.position(), "set operator " + operator + " not allowed in binary scalar expression");
            }
            return null;
        }
        if (!expr.operator().isSet()) {
            return matching;
        }
        if (matching.cardinality() != Cardinality.ONE_TO_ONE) {
            throw tokens.error(expr.position(), "no grouping allowed for " + operator + " operation");
        }
        if (matching.hasFill()) {
            throw tokens.error(expr.position(), "filling in missing series not allowed for set operators");
        }
        return new VectorMatching(
                Cardinality.MANY_TO_MANY, matching.labels(), matching.on(), matching.include(), null, null);
    }

    /** The operator with its modifiers. */
    private PositionRange operatorPosition(BinaryExpr expr) {
        int start = expr.left().position().end();
        int end = expr.right().position().start() - 1;
        while (isSpace(query[start])) {
            start++;
        }
        while (end > start && isSpace(query[end])) {
            end--;
        }
        return new PositionRange(start, end);
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\n' || b == '\r';
    }

    @Override
    public Expr visitCall(Call expr) {
        FunctionSignature function = expr.function();
        int given = expr.arguments().size();
        int known = function.argumentTypes().size();
        String name = GoString.quote(function.name());
        if (function.variadic() == 0) {
            checkCount(expr, known == given, "expected " + known, name);
        } else {
            checkCount(expr, given >= known - 1, "expected at least " + (known - 1), name);
            int most = known - 1 + function.variadic();
            checkCount(expr, function.variadic() < 0 || given <= most, "expected at most " + most, name);
        }
        String context = "call to function " + name;
        boolean info = function.name().equals("info");
        List<Expr> arguments = new ArrayList<>(given);
        if (info && given > 1) {
            checkDataLabels(expr, expr.arguments().get(1), context);
        }
        for (int i = 0; i < given; i++) {
            Expr argument = expr.arguments().get(i);
            ValueType type = function.argumentTypes().get(Math.min(i, known - 1));
            if (info && i == 1 && argument instanceof VectorSelector selector) {
                argument = dataLabels(selector);
            }
            arguments.add(expect(argument, type, context));
        }
        return expr.withChildren(arguments);
    }

    private void checkCount(Call call, boolean sound, String expected, String name) {
        if (!sound) {
            throw tokens.error(
                    call.position(),
                    expected + " argument(s) in call to " + name + ", got "
                            + call.arguments().size());
        }
    }

    private void checkDataLabels(Call call, Expr argument, String context) {
        if (argument.type() != ValueType.VECTOR) {
            throw wrongType(call.position(), ValueType.VECTOR, context, argument.type());
        }
        if (!(argument instanceof VectorSelector selector)) {
            throw tokens.error(argument.position(), "expected label selectors only");
        }
        if (!selector.name().isEmpty()) {
            throw tokens.error(argument.position(), "expected label selectors only, got vector selector instead");
        }
    }

    private static VectorSelector dataLabels(VectorSelector s) {
        return new VectorSelector(
                s.name(), s.matchers(), s.offsetMs(), s.offset(), s.at(), s.extension(), true, s.position());
    }

    @Override
    public Expr visitMatrixSelector(MatrixSelector expr) {
        visitVectorSelector(expr.selector());
        return expr;
    }

    @Override
    public Expr visitNumber(NumberLiteral expr) {
        return expr;
    }

    @Override
    public Expr visitParen(ParenExpr expr) {
        return expr.withChildren(List.of(check(expr.inner())));
    }

    @Override
    public Expr visitStepInvariant(StepInvariantExpr expr) {
        return expr.withChildren(List.of(check(expr.inner())));
    }

    @Override
    public Expr visitString(StringLiteral expr) {
        return expr;
    }

    @Override
    public Expr visitSubquery(SubqueryExpr expr) {
        Expr inner = check(expr.inner());
        if (inner.type() != ValueType.VECTOR) {
            throw tokens.error(
                    expr.position(),
                    "subquery is only allowed on instant vector, got "
                            + inner.type().typeName() + " instead");
        }
        return expr.withChildren(List.of(inner));
    }

    @Override
    public Expr visitUnary(UnaryExpr expr) {
        Expr operand = check(expr.operand());
        if (operand.type() != ValueType.SCALAR && operand.type() != ValueType.VECTOR) {
            throw tokens.error(
                    expr.position(),
                    "unary expression only allowed on expressions of type scalar or instant vector, got "
                            + GoString.quote(operand.type().documentedName()));
        }
        return expr.withChildren(List.of(operand));
    }

    @Override
    public Expr visitVectorSelector(VectorSelector expr) {
        List<Matcher> matchers = expr.matchers();
        if (!expr.name().isEmpty()) {
            for (Matcher matcher : matchers.subList(0, matchers.size() - 1)) {
                if (matcher.name().equals(Labels.METRIC_NAME)) {
                    throw tokens.error(
                            expr.position(),
                            "metric name must not be set twice: " + GoString.quote(expr.name()) + " or "
                                    + GoString.quote(matcher.value()));
                }
            }
        } else if (!expr.dataLabels() && matchers.stream().allMatch(matcher -> matcher.matches(""))) {
            throw tokens.error(expr.position(), "vector selector must contain at least one non-empty matcher");
        }
        return expr;
    }
}
