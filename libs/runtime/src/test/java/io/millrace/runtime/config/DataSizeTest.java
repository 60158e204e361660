package io.millrace.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0B",
        "512, 512, 512B",
        "512B, 512, 512B",
        "16KiB, 16384, 16KiB",
        "16 KiB, 16384, 16KiB",
        "64MiB, 67108864, 64MiB",
        "2GiB, 2147483648, 2GiB",
        "1TiB, 1099511627776, 1TiB",
        "1MB, 1000000, 1000000B",
        "1kB, 1000, 1000B",
        "2048KiB, 2097152, 2MiB"
    })
    void shouldParseAndFormat(String text, long bytes, String formatted) {
        assertThat(DataSize.parse(text)).isEqualTo(new DataSize(bytes)).hasToString(formatted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "1.5GiB", "1 gib", "1K", "99999999999TiB", "1GiBB"})
    void shouldRefuseWhatIsNotASize(String text) {
        assertThatThrownBy(() -> DataSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRefuseANegativeNumberOfBytes() {
        assertThatThrownBy(() -> new DataSize(-1)).hasMessageContaining("-1");
    }
}
