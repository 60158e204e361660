package io.millrace.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The torture test with a handful of rounds; {@code bin/torture} is the long one. */
class TortureIT {
    private static final int ROUNDS = Integer.getInteger("millrace.torture.rounds", 6);

    @Test
    void shouldKeepEveryAcknowledgedSampleWhateverIsKilled(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        TortureSettings settings = TortureSettings.standard(20_261_125, folder)
                .withRounds(ROUNDS, ROUNDS)
                .withLimit(Duration.ofMinutes(10));
        boolean passed = new Torture(settings, new PrintStream(said, true, StandardCharsets.UTF_8)).run();
        System.out.print(said.toString(StandardCharsets.UTF_8));
        assertThat(passed).as(said.toString(StandardCharsets.UTF_8)).isTrue();
    }
}
