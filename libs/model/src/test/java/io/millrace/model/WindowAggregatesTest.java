package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class WindowAggregatesTest {
    private static final long MINUTE = 60_000;

    @Test
    void shouldTakeTheEndOfAWindowInAndTheBeginNot() {
        // given
        WindowAggregates aggregates = new WindowAggregates(MINUTE);

        // when
        aggregates.add(MINUTE, 1);
        aggregates.add(MINUTE + 1, 2);
        aggregates.add(2 * MINUTE, 3);
        aggregates.add(5 * MINUTE, 4);

        // then
        assertThat(aggregates.size()).isEqualTo(3);
        assertThat(new long[] {aggregates.end(0), aggregates.end(1), aggregates.end(2)})
                .containsExactly(MINUTE, 2 * MINUTE, 5 * MINUTE);
        assertThat(aggregates.count(1)).isEqualTo(2);
        assertThat(aggregates.firstTime(1)).isEqualTo(MINUTE + 1);
        assertThat(aggregates.lastTime(1)).isEqualTo(2 * MINUTE);
        assertThat(aggregates.sum(1)).isEqualTo(5);
    }

    @Test
    void shouldAddUpWhatACounterHasLostByResets() {
        WindowAggregates aggregates = WindowAggregates.ofAll();
        double[] values = {5, 9, 2, 3, 1};
        for (int i = 0; i < values.length; i++) {
            aggregates.add(i, values[i]);
        }
        assertThat(aggregates.size()).isEqualTo(1);
        assertThat(aggregates.resets(0)).isEqualTo(9 + 3);
        assertThat(aggregates.min(0)).isEqualTo(1);
        assertThat(aggregates.max(0)).isEqualTo(9);
        assertThat(aggregates.mean(0)).isEqualTo(4);
    }

    @Test
    void shouldPassOverNaNForExtremesAndStaleMarkersForAll() {
        // given
        SampleColumns samples = new SampleColumns();
        samples.add(1, Double.NaN);
        samples.add(2, StaleMarker.VALUE);
        samples.add(3, 7);
        samples.add(4, Double.NaN);

        // when
        WindowAggregates aggregates = new WindowAggregates(MINUTE);
        aggregates.add(samples, 0, samples.size());

        // then
        assertThat(aggregates.count(0)).isEqualTo(3);
        assertThat(aggregates.min(0)).isEqualTo(7);
        assertThat(aggregates.max(0)).isEqualTo(7);
        assertThat(aggregates.sum(0)).isNaN();
    }

    @Test
    void shouldRefuseWhatIsNotLater() {
        WindowAggregates aggregates = new WindowAggregates(MINUTE);
        aggregates.add(3 * MINUTE, 1);
        assertThatThrownBy(() -> aggregates.add(MINUTE, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Wherever samples are parted, the parts joined are the whole. */
    @RepeatedTest(50)
    void shouldJoinToTheSameAsAllAtOnce(RepetitionInfo repetition) {
        // given
        Random random = new Random(repetition.getCurrentRepetition());
        int size = 1 + random.nextInt(200);
        long[] times = new long[size];
        double[] values = new double[size];
        long time = random.nextInt(100_000);
        for (int i = 0; i < size; i++) {
            time += 1 + random.nextInt(10_000);
            times[i] = time;
            values[i] = random.nextInt(20) == 0 ? Double.NaN : random.nextInt(50) - 10;
        }
        WindowAggregates whole = new WindowAggregates(10 * MINUTE);
        WindowAggregates fine = new WindowAggregates(MINUTE);
        WindowAggregates joined = new WindowAggregates(10 * MINUTE);

        // when
        for (int i = 0; i < size; i++) {
            whole.add(times[i], values[i]);
            fine.add(times[i], values[i]);
        }
        for (int i = 0; i < fine.size(); i++) {
            joined.add(fine, i);
        }

        // then
        assertThat(joined.size()).isEqualTo(whole.size());
        for (int i = 0; i < whole.size(); i++) {
            assertThat(describe(joined, i)).isEqualTo(describe(whole, i));
        }
    }

    private static String describe(WindowAggregates of, int window) {
        return String.join(
                " ",
                "" + of.end(window),
                "" + of.count(window),
                "" + of.sum(window),
                "" + of.min(window),
                "" + of.max(window),
                "" + of.first(window),
                "" + of.firstTime(window),
                "" + of.last(window),
                "" + of.lastTime(window),
                "" + of.resets(window));
    }
}
