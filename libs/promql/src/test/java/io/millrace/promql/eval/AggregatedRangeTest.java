package io.millrace.promql.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.model.WindowAggregates;
import io.millrace.promql.engine.EngineOptions;
import io.millrace.promql.engine.PromqlEngine;
import io.millrace.promql.engine.QueryOptions;
import io.millrace.promql.engine.QueryResult;
import io.millrace.promql.engine.QueryValue;
import io.millrace.promql.storage.Queryable;
import io.millrace.promql.storage.Selection;
import io.millrace.promql.storage.SeriesSet;
import io.millrace.promql.testscript.TestStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over windows of samples and over the samples a query gives the same. */
class AggregatedRangeTest {
    private static final long HOUR = 3_600_000;
    private static final long DAY = 24 * HOUR;
    private static final long START = 19_700 * DAY;

    private final TestStorage storage = new TestStorage();
    private final List<Integer> hints = new ArrayList<>();
    private final Queryable aggregated = selection -> {
        hints.add(selection.hints().windowMs());
        SeriesSet samples = storage.select(selection);
        return selection.hints().windowMs() == 0 ? samples : new InWindows(samples, selection);
    };
    private final PromqlEngine engine = new PromqlEngine(EngineOptions.DEFAULT);

    @BeforeEach
    void load() {
        Random random = new Random(3);
        for (int series = 0; series < 6; series++) {
            Labels labels = Labels.of("__name__", "m_total", "i", "" + series);
            double counter = 0;
            for (long time = START + random.nextInt(15_000); time < START + 4 * DAY; time += 60_000) {
                boolean gap = series == 1 && time % DAY < 10 * HOUR || series == 2 && random.nextInt(3) > 0;
                counter = random.nextInt(400) == 0 ? 0 : counter + random.nextInt(30) / 4.0;
                double value = series == 3
                        ? random.nextGaussian() * 1e6
                        : series == 4 && random.nextInt(9) == 0 ? Double.NaN : counter;
                if (!gap) {
                    storage.add(labels, series == 5 ? time - time % 300_000 : time, value, 0);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rate(m_total[1h])",
                "increase(m_total[2h])",
                "delta(m_total[5m])",
                "sum by (i) (rate(m_total[1d]))",
                "avg_over_time(m_total[6h])",
                "sum_over_time(m_total[1h] offset 1h)",
                "count_over_time(m_total[30m])",
                "min_over_time(m_total[1d])",
                "max_over_time(m_total[1d] @ end())",
                "first_over_time(m_total[1h])",
                "last_over_time(m_total[1h])",
                "present_over_time(m_total[5m])",
                "rate(m_total[1h]) / rate(m_total[1h] offset 1d)"
            })
    void shouldGiveWhatSamplesGive(String query) {
        for (long step : new long[] {300_000, HOUR, 6 * HOUR}) {
            assertSame(query, START + 2 * DAY, START + 4 * DAY, step);
            assertThat(hints).isNotEmpty().doesNotContain(0);
        }
    }

    @Test
    void shouldChooseTheLongestWindowsThatFit() {
        assertSame("rate(m_total[2h])", START + DAY, START + 3 * DAY, HOUR);
        assertSame("rate(m_total[2h])", START + DAY + 300_000, START + 3 * DAY, HOUR);
        assertSame("rate(m_total[90m])", START + DAY, START + 3 * DAY, HOUR);
        assertThat(hints).containsExactly(3_600_000, 300_000, 300_000);
    }

    @Test
    void shouldReadSamplesWhereWindowsDoNotFitOrAreNotEnough() {
        assertSame("rate(m_total[61m])", START + DAY, START + 3 * DAY, HOUR);
        assertSame("rate(m_total[1h])", START + DAY + 1, START + 3 * DAY, HOUR);
        assertSame("rate(m_total[1h])", START + DAY, START + 3 * DAY, HOUR + 1_000);
        assertSame("rate(m_total[1h] offset 7s)", START + DAY, START + 3 * DAY, HOUR);
        assertSame("stddev_over_time(m_total[1h])", START + DAY, START + 3 * DAY, HOUR);
        assertSame("rate(m_total[1h])", START + DAY, START + DAY + 2 * HOUR, HOUR);
        assertThat(hints).containsOnly(0);
    }

    @Test
    void shouldReadWindowsForOneAndSamplesForAnotherOfTheSameSelectors() {
        String query = "rate(m_total[1h]) + stddev_over_time(m_total[1h]) + stdvar_over_time(m_total[1h])";
        assertSame(query, START + DAY, START + 3 * DAY, HOUR);
        assertThat(hints).containsExactlyInAnyOrder(3_600_000, 0);
        hints.clear();
        assertSame("stddev_over_time(m_total[1h]) + rate(m_total[1h])", START + DAY, START + 3 * DAY, HOUR);
        assertThat(hints).containsExactlyInAnyOrder(3_600_000, 0);
    }

    @Test
    void shouldReadSamplesWhenAskedTo() {
        QueryOptions samples = new QueryOptions(null, null, null, 0, () -> false);
        engine.rangeQuery(aggregated, "rate(m_total[1h])", START + DAY, START + 3 * DAY, HOUR, samples);
        assertThat(hints).containsExactly(0);
    }

    private void assertSame(String query, long start, long end, long step) {
        List<QueryValue.Series> expected = series(storage, query, start, end, step);
        List<QueryValue.Series> found = series(aggregated, query, start, end, step);
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(found.get(i).labels()).isEqualTo(expected.get(i).labels());
            assertThat(found.get(i).timestamps()).isEqualTo(expected.get(i).timestamps());
            double[] wanted = expected.get(i).values();
            for (int k = 0; k < wanted.length; k++) {
                double value = found.get(i).values()[k];
                if (Double.isNaN(wanted[k])) {
                    assertThat(value).isNaN();
                } else {
                    assertThat(value).isCloseTo(wanted[k], within(Math.abs(wanted[k]) * 1e-12 + 1e-9));
                }
            }
        }
    }

    private List<QueryValue.Series> series(Queryable source, String query, long start, long end, long step) {
        QueryResult result = engine.rangeQuery(source, query, start, end, step, QueryOptions.DEFAULT);
        return ((QueryValue.Matrix) result.value()).series();
    }

    /** What a store with aggregates of everything would give. */
    private static final class InWindows implements SeriesSet {
        private final SeriesSet samples;
        private final WindowAggregates windows;

        InWindows(SeriesSet samples, Selection selection) {
            this.samples = samples;
            this.windows = new WindowAggregates(selection.hints().windowMs());
        }

        @Override
        public boolean next() {
            return samples.next();
        }

        @Override
        public Labels labels() {
            return samples.labels();
        }

        @Override
        public SampleColumns samples() {
            throw new IllegalStateException("samples are not here");
        }

        @Override
        public @Nullable WindowAggregates windows() {
            windows.clear();
            windows.add(samples.samples(), 0, samples.samples().size());
            return windows;
        }

        @Override
        public List<String> warnings() {
            return samples.warnings();
        }

        @Override
        public void close() {
            samples.close();
        }
    }
}
