package io.millrace.promql.testscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/**
 * Runs the conformance scripts that lie beside the repository, where they do. The number of evaluations that pass must not
 * fall below the ratchet {@code promqltest-ratchet.properties}; who makes more pass raises it.
 */
class SharedScriptsTest {
    private static final Path FOLDER = Path.of(Objects.requireNonNullElse(System.getProperty("millrace.home"), "."))
            .resolve("../shared/conformance/promqltest")
            .normalize();

    @Test
    void shouldPassAsManyEvaluationsAsEver() throws IOException {
        // given
        assumeThat(Files.isDirectory(FOLDER))
                .as("no conformance scripts at %s: only our own scripts are run", FOLDER)
                .isTrue();
        Properties ratchet = new Properties();
        try (InputStream in = getClass().getResourceAsStream("/promqltest-ratchet.properties")) {
            ratchet.load(in);
        }

        // when
        List<FileReport> reports = new ScriptRunner().runFolder(FOLDER);

        // then
        List<String> fallen = new ArrayList<>();
        for (FileReport report : reports) {
            int expected = Integer.parseInt(ratchet.getProperty(report.name(), "0"));
            if (report.passed() < expected || report.error() != null) {
                fallen.add(report.name() + ": " + report.passed() + " pass, the ratchet says " + expected + "; "
                        + report.error()
                        + report.evals().stream().filter(eval -> !eval.passed()).toList());
            }
        }
        assertThat(fallen).isEmpty();
    }
}
