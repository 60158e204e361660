package io.millrace.promql.testscript;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The runner must find what is wrong: a runner that passes everything is worse than none. */
class ScriptRunnerTest {
    private static final String DATA =
            "load 1m\n  m{a=\"x\"} 1 2 3\n  m{a=\"y\"} 4 5 6\n  h {{count:2 sum:3 buckets:[2]}}x2\n\n";

    private static FileReport run(String script) {
        return new ScriptRunner().run("t", DATA + script);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "eval instant at 1m m;  m{a=\"x\"} 2;  m{a=\"y\"} 5",
                "eval instant at 1m sum(m);  {} 7.0000001",
                "eval instant at 1m vector(NaN);  {} NaN",
                "eval instant at 1m 1+1;  2",
                "eval instant at 1m \"a\";  expect string `a`",
                "eval instant at 1m sort_desc(m);  expect ordered;  m{a=\"y\"} 5;  m{a=\"x\"} 2",
                "eval_ordered instant at 1m sort(m);  m{a=\"x\"} 2;  m{a=\"y\"} 5",
                "eval range from 0 to 2m step 1m m{a=\"x\"};  m{a=\"x\"} 1 2 3",
                "eval instant at 2m m{a=\"x\"}[2m];  expect range vector from 1m to 2m step 1m;  m{a=\"x\"} 2 3",
                "eval_fail instant at 1m m * on() m",
                "eval instant at 1m m * on() m;  expect fail regex: duplicate series",
                "eval instant at 1m foo();  expect fail msg: 1:1: parse error: unknown function with name \"foo\"",
                "eval instant at 1m h;  h {{count:2 sum:3 buckets:[2 0 0]}}",
                "eval instant at 1m quantile(2, m);  expect warn;  {} +Inf",
                "eval_warn instant at 1m quantile(2, m);  {} +Inf",
                "eval instant at 1m m;  expect no_warn;  expect no_info;  m{a=\"x\"} 2;  m{a=\"y\"} 5"
            })
    void shouldPassWhatIsRight(String script) {
        FileReport report = run(script.replace(";", "\n"));
        assertThat(report.error()).isNull();
        assertThat(report.evals()).hasSize(1).allMatch(EvalOutcome::passed, "passed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "eval instant at 1m m;  m{a=\"x\"} 2 | unexpected m{a=\"y\"} 5",
                "eval instant at 1m m;  m{a=\"x\"} 2;  m{a=\"y\"} 5;  m{a=\"z\"} 5 | expected m{a=\"z\"} [5], got nothing for it",
                "eval instant at 1m sum(m);  {} 7.1 | expected {} 7.1, got {} 7",
                "eval instant at 1m vector(0);  {} 1e-9 | expected {} 1e-09, got {} 0",
                "eval instant at 1m 1+1;  3 | expected scalar 3, got 2",
                "eval instant at 1m 1+1;  {} 2 | expected vector or matrix, got scalar 2",
                "eval instant at 1m sum(m);  7 | expected scalar 7, got vector",
                "eval instant at 1m \"a\";  expect string \"b\" | expected \"b\", got string \"a\"",
                "eval instant at 1m sort_desc(m);  expect ordered;  m{a=\"x\"} 2;  m{a=\"y\"} 5 |"
                        + " expected m{a=\"y\"} at position 2, got it at 1",
                "eval range from 0 to 2m step 1m m{a=\"x\"};  m{a=\"x\"} 1 2 | expected 2 points, got 3",
                "eval range from 0 to 2m step 1m m{a=\"x\"};  m{a=\"x\"} 1 2 4 | difference at 120000 ms",
                "eval range from 0 to 2m step 1m m{a=\"x\"};  m{a=\"x\"} 1 2 3 4 | 4 points do not fit",
                "eval instant at 1m m * on() m | error: found duplicate series",
                "eval instant at 1m m;  expect fail | expected an error, got none",
                "eval instant at 1m m * on() m;  expect fail msg: other | expected error \"other\", got \"found",
                "eval instant at 1m h;  h {{count:2 sum:3 buckets:[2 1]}} | expected h {{",
                "eval instant at 1m h;  h {{count:2 sum:3 buckets:[2] counter_reset_hint:gauge}} | expected h {{",
                "eval instant at 1m h;  h 2 | expected h 2, got h {{",
                "eval instant at 1m quantile(2, m);  expect no_warn;  {} +Inf | expected no warnings, got [PromQL warning: ",
                "eval instant at 1m quantile(2, m);  expect warn msg: x;  {} +Inf | expected warning \"x\", got [PromQL",
                "eval instant at 1m sum(m);  expect warn;  {} 7 | expected warning any, got []",
                "eval instant at 1m sum(m);  expect info;  {} 7 | expected info any, got []"
            })
    void shouldFindWhatIsWrong(String script, String failure) {
        FileReport report = run(script.replace(";", "\n"));
        assertThat(report.error()).isNull();
        assertThat(report.evals()).hasSize(1);
        assertThat(report.evals().get(0).failure()).contains(failure);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "nonsense | line 6: no command",
                "load x;  m 1 | line 6: not a valid duration string",
                "load 1m;  m y | line 7: not a value: y",
                "eval instant at x m | line 6: not a valid duration",
                "eval somehow | line 6: eval instant at",
                "eval instant at 1m m;  expect nothing | line 7: invalid expect statement",
                "eval instant at 1m m;  expect warn;  expect no_warn | line 8: an annotation and none"
            })
    void shouldSayWhereAScriptIsBroken(String script, String error) {
        assertThat(run(script.replace(";", "\n")).error()).startsWith(error);
    }

    @Test
    void shouldForgetEverythingOnClear() {
        FileReport report = run("clear\n\neval instant at 1m m\n");
        assertThat(report.evals().get(0).failure()).isNull();
    }

    @Test
    void shouldAddNativeHistogramsOfClassicOnes() {
        FileReport report = new ScriptRunner().run("t", """
                load_with_nhcb 1m
                  r_bucket{le="1", a="b"} 1 2
                  r_bucket{le="2", a="b"} 3 5
                  r_bucket{le="+Inf", a="b"} 3 6
                  r_count{a="b"} 3 6
                  r_sum{a="b"} 4 9

                eval instant at 1m r
                  r{a="b"} {{schema:-53 count:6 sum:9 custom_values:[1 2] buckets:[2 3 1]}}

                eval instant at 1m r_count
                  r_count{a="b"} 6
                """);
        assertThat(report.error()).isNull();
        assertThat(report.evals()).extracting(EvalOutcome::failure).containsOnlyNulls();
    }

    @Test
    void shouldShowHintsAsAReaderOfChunksSeesThem() {
        FileReport report = new ScriptRunner().run("t", """
                load 1m
                  h {{count:2 sum:2 buckets:[2]}} {{count:3 sum:3 buckets:[3]}} {{count:1 sum:1 buckets:[1]}} {{count:1 sum:1 buckets:[1] counter_reset_hint:gauge}}

                eval range from 0 to 3m step 1m h
                  h {{count:2 sum:2 buckets:[2] counter_reset_hint:unknown}} {{count:3 sum:3 buckets:[3] counter_reset_hint:not_reset}} {{count:1 sum:1 buckets:[1] counter_reset_hint:unknown}} {{count:1 sum:1 buckets:[1] counter_reset_hint:gauge}}
                """);
        assertThat(report.evals()).extracting(EvalOutcome::failure).containsOnlyNulls();
    }

    @Test
    void shouldPrintCountsAndFailures() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FileReport report = run("eval instant at 1m sum(m)\n  {} 8\n\neval instant at 1m 1\n  1\n");
        PromqlTestMain.print(List.of(report), new PrintStream(bytes, true, StandardCharsets.UTF_8));
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("t:6: sum(m)", "expected {} 8, got {} 7")
                .containsPattern("t +1 +1")
                .containsPattern("all +1 +1");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, true",
        "1, 1.0000015, true",
        "1, 1.00001, false",
        "0, 0, true",
        "0, 1e-300, false",
        "0, 1e-320, true",
        "NaN, NaN, true",
        "NaN, 1, false",
        "Infinity, Infinity, true",
        "Infinity, -Infinity, false",
        "1e308, 1.0000001e308, true",
        "-1, 1, false",
        "Infinity, 1, false"
    })
    void shouldCompareFloatsWithTolerance(double left, double right, boolean equal) {
        assertThat(Almost.equal(left, right)).isEqualTo(equal);
        assertThat(Almost.equal(right, left)).isEqualTo(equal);
    }
}
