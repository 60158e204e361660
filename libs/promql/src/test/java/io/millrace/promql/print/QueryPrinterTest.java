package io.millrace.promql.print;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.promql.ast.Expr;
import io.millrace.promql.parse.ParserOptions;
import io.millrace.promql.parse.PromqlParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryPrinterTest {
    private final PromqlParser parser = new PromqlParser(ParserOptions.EXPERIMENTAL);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "sum(a)by( x,y ) | sum by (x, y) (a)",
                "sum by () (a) | sum(a)",
                "sum without () (a) | sum without () (a)",
                "TOPK(  3,a) | topk(3, a)",
                "sum by (\"a.b\") (a) | sum by (\"a.b\") (a)",
                "a+ on()b | a + on () b",
                "a+ignoring()b | a + b",
                "a == bool on(x)group_left b | a == bool on (x) group_left () b",
                "a*ignoring(x)group_right(y,\"z.z\")b | a * ignoring (x) group_right (y, \"z.z\") b",
                "a + fill(1) b | a + fill (1) b",
                "a + fill_left(1) fill_right(1) b | a + fill (1) b",
                "a + fill_right(2) fill_left(-1.5) b | a + fill_left (-1.5) fill_right (2) b",
                "a </ 1 | a </ 1",
                "- ( a ) | -(a)",
                "+a | +a",
                "-1 | -1",
                "0x1f | 31",
                "1e-7 | 0.0000001",
                "90s | 1m30s",
                "-90s | -1m30s",
                "\"a\\n\" | \"a\\n\"",
                "'it' | \"it\"",
                "{b=\"2\",a=~\"1\"} | {a=~\"1\",b=\"2\"}",
                "a{b=\"c\"} | a{b=\"c\"}",
                "{\"a.b\"} | {__name__=\"a.b\"}",
                "{__name__=\"a\"} | {__name__=\"a\"}",
                "a{\"b.c\"!=\"d\"} | a{\"b.c\"!=\"d\"}",
                "a offset 5m @ 1 | a @ 1.000 offset 5m",
                "a @ end() offset -90 | a @ end() offset -1m30s",
                "a[5m] offset 1h @ 1.5 | a[5m] @ 1.500 offset 1h",
                "a[1h:5m]offset 1d | a[1h:5m] offset 1d",
                "a[1h:] | a[1h:]",
                "a[step()*2+range()] | a[step() * 2 + range()]",
                "a[(1m+1s)*2] | a[(1m + 1s) * 2]",
                "a offset -min_of(step(),1s) | a offset -min_of(step(), 1s)",
                "a smoothed offset 1m | a smoothed offset 1m",
                "rate(a[5m] offset 1m anchored) | rate(a[5m] anchored offset 1m)",
                "rate( a [ 5m ] ) | rate(a[5m])",
                "time() | time()"
            })
    void shouldPrintTheUsualForm(String query, String expected) {
        assertThat(QueryPrinter.print(parser.parse(query))).isEqualTo(expected);
    }

    @Test
    void shouldPrintWhatParsesToTheSame() {
        for (String query : Queries.ALL) {
            Expr expr = parser.parse(query);
            String printed = QueryPrinter.print(expr);
            assertThat(QueryPrinter.print(parser.parse(printed))).as(query).isEqualTo(printed);
            assertThat(QueryPrinter.print(parser.parse(PrettyPrinter.print(expr))))
                    .as(query)
                    .isEqualTo(printed);
        }
    }
}
