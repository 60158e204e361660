package io.millrace.promql.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.promql.ast.AggregateExpr;
import io.millrace.promql.ast.Aggregator;
import io.millrace.promql.ast.AtModifier;
import io.millrace.promql.ast.BinaryExpr;
import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.Expr;
import io.millrace.promql.ast.Functions;
import io.millrace.promql.ast.MatrixSelector;
import io.millrace.promql.ast.NumberLiteral;
import io.millrace.promql.ast.PositionRange;
import io.millrace.promql.ast.StringLiteral;
import io.millrace.promql.ast.SubqueryExpr;
import io.millrace.promql.ast.UnaryExpr;
import io.millrace.promql.ast.ValueType;
import io.millrace.promql.ast.VectorMatching;
import io.millrace.promql.ast.VectorMatching.Cardinality;
import io.millrace.promql.ast.VectorSelector;
import io.millrace.promql.ast.VectorSelector.Extension;
import io.millrace.promql.storage.Matcher;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParserTest {
    private final PromqlParser parser = new PromqlParser(ParserOptions.EXPERIMENTAL);

    @SuppressWarnings("unchecked")
    private <T extends Expr> T parse(String query) {
        return (T) parser.parse(query);
    }

    /** The tree in full parentheses. */
    private static String shape(Expr expr) {
        if (expr instanceof BinaryExpr binary) {
            return "(" + shape(binary.left()) + binary.operator().symbol() + shape(binary.right()) + ")";
        }
        if (expr instanceof UnaryExpr unary) {
            return "(" + (unary.negative() ? "-" : "+") + shape(unary.operand()) + ")";
        }
        if (expr instanceof NumberLiteral number) {
            return Double.toString(number.value()).replaceAll("\\.0$", "");
        }
        return expr instanceof VectorSelector selector
                ? selector.name()
                : shape(expr.children().get(0));
    }

    @ParameterizedTest
    @CsvSource({
        "1 + 2 * 3, (1+(2*3))",
        "1 * 2 + 3, ((1*2)+3)",
        "1 - 2 - 3, ((1-2)-3)",
        "2 ^ 3 ^ 4, (2^(3^4))",
        "-1 ^ 2, (-(1^2))",
        "2 ^ -1, (2^-1)",
        "2 ^ -3 * 4, ((2^-3)*4)",
        "-a ^ b * c, ((-(a^b))*c)",
        "- -a, (-(-a))",
        "a * b atan2 c % d, (((a*b)atan2c)%d)",
        "a == b + c, (a==(b+c))",
        "a and b or c and d, ((aandb)or(candd))",
        "a unless b and c, ((aunlessb)andc)",
        "a > b == c, ((a>b)==c)",
        "a </ 1 + 2, (a</(1+2))",
        "a or b + -c, (aor(b+(-c)))"
    })
    void shouldBindOperatorsByStrength(String query, String expected) {
        assertThat(shape(parser.parse(query))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "+5, 5",
        "-5, -5",
        ".5, 0.5",
        "0x1f, 31",
        "017, 15",
        "1e3, 1000",
        "1_000, 1000",
        "Inf, Infinity",
        "-inf, -Infinity",
        "5m, 300",
        "1h30m, 5400",
        "-1s, -1",
        "100ms, 0.1"
    })
    void shouldReadNumbersAndDurations(String text, String value) {
        NumberLiteral number = parse(text);
        assertThat(number.value()).isEqualTo(Double.parseDouble(value));
    }

    @Test
    void shouldReadStrings() {
        StringLiteral string = parse("\"a\\n\\\"ü\"");
        assertThat(string.value()).isEqualTo("a\n\"ü");
        assertThat(string.type()).isEqualTo(ValueType.STRING);
    }

    @Test
    void shouldReadSelectors() {
        VectorSelector selector = parse("up{job=\"a\", x!=\"b\", y=~\"c|d\", z!~\"e\",}");
        assertThat(selector.name()).isEqualTo("up");
        assertThat(selector.matchers())
                .containsExactly(
                        Matcher.of(Matcher.Type.EQ, "job", "a"),
                        Matcher.of(Matcher.Type.NEQ, "x", "b"),
                        Matcher.of(Matcher.Type.RE, "y", "c|d"),
                        Matcher.of(Matcher.Type.NRE, "z", "e"),
                        Matcher.of(Matcher.Type.EQ, "__name__", "up"));
    }

    @Test
    void shouldReadQuotedNames() {
        VectorSelector selector = parse("{\"my.metric\", \"a b\"=\"c\"}");
        assertThat(selector.name()).isEmpty();
        assertThat(selector.matchers())
                .containsExactly(
                        Matcher.of(Matcher.Type.EQ, "__name__", "my.metric"), Matcher.of(Matcher.Type.EQ, "a b", "c"));
        AggregateExpr sum = parse("sum by (\"a b\", c) (x)");
        assertThat(sum.grouping()).containsExactly("a b", "c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum",
                "by",
                "without",
                "offset",
                "and",
                "or",
                "unless",
                "start",
                "end",
                "step",
                "range",
                "anchored",
                "smoothed",
                "fill",
                "fill_left",
                "fill_right",
                "min_of",
                "max_of",
                "limitk",
                "limit_ratio",
                "count_values",
                "avg"
            })
    void shouldTakeKeywordsAsNames(String word) {
        assertThat(((VectorSelector) parser.parse(word)).name()).isEqualTo(word);
        assertThat(((VectorSelector) parser.parse(word + "{" + word + "=\"x\"}")).name())
                .isEqualTo(word);
        assertThat(((AggregateExpr) parser.parse("sum by (" + word + ") (x)")).grouping())
                .containsExactly(word);
        assertThat(shape(parser.parse("x + " + word))).isEqualTo("(x+" + word + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bool", "on", "ignoring", "group_left", "group_right", "atan2"})
    void shouldTakeOtherKeywordsAsLabels(String word) {
        assertThat(((AggregateExpr) parser.parse("sum by (" + word + ") (x)")).grouping())
                .containsExactly(word);
        assertThat(((VectorSelector) parser.parse("x{" + word + "=\"y\"}"))
                        .matchers()
                        .get(0)
                        .name())
                .isEqualTo(word);
    }

    @Test
    void shouldReadOffsetsAndTimesInAnyOrder() {
        VectorSelector selector = parse("a offset -5m @ 1.5");
        assertThat(selector.offsetMs()).isEqualTo(-300_000);
        assertThat(selector.at()).isEqualTo(AtModifier.time(1500));
        MatrixSelector matrix = parse("a[1h] @ end() offset 90");
        assertThat(matrix.rangeMs()).isEqualTo(3_600_000);
        assertThat(matrix.selector().offsetMs()).isEqualTo(90_000);
        assertThat(matrix.selector().at()).isEqualTo(AtModifier.END);
        SubqueryExpr subquery = parse("a[1h:] @ start() offset 1m");
        assertThat(subquery.stepMs()).isZero();
        assertThat(subquery.offsetMs()).isEqualTo(60_000);
        assertThat(subquery.at()).isEqualTo(AtModifier.START);
    }

    @Test
    void shouldApplyModifiersToTheNearestExpression() {
        UnaryExpr unary = parse("-a offset 5m");
        assertThat(((VectorSelector) unary.operand()).offsetMs()).isEqualTo(300_000);
        BinaryExpr binary = parse("a + b @ 1");
        assertThat(((VectorSelector) binary.right()).at()).isEqualTo(AtModifier.time(1000));
        assertThat(((VectorSelector) binary.left()).at()).isNull();
    }

    @Test
    void shouldLeaveOperatorsBehindAnOffsetToTheExpression() {
        BinaryExpr power = parse("a offset -2 ^ 2");
        assertThat(((VectorSelector) power.left()).offsetMs()).isEqualTo(-2000);
        BinaryExpr sum = parse("a offset (1m) + b");
        assertThat(((VectorSelector) sum.left()).offsetMs()).isEqualTo(60_000);
        VectorSelector product = parse("a offset (1m * 2)");
        assertThat(DurationResolver.resolve(product, 0, 0, 0))
                .isInstanceOfSatisfying(
                        VectorSelector.class, s -> assertThat(s.offsetMs()).isEqualTo(120_000));
    }

    @Test
    void shouldReadVectorMatching() {
        BinaryExpr binary = parse("a == bool on(x, y) group_left(z) b");
        assertThat(binary.returnBool()).isTrue();
        assertThat(binary.matching())
                .isEqualTo(
                        new VectorMatching(Cardinality.MANY_TO_ONE, List.of("x", "y"), true, List.of("z"), null, null));
        BinaryExpr set = parse("a and ignoring(x) b");
        assertThat(set.matching())
                .isEqualTo(new VectorMatching(Cardinality.MANY_TO_MANY, List.of("x"), false, List.of(), null, null));
        BinaryExpr scalar = parse("a + 1");
        assertThat(scalar.matching()).isNull();
        BinaryExpr filled = parse("a + fill_left(-1) fill_right(5m) b");
        assertThat(filled.matching())
                .isEqualTo(new VectorMatching(Cardinality.ONE_TO_ONE, List.of(), false, List.of(), -1.0, 300.0));
        BinaryExpr both = parse("a * on(x) group_right fill(NaN) b");
        assertThat(both.matching().cardinality()).isEqualTo(Cardinality.ONE_TO_MANY);
        assertThat(both.matching().fillLeft()).isNaN();
    }

    @Test
    void shouldReadAggregationsWithTheirGroupingInEitherPlace() {
        AggregateExpr before = parse("topk without (a, b,) (3, x)");
        AggregateExpr after = parse("topk(3, x) without (a, b)");
        assertThat(before.aggregator()).isEqualTo(Aggregator.TOPK);
        assertThat(before.grouping()).isEqualTo(after.grouping()).containsExactly("a", "b");
        assertThat(before.without()).isTrue();
        assertThat(((AggregateExpr) parser.parse("SUM(x)")).aggregator()).isEqualTo(Aggregator.SUM);
    }

    @Test
    void shouldKnowPositions() {
        assertThat(parser.parse("  sum by (a) (b)  ").position()).isEqualTo(new PositionRange(2, 16));
        assertThat(parser.parse("sum(b) by (a)").position()).isEqualTo(new PositionRange(0, 13));
        assertThat(parser.parse("a{b=\"c\"} offset 5m").position()).isEqualTo(new PositionRange(0, 18));
        assertThat(parser.parse("a[5m:1m] @ start()").position()).isEqualTo(new PositionRange(0, 18));
        assertThat(parser.parse("-a").position()).isEqualTo(new PositionRange(0, 2));
        assertThat(parser.parse(" - 5 ").position()).isEqualTo(new PositionRange(1, 4));
        assertThat(parser.parse("(a) + rate(b[5m])").position()).isEqualTo(new PositionRange(0, 17));
        Call call = parse("rate(x[5m] offset 1m)");
        assertThat(call.arguments().get(0).position()).isEqualTo(new PositionRange(5, 20));
    }

    @Test
    void shouldReadExtensions() {
        VectorSelector selector = parse("a offset 1m smoothed");
        assertThat(selector.extension()).isEqualTo(Extension.SMOOTHED);
        Call call = parse("rate(a[5m] anchored)");
        assertThat(((MatrixSelector) call.arguments().get(0)).selector().extension())
                .isEqualTo(Extension.ANCHORED);
    }

    @Test
    void shouldMarkTheSelectorOfInfo() {
        Call call = parse("info(a, {x=~\".*\"})");
        assertThat(((VectorSelector) call.arguments().get(1)).dataLabels()).isTrue();
    }

    @Test
    void shouldReadSelectorsAndMetricsAlone() {
        assertThat(parser.parseSelector("{a=\"\"}")).containsExactly(Matcher.of(Matcher.Type.EQ, "a", ""));
        assertThat(parser.parseMetric("up{job=\"x\", \"a b\"='y'}"))
                .isEqualTo(Labels.of("__name__", "up", "job", "x", "a b", "y"));
        assertThat(parser.parseMetric("{\"m.n\", a=\"b\"}")).isEqualTo(Labels.of("__name__", "m.n", "a", "b"));
        assertThat(parser.parseMetric("")).isEqualTo(Labels.EMPTY);
    }

    @Test
    void shouldKnowAllFunctions() {
        assertThat(Functions.all()).hasSize(90);
        assertThat(Functions.all().stream().filter(function -> !function.experimental()))
                .hasSize(73);
    }
}
