package io.millrace.processor.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.RejectReason;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class ClosingTest {
    private static final Closing FULL = Closing.ofAll(RejectReason.MAX_ACTIVE_SERIES);

    private static Closing metrics(int... numbers) {
        BitSet set = new BitSet();
        for (int number : numbers) {
            set.set(number);
        }
        return Closing.ofMetrics(set);
    }

    @Test
    void shouldBeWithinWhatKeptTheSameSeriesOut() {
        assertThat(metrics(3).isWithin(metrics(3, 7))).isTrue();
        assertThat(metrics(3, 7).isWithin(metrics(3))).isFalse();
        assertThat(Closing.ofAll(RejectReason.MAX_NEW_SERIES).isWithin(FULL)).isTrue();
        assertThat(Closing.NONE.isWithin(metrics(3))).isTrue();
        // the gateways were told of the series of some metrics only, or with other names
        assertThat(FULL.isWithin(metrics(3))).isFalse();
        assertThat(metrics(3).isWithin(FULL)).isFalse();
        assertThat(metrics(3).isWithin(Closing.NONE)).isFalse();
    }

    @Test
    void shouldKeepWhatBothClose() {
        assertThat(metrics(3, 7).and(metrics(7, 9))).isEqualTo(metrics(7));
        assertThat(metrics(3).and(metrics(9))).isEqualTo(Closing.NONE);
        assertThat(FULL.and(metrics(9))).isEqualTo(Closing.NONE);
    }

    @Test
    void shouldKeepNewSeriesOfOtherMetricsIn() {
        assertThat(metrics(3).why(3)).isEqualTo(RejectReason.MAX_SERIES_PER_METRIC);
        assertThat(metrics(3).why(4)).isNull();
        assertThat(metrics(3).why(-1)).isNull();
        assertThat(FULL.why(-1)).isEqualTo(RejectReason.MAX_ACTIVE_SERIES);
        assertThat(Closing.NONE.why(3)).isNull();
    }
}
