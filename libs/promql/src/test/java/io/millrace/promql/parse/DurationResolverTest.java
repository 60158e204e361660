package io.millrace.promql.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.promql.ast.Call;
import io.millrace.promql.ast.MatrixSelector;
import io.millrace.promql.ast.SubqueryExpr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationResolverTest {
    private final PromqlParser parser = new PromqlParser(ParserOptions.STABLE);

    private long range(String duration) {
        Call call = (Call) DurationResolver.resolve(parser.parse("rate(a[" + duration + "])"), 0, 3_600_000, 15_000);
        return ((MatrixSelector) call.arguments().get(0)).rangeMs();
    }

    @ParameterizedTest
    @CsvSource({
        "5m, 300000",
        "300, 300000",
        "1.5, 1500",
        "2m+30s, 150000",
        "-5m+35m, 1800000",
        "2*(10+5), 30000",
        "1h/2, 1800000",
        "7m % 5m, 120000",
        "2 ^ 3 ^ 2, 512000",
        "step(), 15000",
        "STEP() * 2, 30000",
        "range(), 3600000",
        "'min_of(step(), 10s)', 10000",
        "'max_of(step(), (1m))', 60000",
        "'-(5s - 1m)', 55000",
        "+step(), 15000",
        "-2 ^ 2 + 5, 1000"
    })
    void shouldReckonDurations(String duration, long expectedMs) {
        assertThat(range(duration)).isEqualTo(expectedMs);
    }

    @Test
    void shouldReckonRangeStepAndOffsetOfSubqueries() {
        SubqueryExpr subquery = (SubqueryExpr)
                DurationResolver.resolve(parser.parse("a[range():step()] offset -step()"), 0, 60_000, 5_000);
        assertThat(subquery.rangeMs()).isEqualTo(60_000);
        assertThat(subquery.stepMs()).isEqualTo(5_000);
        assertThat(subquery.offsetMs()).isEqualTo(-5_000);
        assertThat(subquery.range()).isNull();
        assertThat(subquery.step()).isNull();
        assertThat(subquery.offset()).isNull();
    }

    @Test
    void shouldRefuseWhatIsNotPositive() {
        assertThatThrownBy(() -> range("5m-5m"))
                .isInstanceOf(ParseException.class)
                .hasMessage("7:12: duration must be greater than 0");
        assertThatThrownBy(() -> DurationResolver.resolve(parser.parse("a[step()]"), 0, 0, 0))
                .hasMessage("2:8: duration must be greater than 0");
        assertThatThrownBy(() -> range("5m / (5m - 5m)")).hasMessageEndingWith(": division by zero");
        assertThatThrownBy(() -> range("5m % (5m - 5m)")).hasMessageEndingWith(": modulo by zero");
        assertThatThrownBy(() -> range("1y ^ 100")).hasMessageEndingWith(": duration is out of range");
    }
}
