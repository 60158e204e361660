package io.millrace.processor.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TenantId;
import org.junit.jupiter.api.Test;

class SeriesSweepTest {
    private static final int IDLE = 1200;
    private static final int FORGET = 172_800;
    private static final int START = 1_700_000_000;

    private final LoggedSeries memory = new LoggedSeries();
    private final TenantSeries series = memory.tenant(new TenantId("demo"));
    private final SeriesSweep sweep = new SeriesSweep(memory, IDLE, FORGET, 2, 10);

    private void round(int now) {
        for (int call = 0; call < 10; call++) {
            sweep.step(now);
        }
    }

    private void insert(int id, int seen) {
        int slot = series.insert(id, id * 77L, 0, "m" + id, "", seen);
        series.setActive(slot, true);
    }

    @Test
    void shouldEndActivityOfASeriesWithoutSamplesAndLogItOnce() {
        insert(1, START);
        insert(2, START + 100);

        round(START + IDLE);
        assertThat(series.table().active()).isEqualTo(2);
        round(START + IDLE + 1);
        round(START + IDLE + 2);

        assertThat(series.table().active()).isEqualTo(1);
        assertThat(series.metrics().active(series.metrics().number("m1"))).isZero();
        assertThat(memory.changelog).containsExactly("m1 latest=0 active=false");
    }

    @Test
    void shouldForgetASeriesThatHasBeenAwayForLong() {
        insert(1, START);
        round(START + FORGET);
        memory.changelog.clear();
        round(START + FORGET + 1);
        assertThat(series.table().size()).isZero();
        assertThat(memory.changelog).containsExactly("m1 forgotten");
        assertThat(series.metrics().number("m1")).isEqualTo(-1);
    }

    @Test
    void shouldForgetInactiveSeriesEarlyWhenThereAreFarMoreThanActiveOnes() {
        for (int id = 1; id <= 100; id++) {
            insert(id, START + 2000);
        }
        for (int id = 101; id <= 5000; id++) {
            insert(id, START);
        }
        for (int i = 0; i < 5; i++) {
            round(START + 2000);
        }
        assertThat(series.table().active()).isEqualTo(100);
        assertThat(series.table().size()).isEqualTo(100 + 1000 + 200);
    }
}
