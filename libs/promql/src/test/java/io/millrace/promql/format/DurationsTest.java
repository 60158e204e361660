package io.millrace.promql.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0s, 0",
        "1ms, 1",
        "5s, 5000",
        "1m, 60000",
        "1h30m, 5400000",
        "1d, 86400000",
        "1w, 604800000",
        "1y, 31536000000",
        "1y2w3d4h5m6s7ms, 33019506007",
        "90s, 90000",
        "292y, 9208512000000"
    })
    void shouldReadDurations(String text, long milliseconds) {
        assertThat(Durations.parse(text)).isEqualTo(milliseconds);
    }

    @ParameterizedTest
    @CsvSource({
        "'', empty duration string",
        "1, 'not a valid duration string: \"1\"'",
        "s, 'not a valid duration string: \"s\"'",
        "-1s, 'not a valid duration string: \"-1s\"'",
        "1m1h, 'not a valid duration string: \"1m1h\"'",
        "1s1s, 'not a valid duration string: \"1s1s\"'",
        "1.5h, 'unknown unit \".\" in duration \"1.5h\"'",
        "1x, 'unknown unit \"x\" in duration \"1x\"'",
        "1S, 'unknown unit \"S\" in duration \"1S\"'",
        "293y, duration out of range",
        "99999999999999999999999y, 'not a valid duration string: \"99999999999999999999999y\"'",
        "9223372036854775807s, duration out of range"
    })
    void shouldRefuseOtherText(String text, String message) {
        assertThatThrownBy(() -> Durations.parse(text)).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "1, 1ms",
        "1000, 1s",
        "1500, 1s500ms",
        "60000, 1m",
        "90000, 1m30s",
        "3600000, 1h",
        "86400000, 1d",
        "604800000, 1w",
        "691200000, 8d",
        "7776000000, 90d",
        "31536000000, 1y",
        "31536001000, 365d1s",
        "-5000, -5s"
    })
    void shouldWriteDurations(long milliseconds, String text) {
        assertThat(Durations.format(milliseconds)).isEqualTo(text);
    }

    @Test
    void shouldReadBackWhatItWrites() {
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            long milliseconds = (random.nextLong() >>> 1) % 9_000_000_000_000L;
            assertThat(Durations.parse(Durations.format(milliseconds))).isEqualTo(milliseconds);
        }
    }
}
