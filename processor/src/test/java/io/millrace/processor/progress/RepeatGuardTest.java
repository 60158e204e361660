package io.millrace.processor.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RepeatGuardTest {
    private static final int PARTITION = 3;

    /** The log: value and time of each offset. */
    private final Map<Long, String> values = new HashMap<>();

    private final Map<Long, Long> times = new HashMap<>();
    private final Events events = new Events();
    private final Durable durable = new Durable();
    private boolean away;
    private int asked;

    private RepeatGuard guard = open(false);

    private static final class Events implements RepeatGuard.Counts {
        private int repeated;
        private int replaced;

        @Override
        public void repeated() {
            repeated++;
        }

        @Override
        public void replaced() {
            replaced++;
        }
    }

    /** As bytes, as a changelog has it. */
    private static final class Durable implements RangeLog {
        private byte @Nullable [] value;

        @Override
        public @Nullable ProcessedRange range() {
            return value == null ? null : ProcessedRange.decode(value);
        }

        @Override
        public void put(ProcessedRange range) {
            value = range.value();
        }
    }

    private RepeatGuard open(boolean again) {
        return new RepeatGuard(PARTITION, again, durable, this::at, events);
    }

    private @Nullable RecordMark at(int partition, long offset) {
        assertThat(partition).isEqualTo(PARTITION);
        asked++;
        if (away) {
            throw new ReceivedUnavailableException("away", null);
        }
        String value = values.get(offset);
        return value == null ? null : RecordMark.of(times.getOrDefault(offset, 0L), bytes(value));
    }

    private static byte[] bytes(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    private void append(long offset, long timeMs, String value) {
        values.put(offset, value);
        times.put(offset, timeMs);
    }

    private void append(long from, long to) {
        for (long offset = from; offset <= to; offset++) {
            append(offset, 1000 + offset, "record " + offset);
        }
    }

    /** Takes the records as the partition does; those that were not skipped. */
    private List<Long> take(long from, long to) {
        List<Long> processed = new ArrayList<>();
        for (long offset = from; offset <= to; offset++) {
            long time = times.getOrDefault(offset, 0L);
            if (!guard.wasProcessed(offset, time)) {
                guard.processed(offset, time, bytes(values.getOrDefault(offset, "")));
                processed.add(offset);
            }
        }
        return processed;
    }

    private void restart() {
        guard = open(false);
    }

    @Test
    void shouldSkipWhatWasProcessedAndGoOnBehindItWhenTheGroupGoesBack() {
        append(0, 12);
        take(0, 9);
        restart();

        assertThat(take(4, 12)).containsExactly(10L, 11L, 12L);

        assertThat(events.repeated).isEqualTo(6);
        assertThat(asked).isOne();
    }

    @Test
    void shouldAskNothingWhileTheGroupGoesOnWhereItWas() {
        append(0, 20);
        take(0, 9);
        restart();

        assertThat(take(10, 20)).hasSize(11);

        assertThat(asked).isZero();
        assertThat(events.repeated).isZero();
    }

    @Test
    void shouldProcessAllOfATopicThatWasMadeAnew() {
        append(0, 9);
        take(0, 9);
        values.clear();
        append(0, 5000, "of another topic");
        restart();

        assertThat(take(0, 0)).containsExactly(0L);

        append(1, 5001, "the next one");
        assertThat(take(1, 1)).containsExactly(1L);
        assertThat(events.replaced).isOne();
        assertThat(events.repeated).isZero();
    }

    @Test
    void shouldProcessWhatALogHasAtPlacesThatItLost() {
        append(0, 9);
        take(0, 9);
        // a broker without power for a moment: it has lost 7, 8 and 9 and taken others since, and one more
        for (long offset = 7; offset <= 10; offset++) {
            append(offset, 9000 + offset, "new " + offset);
        }
        restart();

        assertThat(take(7, 10)).containsExactly(7L, 8L, 9L, 10L);
    }

    @Test
    void shouldAskAgainWhenARecordIsYoungerThanAllThatWereProcessed() {
        append(0, 9);
        take(0, 9);
        restart();
        assertThat(take(0, 6)).isEmpty();
        // the log loses its end while records are skipped
        for (long offset = 7; offset <= 9; offset++) {
            append(offset, 9000 + offset, "new " + offset);
        }

        assertThat(take(7, 9)).containsExactly(7L, 8L, 9L);
    }

    @Test
    void shouldAskAgainWhenTheGroupGoesBackOnceMore() {
        append(0, 9);
        take(0, 9);
        restart();
        take(0, 5);

        assertThat(take(2, 9)).isEmpty();

        assertThat(asked).isEqualTo(2);
    }

    @Test
    void shouldProcessWhatLiesBeforeTheFirstRecordItKnowsOf() {
        append(0, 12);
        take(5, 9);
        restart();

        assertThat(take(3, 12)).containsExactly(3L, 4L, 10L, 11L, 12L);
    }

    @Test
    void shouldNotTakeAGapForProcessed() {
        append(0, 20);
        take(0, 4);
        take(10, 14);
        restart();

        assertThat(take(3, 20)).containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L, 15L, 16L, 17L, 18L, 19L, 20L);
    }

    @Test
    void shouldProcessAgainWhenThatIsWanted() {
        append(0, 9);
        take(0, 9);
        guard = open(true);

        assertThat(take(2, 9)).hasSize(8);

        restart();
        assertThat(take(2, 9)).isEmpty();
    }

    @Test
    void shouldGuessNothingWhenTheBrokerDoesNotSay() {
        append(0, 9);
        take(0, 9);
        restart();
        away = true;
        assertThatThrownBy(() -> take(5, 5)).isInstanceOf(ReceivedUnavailableException.class);

        away = false;

        assertThat(take(5, 9)).isEmpty();
    }

    @Test
    void shouldProcessAllWhenNothingIsKnownAsAfterAnUpgrade() {
        append(0, 9);

        assertThat(take(0, 9)).hasSize(10);

        assertThat(asked).isZero();
    }
}
