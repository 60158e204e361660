package io.millrace.runtime.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TenantLimits;
import org.junit.jupiter.api.Test;

class LimitUseTest {
    @Test
    void shouldWarnFrom85PercentOfALimitOn() {
        TenantLimits limits = TenantLimits.DEFAULT.withSeries(1000, 1000, 100);
        TenantUsage usage = new TenantUsage(850, 900, 1, 1, 84.9, 0, 0, 0);
        assertThat(LimitUse.of(usage, limits).stream().filter(LimitUse::isNear).map(LimitUse::limit))
                .containsExactly("maxActiveSeries");
    }
}
