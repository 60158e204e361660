package io.millrace.promql.print;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.promql.ast.AggregateExpr;
import io.millrace.promql.ast.AtModifier;
import io.millrace.promql.ast.BinaryExpr;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.DurationExpr;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.MatrixSelector;
import io.millrace.promql.ast.NumberLiteral;
import io.millrace.promql.ast.ParenExpr;
import io.millrace.promql.ast.StepInvariantExpr;
import io.millrace.promql.ast.StringLiteral;
import io.millrace.promql.ast.SubqueryExpr;
import io.millrace.promql.ast.UnaryExpr;
import io.millrace.promql.ast.ValueType;
import io.millrace.promql.ast.VectorMatching;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.format.GoFloat;
import io.millrace.promql.storage.Matcher;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a tree as JSON, as {@code /api/v1/parse_query} answers; Prometheus' tree view reads it. */
public final class TreeJson {
    private final JsonGenerator out;

    private TreeJson(JsonGenerator out) {
        this.out = out;
    }

    /** Writes one JSON value. */
    public static void write(Expr expr, JsonGenerator out) throws IOException {
        new TreeJson(out).write(expr);
    }

    private void write(@Nullable Expr expr) throws IOException {
        if (expr == null) {
            out.writeNull();
            return;
        }
        if (expr instanceof StepInvariantExpr invariant) {
            write(invariant.inner());
            return;
        }
        out.writeStartObject();
        if (expr instanceof AggregateExpr aggregation) {
            aggregation(aggregation);
        } else if (expr instanceof BinaryExpr binary) {
            binary(binary);
        } else if (expr instanceof Call call) {
            call(call);
        } else if (expr instanceof MatrixSelector matrix) {
            out.writeStringField("type", "matrixSelector");
            out.writeNumberField("range", matrix.rangeMs());
            duration("rangeExpr", matrix.range());
            selector(matrix.selector());
        } else if (expr instanceof NumberLiteral number) {
            out.writeStringField("type", "numberLiteral");
            out.writeStringField("val", GoFloat.formatF(number.value()));
        } else if (expr instanceof ParenExpr paren) {
            out.writeStringField("type", "parenExpr");
            field("expr", paren.inner());
        } else if (expr instanceof StringLiteral string) {
            out.writeStringField("type", "stringLiteral");
            out.writeStringField("val", string.value());
        } else if (expr instanceof SubqueryExpr subquery) {
            subquery(subquery);
        } else if (expr instanceof UnaryExpr unary) {
            out.writeStringField("type", "unaryExpr");
            out.writeStringField("op", unary.negative() ? "-" : "+");
            field("expr", unary.operand());
        } else if (expr instanceof VectorSelector selector) {
            out.writeStringField("type", "vectorSelector");
            selector(selector);
        }
        out.writeEndObject();
    }

    private void field(String name, @Nullable Expr expr) throws IOException {
        out.writeFieldName(name);
        write(expr);
    }

    private void aggregation(AggregateExpr expr) throws IOException {
        out.writeStringField("type", "aggregation");
        out.writeStringField("op", expr.aggregator().keyword());
        field("expr", expr.operand());
        field("param", expr.parameter());
        strings("grouping", expr.grouping());
        out.writeBooleanField("without", expr.without());
    }

    private void binary(BinaryExpr expr) throws IOException {
        out.writeStringField("type", "binaryExpr");
        out.writeStringField("op", expr.operator().symbol());
        field("lhs", expr.left());
        field("rhs", expr.right());
        out.writeFieldName("matching");
        VectorMatching matching = expr.matching();
        if (matching == null) {
            out.writeNull();
        } else {
            out.writeStartObject();
            out.writeStringField("card", matching.cardinality().text());
            strings("labels", matching.labels());
            out.writeBooleanField("on", matching.on());
            strings("include", matching.include());
            out.writeObjectFieldStart("fillValues");
            number("lhs", matching.fillLeft());
            number("rhs", matching.fillRight());
            out.writeEndObject();
            out.writeEndObject();
        }
        out.writeBooleanField("bool", expr.returnBool());
    }

    /** JSON has no infinities: they are strings, where Prometheus fails. */
    private void number(String name, @Nullable Double value) throws IOException {
        out.writeFieldName(name);
        if (value == null) {
            out.writeNull();
        } else if (Double.isFinite(value)) {
            out.writeNumber(GoFloat.formatJson(value));
        } else {
            out.writeString(GoFloat.formatJson(value));
        }
    }

    private void call(Call expr) throws IOException {
        out.writeStringField("type", "call");
        out.writeObjectFieldStart("func");
        out.writeStringField("name", expr.function().name());
        strings(
                "argTypes",
                expr.function().argumentTypes().stream()
                        .map(ValueType::typeName)
                        .toList());
        out.writeNumberField("variadic", expr.function().variadic());
        out.writeStringField("returnType", expr.function().returnType().typeName());
        out.writeEndObject();
        out.writeArrayFieldStart("args");
        for (Expr argument : expr.arguments()) {
            write(argument);
        }
        out.writeEndArray();
    }

    private void selector(VectorSelector selector) throws IOException {
        out.writeStringField("name", selector.name());
        out.writeArrayFieldStart("matchers");
        for (Matcher matcher : selector.matchers()) {
            out.writeStartObject();
            out.writeStringField("name", matcher.name());
            out.writeStringField("value", matcher.value());
            out.writeStringField("type", matcher.type().symbol());
            out.writeEndObject();
        }
        out.writeEndArray();
        time(selector.offsetMs(), selector.offset(), selector.at());
        out.writeBooleanField("anchored", selector.extension() == VectorSelector.Extension.ANCHORED);
        out.writeBooleanField("smoothed", selector.extension() == VectorSelector.Extension.SMOOTHED);
    }

    private void subquery(SubqueryExpr expr) throws IOException {
        out.writeStringField("type", "subquery");
        field("expr", expr.inner());
        out.writeNumberField("range", expr.rangeMs());
        duration("rangeExpr", expr.range());
        out.writeNumberField("step", expr.stepMs());
        duration("stepExpr", expr.step());
        time(expr.offsetMs(), expr.offset(), expr.at());
    }

    private void time(long offsetMs, @Nullable DurationExpr offset, @Nullable AtModifier at) throws IOException {
        out.writeNumberField("offset", offsetMs);
        duration("offsetExpr", offset);
        out.writeFieldName("timestamp");
        if (at != null && at.kind() == AtModifier.Kind.TIME) {
            out.writeNumber(at.timestampMs());
        } else {
            out.writeNull();
        }
        out.writeFieldName("startOrEnd");
        if (at == null || at.kind() == AtModifier.Kind.TIME) {
            out.writeNull();
        } else {
            out.writeString(at.kind() == AtModifier.Kind.START ? "start" : "end");
        }
    }

    private void duration(String name, @Nullable DurationExpr duration) throws IOException {
        out.writeFieldName(name);
        duration(duration, false);
    }

    private void duration(@Nullable DurationExpr duration, boolean wrapped) throws IOException {
        if (duration == null) {
            out.writeNull();
        } else if (duration instanceof DurationExpr.Paren paren) {
            duration(paren.inner(), true);
        } else if (duration instanceof DurationExpr.Literal literal) {
            out.writeStartObject();
            out.writeStringField("type", "numberLiteral");
            out.writeStringField("val", GoFloat.formatF(literal.number().value()));
            out.writeBooleanField("duration", literal.number().duration());
            out.writeEndObject();
        } else if (duration instanceof DurationExpr.Step) {
            operation("step", null, null, wrapped);
        } else if (duration instanceof DurationExpr.Range) {
            operation("range", null, null, wrapped);
        } else if (duration instanceof DurationExpr.Sign sign) {
            operation(sign.negative() ? "-" : "+", null, sign.operand(), wrapped);
        } else if (duration instanceof DurationExpr.Extreme extreme) {
            operation(extreme.max() ? "max_of" : "min_of", extreme.left(), extreme.right(), wrapped);
        } else if (duration instanceof DurationExpr.Binary binary) {
            operation(binary.operator().symbol(), binary.left(), binary.right(), wrapped);
        }
    }

    private void operation(String operator, @Nullable DurationExpr left, @Nullable DurationExpr right, boolean wrapped)
            throws IOException {
        out.writeStartObject();
        out.writeStringField("type", "durationExpr");
        out.writeStringField("op", operator);
        duration("lhs", left);
        duration("rhs", right);
        out.writeBooleanField("wrapped", wrapped);
        out.writeEndObject();
    }

    private void strings(String name, List<String> values) throws IOException {
        out.writeArrayFieldStart(name);
        for (String value : values) {
            out.writeString(value);
        }
        out.writeEndArray();
    }
}
