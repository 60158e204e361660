package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CodecBenchmarkTest {
    @Test
    void shouldRunEveryPathOnce() {
        // given
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        // when
        CodecBenchmark.run(
                new Stopwatch(Duration.ZERO, Duration.ZERO, 1),
                500,
                new PrintStream(out, true, StandardCharsets.UTF_8));

        // then
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("series id")
                .contains("labels: decode")
                .contains("batch: read by id")
                .contains("XOR: append")
                .contains("XOR: decode")
                .contains("histogram of 40 buckets: decode");
    }
}
