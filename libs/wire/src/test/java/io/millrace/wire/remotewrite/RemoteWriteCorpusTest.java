package io.millrace.wire.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Replays the inputs by which the fuzzer reached all the code it has reached: one in each line, in base64. */
class RemoteWriteCorpusTest {
    @Test
    void shouldCopeWithEveryInputOfTheCorpus() throws IOException {
        List<String> inputs;
        try (InputStream in = getClass().getResourceAsStream("/fuzz/remote-write.txt")) {
            assertThat(in).isNotNull();
            inputs = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))
                    .lines()
                    .toList();
        }
        assertThat(inputs).isNotEmpty();
        for (String input : inputs) {
            byte[] bytes = Base64.getDecoder().decode(input);
            assertThatCode(() -> RemoteWriteFuzz.fuzzerTestOneInput(bytes))
                    .as(input)
                    .doesNotThrowAnyException();
        }
    }
}
