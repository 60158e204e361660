package io.millrace.wire.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.RejectReason;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private String metric = "";
    private final Refusals refusals = new Refusals(() -> metric);

    @Test
    void shouldCountByMetricExactlyAndBeyondTheBoundUnderNoName() {
        // when
        for (int i = 0; i < 30; i++) {
            metric = "m" + i;
            refusals.add(RejectReason.TOO_OLD, 2, 0, 1, 0);
        }
        metric = "m0";
        refusals.add(RejectReason.TOO_OLD, 5, 0, 0, 0);
        refusals.add(RejectReason.INVALID_LABEL, 0, 0, 0, 1);

        // then
        Map<String, Long> old = refusals.list().stream()
                .filter(refusal -> refusal.reason() == RejectReason.TOO_OLD)
                .findFirst()
                .orElseThrow()
                .byMetric();
        assertThat(old)
                .hasSize(Refusals.MAX_METRICS + 1)
                .containsEntry("m0", 8L)
                .containsEntry("m19", 3L)
                .containsEntry("", 30L);
        assertThat(old.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(95);
        assertThat(refusals.list()).hasSize(2);
    }
}
