package io.millrace.promql.testscript;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs our own scripts in {@code src/test/resources/scripts}, one test for each evaluation. */
class OwnScriptsTest {
    @TestFactory
    Stream<DynamicTest> shouldPassEveryEvaluation() throws IOException, URISyntaxException {
        Path folder = Path.of(
                Objects.requireNonNull(getClass().getResource("/scripts")).toURI());
        return new ScriptRunner().runFolder(folder).stream().flatMap(OwnScriptsTest::tests);
    }

    private static Stream<DynamicTest> tests(FileReport report) {
        Stream<DynamicTest> whole = Stream.of(DynamicTest.dynamicTest(
                report.name(), () -> assertThat(report.error()).isNull()));
        Stream<DynamicTest> evals = report.evals().stream()
                .map(eval -> DynamicTest.dynamicTest(
                        report.name() + ":" + eval.line() + " " + eval.query(),
                        () -> assertThat(eval.failure()).isNull()));
        return Stream.concat(whole, evals);
    }
}
