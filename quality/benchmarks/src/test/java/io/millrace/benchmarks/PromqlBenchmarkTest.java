package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PromqlBenchmarkTest {
    @Test
    void shouldMeasureEachQuery() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        PromqlBenchmark.run(
                new Stopwatch(Duration.ZERO, Duration.ZERO, 1),
                1,
                50,
                "",
                new PrintStream(out, true, StandardCharsets.UTF_8));

        assertThat(out.toString(StandardCharsets.UTF_8).lines().skip(2))
                .hasSize(20)
                .allMatch(line -> line.startsWith("| instant: ") || line.startsWith("| range: "));
    }
}
