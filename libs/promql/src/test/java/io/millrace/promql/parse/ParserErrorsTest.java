package io.millrace.promql.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages with their positions; users see them in Grafana under the query. */
class ParserErrorsTest {
    private final PromqlParser parser = new PromqlParser(ParserOptions.STABLE);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "  | unknown position: parse error: no expression found in input",
                "~ ~ | 1:1: parse error: no expression found in input",
                "# c | 1:1: parse error: no expression found in input",
                "foo bar | 1:5: parse error: unexpected identifier \"bar\"",
                "(1 + | 1:5: parse error: unclosed left parenthesis",
                "1 + | 1:4: parse error: unexpected end of input",
                "*a | 1:1: parse error: unexpected <op:*>",
                "a + on b | 1:8: parse error: unexpected identifier \"b\" in grouping opts, expected \"(\"",
                "a + on(b c) d | 1:10: parse error: unexpected identifier \"c\" in grouping opts, expected \",\" or \")\"",
                "a + on(1) d | 1:8: parse error: unexpected number \"1\" in grouping opts, expected label",
                "a + on(b) group_left * d | 1:22: parse error: unexpected <op:*> in grouping opts, expected \"(\"",
                "a - on(b) ignoring(c) d | 1:11: parse error: unexpected <ignoring>",
                "sum by (\"\") (a) | 1:9: parse error: invalid label name for grouping: \"\"",
                "sum(a, b) | 1:1: parse error: wrong number of arguments for aggregate expression provided, expected 1, got 2",
                "topk(a) | 1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1",
                "sum() | 1:1: parse error: no arguments for aggregate expression provided",
                "sum(a b) | 1:7: parse error: unexpected identifier \"b\" in aggregation",
                "sum by (a) b | 1:12: parse error: unexpected identifier \"b\" in aggregation",
                "limitk(1, a) | 1:1: parse error: limitk() is experimental and must be enabled with"
                        + " --enable-feature=promql-experimental-functions",
                "foo(1) | 1:1: parse error: unknown function with name \"foo\"",
                "info(a) | 1:1: parse error: function \"info\" is not enabled",
                "rate(a[5m],) | 1:11: parse error: trailing commas not allowed in function call args",
                "rate(a[5m] b) | 1:12: parse error: unexpected identifier \"b\"",
                "rate() | 1:1: parse error: expected 1 argument(s) in call to \"rate\", got 0",
                "round(a, 1, 2) | 1:1: parse error: expected at most 2 argument(s) in call to \"round\", got 3",
                "label_join(a) | 1:1: parse error: expected at least 3 argument(s) in call to \"label_join\", got 1",
                "rate(a) | 1:6: parse error: expected type range vector in call to function \"rate\", got instant vector",
                "abs(1) | 1:5: parse error: expected type instant vector in call to function \"abs\", got scalar",
                "sum(1) | 1:5: parse error: expected type instant vector in aggregation expression, got scalar",
                "topk(a, b) | 1:6: parse error: expected type scalar in aggregation parameter, got instant vector",
                "count_values(1, b) | 1:14: parse error: expected type string in aggregation parameter, got scalar",
                "1 == 1 | 1:3: parse error: comparisons between scalars must use BOOL modifier",
                "1 + bool 2 | 1:3: parse error: bool modifier can only be used on comparison operators",
                "a </ bool 2 | 1:3: parse error: bool modifier can only be used on comparison operators",
                "1 and 1 | 1:1: parse error: set operator \"and\" not allowed in binary scalar expression",
                "1 or a | 1:1: parse error: set operator \"or\" not allowed in binary scalar expression",
                "1 + on(a) b | 1:1: parse error: vector matching only allowed between instant vectors",
                "a + on(b) group_left(b) c | 1:3: parse error: label \"b\" must not occur in ON and GROUP clause at once",
                "a and on(b) group_left() c | 1:1: parse error: no grouping allowed for \"and\" operation",
                "\"a\" + 1 | 1:1: parse error: binary expression must contain only scalar and instant vector types",
                "a[5m] + 1 | 1:1: parse error: binary expression must contain only scalar and instant vector types",
                "-\"a\" | 1:1: parse error: unary expression only allowed on expressions of type scalar or instant"
                        + " vector, got \"string\"",
                "-a[5m] | 1:1: parse error: unary expression only allowed on expressions of type scalar or instant"
                        + " vector, got \"range vector\"",
                "1[5m:] | 1:1: parse error: subquery is only allowed on instant vector, got scalar instead",
                "a[5m][5m:] | 1:1: parse error: subquery is only allowed on instant vector, got matrix instead",
                "{} | 1:1: parse error: vector selector must contain at least one non-empty matcher",
                "{a=\"\"} | 1:1: parse error: vector selector must contain at least one non-empty matcher",
                "{a=~\".*\"} | 1:1: parse error: vector selector must contain at least one non-empty matcher",
                "{a!~\".+\"} | 1:1: parse error: vector selector must contain at least one non-empty matcher",
                "a{__name__=\"b\"} | 1:1: parse error: metric name must not be set twice: \"a\" or \"b\"",
                "a{\"b\"} | 1:1: parse error: metric name must not be set twice: \"a\" or \"b\"",
                "{a=\"b\" c=\"d\"} | 1:8: parse error: unexpected identifier \"c\" in label matching, expected \",\" or \"}\"",
                "{a=b} | 1:4: parse error: unexpected identifier \"b\" in label matching, expected string",
                "{a} | 1:3: parse error: unexpected \"}\" in label matching, expected label matching operator",
                "{,} | 1:2: parse error: unexpected \",\" in label matching, expected identifier or \"}\"",
                "{a=~\"(\"} | 1:2: parse error: error parsing regexp: missing closing ): `(`",
                "a[5m | 1:5: parse error: unexpected end of input in duration expression",
                "a[] | 1:3: parse error: unexpected \"]\" in subquery or range selector, expected number, duration, step(),"
                        + " or range()",
                "a[5m 5m] | 1:6: parse error: unexpected duration \"5m\" in subquery or range, expected \":\" or \"]\"",
                "a[5m:5m 5m] | 1:9: parse error: unexpected duration \"5m\" in subquery selector, expected \"]\"",
                "a[5m:*] | 1:6: parse error: unexpected <op:*> in subquery selector, expected number, duration, step(),"
                        + " range(), or \"]\"",
                "a[0s] | 1:3: parse error: duration must be greater than 0",
                "a[-5m] | 1:3: parse error: duration must be greater than 0",
                "a[1m1h] | 1:3: parse error: not a valid duration string: \"1m1h\"",
                "a[1.5h] | 1:3: parse error: unknown unit \".\" in duration \"1.5h\"",
                "a[500y] | 1:3: parse error: duration out of range",
                "a[1e300] | 1:3: parse error: duration out of range",
                "a[5m / 0] | 1:6: parse error: division by zero",
                "a[5m % 0] | 1:6: parse error: modulo by zero",
                "(a)[5m] | 1:4: parse error: ranges only allowed for vector selectors",
                "1[5m] | 1:2: parse error: ranges only allowed for vector selectors",
                "a offset 5m [5m] | 1:13: parse error: no offset modifiers allowed before range",
                "a @ 5 [5m] | 1:7: parse error: no @ modifiers allowed before range",
                "a offset | 1:9: parse error: unexpected end of input in offset, expected number, duration, step(), or"
                        + " range()",
                "1 offset 5m | 1:1: parse error: offset modifier must be preceded by an instant vector selector or range"
                        + " vector selector or a subquery",
                "a offset 1m offset 2m | 1:1: parse error: offset may not be set multiple times",
                "a @ | 1:4: parse error: unexpected end of input in @, expected timestamp",
                "a @ foo | 1:5: parse error: unexpected identifier \"foo\" in @, expected timestamp",
                "a @ start | 1:10: parse error: unexpected end of input in @, expected timestamp",
                "1 @ 5 | 1:1: parse error: @ modifier must be preceded by an instant vector selector or range vector"
                        + " selector or a subquery",
                "a @ 1 @ 2 | 1:1: parse error: @ <timestamp> may not be set multiple times",
                "a @ inf | 1:1: parse error: timestamp out of bounds for @ modifier: +Inf",
                "a @ 1e20 | 1:1: parse error: timestamp out of bounds for @ modifier: 100000000000000000000.000000",
                "a anchored | 1:1: parse error: anchored modifier is experimental and not enabled",
                "a[5m] smoothed | 1:1: parse error: smoothed modifier is experimental and not enabled",
                "a + fill(0) b | 1:1: parse error: binop fill modifiers are experimental and not enabled",
                "1e400 | 1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"1e400\": value out of range",
                "\"\\xff\" + 1 | 1:1: parse error: binary expression must contain only scalar and instant vector types"
            })
    void shouldSayWhatIsWrongAndWhere(String query, String message) {
        assertThatThrownBy(() -> parser.parse(query == null ? "" : query))
                .isInstanceOf(ParseException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a[5m:] anchored | 1:1: parse error: anchored modifier is not supported for subqueries",
                "1 smoothed | 1:1: parse error: smoothed modifier not implemented",
                "a anchored smoothed | 1:1: parse error: anchored and smoothed modifiers cannot be used together",
                "a and fill(0) b | 1:1: parse error: filling in missing series not allowed for set operators",
                "a + fill(0) 1 | 1:1: parse error: filling in missing series only allowed between instant vectors",
                "a + fill(b) c | 1:10: parse error: unexpected identifier \"b\"",
                "info(a, 1) | 1:1: parse error: expected type instant vector in call to function \"info\", got scalar",
                "info(a, b) | 1:9: parse error: expected label selectors only, got vector selector instead",
                "info(a, sum(b)) | 1:9: parse error: expected label selectors only",
                "histogram_quantiles(a, \"q\") | 1:1: parse error: expected at least 3 argument(s) in call to"
                        + " \"histogram_quantiles\", got 2"
            })
    void shouldSayWhatIsWrongWithExperimentalSyntax(String query, String message) {
        assertThatThrownBy(() -> new PromqlParser(ParserOptions.EXPERIMENTAL).parse(query))
                .hasMessage(message);
    }

    @Test
    void shouldCountLinesAndBytes() {
        assertThatThrownBy(() -> parser.parse("sum(\n  \"ü\" +\n  a b)")).hasMessageStartingWith("3:5: parse error: ");
        assertThatThrownBy(() -> parser.parse("\"ü\" ü"))
                .hasMessageStartingWith("1:6: parse error: unexpected character");
    }

    @Test
    void shouldGiveReasonAndPositionApart() {
        assertThatThrownBy(() -> parser.parse("rate(a)")).isInstanceOfSatisfying(ParseException.class, e -> {
            assertThat(e.reason()).startsWith("expected type range vector");
            assertThat(e.position().start()).isEqualTo(5);
            assertThat(e.position().end()).isEqualTo(6);
        });
    }

    @Test
    void shouldRefuseDeepAndLongQueriesCleanly() {
        List<String> queries = List.of(
                "(".repeat(10_000) + "1" + ")".repeat(10_000),
                "-".repeat(10_000) + "{}",
                "-".repeat(10_000) + "a",
                "sum(".repeat(10_000) + "a" + ")".repeat(10_000),
                "2^".repeat(10_000) + "2",
                "a" + "+a".repeat(10_000),
                "a" + "[1m:]".repeat(10_000),
                "a[" + "(".repeat(10_000) + "1" + ")".repeat(10_000) + "]",
                "a[" + "-".repeat(10_000) + "1]",
                "a[1" + "+1".repeat(10_000) + "]",
                "a offset " + "-".repeat(10_000) + "1m",
                "a offset " + "(".repeat(10_000) + "1m" + ")".repeat(10_000),
                "a".repeat(PromqlParser.MAX_LENGTH + 1));
        for (String query : queries) {
            assertThatThrownBy(() -> parser.parse(query))
                    .as(query.substring(0, 30))
                    .isInstanceOf(ParseException.class);
        }
    }

    @Test
    void shouldAllowWhatDashboardsNest() {
        parser.parse("(".repeat(150) + "1" + ")".repeat(150));
        parser.parse("a" + " or a".repeat(400));
        parser.parse("sum(".repeat(100) + "a" + ")".repeat(100));
    }
}
