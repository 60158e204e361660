package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ValuesTest {
    @Test
    void shouldTakeInstanceIdsThatCanStandInAUrlAndAHostName() {
        assertThat(TenantId.isValid("demo-1")).isTrue();
        assertThat(TenantId.isValid("-demo")).isFalse();
        assertThat(TenantId.isValid("Demo")).isFalse();
        assertThat(TenantId.isValid("x".repeat(65))).isFalse();
        assertThatThrownBy(() -> new TenantId("a/b")).hasMessageContaining("instance id must be");
    }

    @Test
    void shouldOrderSeriesIdsAsTheirBytes() {
        assertThat(new SeriesId(-1, 0)).isGreaterThan(new SeriesId(1, 5));
        assertThat(new SeriesId(0xab, 1)).hasToString("00000000000000ab0000000000000001");
    }

    @Test
    void shouldKnowTheStaleMarkerByItsBits() {
        assertThat(StaleMarker.is(StaleMarker.VALUE)).isTrue();
        assertThat(StaleMarker.is(Double.NaN)).isFalse();
    }

    @Test
    void shouldKeepSamplesOfBothKindsInOrder() {
        // given
        SampleColumns columns = new SampleColumns(1);
        NativeHistogram histogram = new NativeHistogram(
                true,
                NativeHistogram.ResetHint.NO,
                0,
                0.001,
                0,
                1,
                2.5,
                new int[] {0, 1},
                new double[] {1},
                new int[0],
                new double[0],
                new double[0]);

        // when
        columns.add(1, 1.5);
        columns.add(2, histogram);
        columns.setStartTimestamp(-7);
        columns.add(3, StaleMarker.VALUE);

        // then
        assertThat(columns.size()).isEqualTo(3);
        assertThat(columns.isSorted()).isTrue();
        assertThat(columns.histogram(0)).isNull();
        assertThat(columns.histogram(1)).isEqualTo(histogram);
        assertThat(columns.startTimestamp(1)).isEqualTo(-7);
        assertThat(columns.startTimestamp(2)).isZero();
        assertThat(columns.isStale(2)).isTrue();
    }

    @Test
    void shouldGiveEachRejectReasonAnIdOfItsOwn() {
        assertThat(Arrays.stream(RejectReason.values()).map(RejectReason::id))
                .doesNotHaveDuplicates()
                .allMatch(id -> id.startsWith("millrace-"));
        assertThat(RejectReason.RATE_LIMITED.metricLabel()).isEqualTo("rate-limited");
    }
}
