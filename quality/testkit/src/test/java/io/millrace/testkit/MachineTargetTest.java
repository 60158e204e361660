package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.testkit.generator.GeneratedSeries;
import io.millrace.testkit.generator.MachineTarget;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MachineTargetTest {

    private static final long NOW = 1_790_000_000_000L;

    @Test
    void shouldHaveDistinctSeries() {
        // given
        MachineTarget target = new MachineTarget(7);

        // when
        List<GeneratedSeries> series = target.series();

        // then
        assertThat(series).hasSize(MachineTarget.SERIES);
        assertThat(series.stream().map(GeneratedSeries::labels).collect(Collectors.toSet()))
                .hasSize(MachineTarget.SERIES);
        assertThat(series).allMatch(one -> one.labels().get("instance").equals("machine-7:9100"));
    }

    @Test
    void shouldGenerateTheSameValuesAgain() {
        // given
        List<GeneratedSeries> first = new MachineTarget(7).series();
        List<GeneratedSeries> second = new MachineTarget(7).series();

        // when // then
        for (int i = 0; i < first.size(); i++) {
            assertThat(first.get(i).valueAt(NOW)).isEqualTo(second.get(i).valueAt(NOW));
        }
    }

    @Test
    void shouldNeverLetACounterGoBack() {
        // given
        List<GeneratedSeries> counters = new MachineTarget(1)
                .series().stream()
                        .filter(one -> one.labels().metricName().endsWith("_total"))
                        .toList();

        // when // then
        for (GeneratedSeries counter : counters) {
            double before = counter.valueAt(NOW);
            for (long time = NOW; time < NOW + 900_000; time += 15_000) {
                double now = counter.valueAt(time);
                assertThat(now).as("%s at %s", counter.labels(), time).isGreaterThanOrEqualTo(before);
                before = now;
            }
        }
    }

    @Test
    void shouldChangeMostSeriesThatAreNotConstant() {
        // given
        List<GeneratedSeries> series = new MachineTarget(1).series();

        // when
        long moving = series.stream()
                .filter(one -> one.valueAt(NOW) != one.valueAt(NOW + 3_600_000))
                .count();

        // then
        assertThat(moving).isBetween(500L, 900L);
        assertThat(series).allMatch(one -> one.labels().get(Labels.METRIC_NAME) != null);
    }
}
