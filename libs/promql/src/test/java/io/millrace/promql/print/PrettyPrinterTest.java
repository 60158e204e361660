package io.millrace.promql.print;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.promql.parse.ParserOptions;
import io.millrace.promql.parse.PromqlParser;
import org.junit.jupiter.api.Test;

class PrettyPrinterTest {
    private static String pretty(String query) {
        return PrettyPrinter.print(new PromqlParser(ParserOptions.STABLE).parse(query));
    }

    @Test
    void shouldLeaveShortQueriesOnOneLine() {
        assertThat(pretty("sum(rate(a[5m]))by(x)")).isEqualTo("sum by (x) (rate(a[5m]))");
    }

    @Test
    void shouldBreakLongOnes() {
        String selector = "http_requests_total{instance=\"some-instance-name\",job=\"some-job-name\"}";
        assertThat(pretty("topk(5,sum by(job)(rate(" + selector + "[5m]))/sum(b))"))
                .isEqualTo("""
                topk(
                  5,
                    sum by (job) (rate(%s[5m]))
                  /
                    sum(b)
                )""".formatted(selector));
        assertThat(pretty("-(" + selector + "+" + selector + ")")).isEqualTo("""
                -(
                    %1$s
                  +
                    %1$s
                )""".formatted(selector));
    }

    @Test
    void shouldNotIndentSubqueriesAsPrometheusDoesNot() {
        String name = "some_metric_name".repeat(5);
        assertThat(pretty("max_over_time(rate(" + name + "[5m])[1h:1m])")).isEqualTo("""
                max_over_time(
                rate(%s[5m])[1h:1m]
                )""".formatted(name));
    }
}
