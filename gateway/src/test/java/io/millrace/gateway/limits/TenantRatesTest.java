package io.millrace.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TenantRatesTest {
    @ParameterizedTest
    @CsvSource({"0,0,0", "10,0,0", "5000,20,0", "700,700,700", "1,2,100000"})
    void shouldDivideTheLimitWithoutRest(double first, double second, double third) {
        // given
        double[] offered = {first, second, third};
        double all = first + second + third;

        // when
        double sum = 0;
        for (double own : offered) {
            sum += TenantRates.share(1000, own, all - own, 3);
        }

        // then
        assertThat(sum).isCloseTo(1000, within(1e-9));
    }

    @Test
    void shouldGiveEverythingToTheOnlyGateway() {
        assertThat(TenantRates.share(1000, 0, 0, 1)).isEqualTo(1000);
        assertThat(TenantRates.share(1000, 123_456, 0, 1)).isCloseTo(1000, within(1e-9));
    }

    @Test
    void shouldFollowTheDemand() {
        assertThat(TenantRates.share(1000, 900, 100, 2)).isBetween(800.0, 900.0);
        assertThat(TenantRates.share(1000, 0, 2000, 2)).isBetween(10.0, 50.0);
    }
}
