package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TenantLimitsTest {
    private static final TenantLimits DIFFERENT = new TenantLimits(
            1, 2, 3, 4, Duration.ofSeconds(5), Duration.ofSeconds(6), 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);

    @Test
    void shouldChangeWhatIsNamedAndNothingElse() {
        assertThat(DIFFERENT.withSeries(107, 109, 110))
                .isEqualTo(new TenantLimits(
                        1,
                        2,
                        3,
                        4,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(6),
                        107,
                        8,
                        109,
                        110,
                        11,
                        12,
                        13,
                        14,
                        15,
                        16));
        assertThat(DIFFERENT.withHaClusters(111))
                .isEqualTo(new TenantLimits(
                        1,
                        2,
                        3,
                        4,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(6),
                        7,
                        8,
                        9,
                        10,
                        111,
                        12,
                        13,
                        14,
                        15,
                        16));
        assertThat(DIFFERENT.withItems(112, 113, 114))
                .isEqualTo(new TenantLimits(
                        1,
                        2,
                        3,
                        4,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(6),
                        7,
                        8,
                        9,
                        10,
                        11,
                        112,
                        113,
                        114,
                        15,
                        16));
        assertThat(DIFFERENT.withRates(108, 115, 116))
                .isEqualTo(new TenantLimits(
                        1,
                        2,
                        3,
                        4,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(6),
                        7,
                        108,
                        9,
                        10,
                        11,
                        12,
                        13,
                        14,
                        115,
                        116));
    }
}
