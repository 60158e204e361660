package io.millrace.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"100ms, 100, 100ms", "10s, 10000, 10s", "90m, 5400000, 1h30m", "7d, 604800000, 7d", "0s, 0, 0s"})
    void shouldParseAndFormat(String text, long millis, String formatted) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
        assertThat(Durations.format(Duration.ofMillis(millis))).isEqualTo(formatted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "10", "10 s", "-1s", "1s1h", "PT1S", "1w", "9999999999s"})
    void shouldRefuseWhatIsNotADuration(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
