package io.millrace.promql.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoIntegerTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "12, 12",
        "-5, -5",
        "+5, 5",
        "017, 15",
        "0x1F, 31",
        "0X1f, 31",
        "0b101, 5",
        "0o17, 15",
        "1_000, 1000",
        "0x_1f, 31",
        "0_7, 7",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808"
    })
    void shouldReadIntegersOfGo(String text, long value) {
        assertThat(GoInteger.parse(text)).hasValue(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", "1.0", "1e3", "08", "0x", "0xg", "1__0", "_1", "1_", "9223372036854775808", "a", "0b2"})
    void shouldFindNoIntegerInOtherText(String text) {
        assertThat(GoInteger.parse(text)).isEmpty();
    }
}
