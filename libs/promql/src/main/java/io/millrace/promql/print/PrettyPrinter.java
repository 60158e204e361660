package io.millrace.promql.print;

import io.millrace.promql.ast.AggregateExpr;
import io.millrace.promql.ast.BinaryExpr;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.ExprVisitor;
import io.millrace.promql.ast.MatrixSelector;
import io.millrace.promql.ast.NumberLiteral;
import io.millrace.promql.ast.ParenExpr;
import io.millrace.promql.ast.StepInvariantExpr;
import io.millrace.promql.ast.StringLiteral;
import io.millrace.promql.ast.SubqueryExpr;
import io.millrace.promql.ast.UnaryExpr;
import io.millrace.promql.ast.VectorSelector;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * Writes a tree as an indented query, as {@code /api/v1/format_query} answers: what fits into
 * {@value #LONGEST_LINE} bytes stays on its line.
 */
public final class PrettyPrinter {
    private static final int LONGEST_LINE = 100;
    private static final String INDENT = "  ";

    private PrettyPrinter() {}

    public static String print(Expr expr) {
        return expr.accept(new Level(0));
    }

    /** Writes expressions at one depth. */
    private record Level(int depth) implements ExprVisitor<String> {
        private String indent() {
            return INDENT.repeat(depth);
        }

        private String deeper(Expr expr) {
            return expr.accept(new Level(depth + 1));
        }

        private String line(Expr expr) {
            return indent() + QueryPrinter.print(expr);
        }

        private static boolean fits(Expr expr) {
            return QueryPrinter.print(expr).getBytes(StandardCharsets.UTF_8).length <= LONGEST_LINE;
        }

        @Override
        public String visitAggregate(AggregateExpr expr) {
            if (fits(expr)) {
                return line(expr);
            }
            String parameter = expr.parameter() == null ? "" : deeper(expr.parameter()) + ",\n";
            return indent() + QueryPrinter.head(expr) + "(\n" + parameter + deeper(expr.operand()) + "\n" + indent()
                    + ")";
        }

        @Override
        public String visitBinary(BinaryExpr expr) {
            if (fits(expr)) {
                return line(expr);
            }
            return deeper(expr.left()) + "\n" + indent() + QueryPrinter.operator(expr) + "\n" + deeper(expr.right());
        }

        @Override
        public String visitCall(Call expr) {
            if (fits(expr)) {
                return line(expr);
            }
            String arguments = expr.arguments().stream().map(this::deeper).collect(Collectors.joining(",\n"));
            return indent() + expr.function().name() + "(\n" + arguments + "\n" + indent() + ")";
        }

        @Override
        public String visitMatrixSelector(MatrixSelector expr) {
            return line(expr);
        }

        @Override
        public String visitNumber(NumberLiteral expr) {
            return line(expr);
        }

        @Override
        public String visitParen(ParenExpr expr) {
            return fits(expr) ? line(expr) : indent() + "(\n" + deeper(expr.inner()) + "\n" + indent() + ")";
        }

        @Override
        public String visitStepInvariant(StepInvariantExpr expr) {
            return expr.inner().accept(this);
        }

        @Override
        public String visitString(StringLiteral expr) {
            return line(expr);
        }

        /** Not indented where it fits, as in Prometheus. */
        @Override
        public String visitSubquery(SubqueryExpr expr) {
            return fits(expr) ? QueryPrinter.print(expr) : expr.inner().accept(this) + QueryPrinter.suffix(expr);
        }

        @Override
        public String visitUnary(UnaryExpr expr) {
            return indent()
                    + (expr.negative() ? "-" : "+")
                    + expr.operand().accept(this).strip();
        }

        @Override
        public String visitVectorSelector(VectorSelector expr) {
            return line(expr);
        }
    }
}
