package io.millrace.processor.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NameCountsTest {
    @Test
    void shouldCountKnownAndActiveSeriesOfEachMetric() {
        NameCounts counts = new NameCounts();
        int up = counts.add("up");
        int other = counts.add("go_goroutines");
        assertThat(counts.add("up")).isEqualTo(up);
        counts.changeActive(up, 1);
        assertThat(counts.known(up)).isEqualTo(2);
        assertThat(counts.active(up)).isEqualTo(1);
        assertThat(counts.known(other)).isEqualTo(1);
        assertThat(counts.number("up")).isEqualTo(up);
        assertThat(counts.number("down")).isEqualTo(-1);
    }

    @Test
    void shouldGiveANumberAgainOnceNoSeriesHasIt() {
        NameCounts counts = new NameCounts();
        for (int i = 0; i < 40; i++) {
            counts.add("metric_" + i);
        }
        int seventh = counts.number("metric_7");
        counts.remove(seventh);
        assertThat(counts.number("metric_7")).isEqualTo(-1);
        assertThatThrownBy(() -> counts.name(seventh)).isInstanceOf(IllegalArgumentException.class);
        assertThat(counts.add("new")).isEqualTo(seventh);
        assertThat(counts.name(seventh)).isEqualTo("new");
        assertThat(counts.limit()).isEqualTo(40);
    }
}
