package io.millrace.runtime.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.control.ProcessingRules;
import io.millrace.runtime.control.ProcessingRules.LongValues;
import io.millrace.runtime.relabel.RelabelException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelRulesTest {
    private static final TenantLimits LIMITS = TenantLimits.DEFAULT;

    private static LabelRules dropping(String metric, LongValues longValues) throws RelabelException {
        return LabelRules.of(new ProcessingRules(new TenantId("demo"), List.of(metric), List.of(), longValues, null));
    }

    @Test
    void shouldHaveTheSameFingerprintAsTheSameRules() throws RelabelException {
        long fingerprint = dropping("noise", LongValues.REFUSE).fingerprint(LIMITS);

        assertThat(dropping("noise", LongValues.REFUSE).fingerprint(LIMITS))
                .isNotZero()
                .isEqualTo(fingerprint);
        assertThat(dropping("other", LongValues.REFUSE).fingerprint(LIMITS)).isNotEqualTo(fingerprint);
        assertThat(dropping("noise", LongValues.CUT).fingerprint(LIMITS)).isNotEqualTo(fingerprint);
        assertThat(LabelRules.NONE.fingerprint(LIMITS)).isZero();
        assertThat(LabelRules.of(ProcessingRules.none(new TenantId("demo"))).fingerprint(LIMITS))
                .isZero();
    }
}
