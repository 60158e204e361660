package io.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
    @ParameterizedTest
    @CsvSource({
        ",     1,  2",
        "0,    1,  2",
        "1,    1,  3",
        "2,    2,  6",
        "3,    4, 12",
        "5,   16, 48",
        "60,  16, 48",
        "99999999999, 16, 48",
        "-4,   1,  2",
        "soon, 1,  2"
    })
    void shouldGrowWithTheAttemptAndSpread(String attempt, int least, int most) {
        assertThat(RetryAfter.seconds(attempt, 0)).isEqualTo(least);
        assertThat(RetryAfter.seconds(attempt, 1)).isEqualTo(most);
    }
}
