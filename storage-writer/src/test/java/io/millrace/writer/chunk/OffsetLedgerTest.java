package io.millrace.writer.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetLedgerTest {
    @Test
    void shouldCommitUpToTheNextRecordWhenNothingIsHeld() {
        OffsetLedger ledger = new OffsetLedger(7);
        assertThat(ledger.committable()).isEqualTo(7);
        ledger.processed(12);
        assertThat(ledger.committable()).isEqualTo(12);
    }

    @Test
    void shouldNotPassARecordThatIsHeld() {
        // given
        OffsetLedger ledger = new OffsetLedger(0);
        ledger.hold(3);
        ledger.hold(3);
        ledger.hold(5);
        ledger.processed(9);
        // then
        assertThat(ledger.committable()).isEqualTo(3);
        ledger.release(3);
        assertThat(ledger.committable()).isEqualTo(3);
        ledger.release(3);
        assertThat(ledger.committable()).isEqualTo(5);
        ledger.release(5);
        assertThat(ledger.committable()).isEqualTo(9);
    }

    @Test
    void shouldNotPassTheRecordThatIsBeingTakenIn() {
        OffsetLedger ledger = new OffsetLedger(0);
        ledger.processed(4);
        ledger.hold(4);
        ledger.release(4);
        assertThat(ledger.committable()).isEqualTo(4);
    }

    @Test
    void shouldRefuseWrongBooks() {
        OffsetLedger ledger = new OffsetLedger(0);
        ledger.hold(5);
        assertThatThrownBy(() -> ledger.release(4)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ledger.hold(4)).isInstanceOf(IllegalStateException.class);
        ledger.release(5);
        assertThatThrownBy(() -> ledger.release(5)).isInstanceOf(IllegalStateException.class);
    }

    /** Against the obvious implementation: a sorted map of counts. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldAgreeWithASortedMap(long seed) {
        Random random = new Random(seed);
        OffsetLedger ledger = new OffsetLedger(100);
        TreeMap<Long, Integer> model = new TreeMap<>();
        List<Long> held = new ArrayList<>();
        long offset = 100;
        for (int step = 0; step < 20_000; step++) {
            // phases that grow and phases that shrink
            boolean grow = random.nextInt(100) < (step / 2_000 % 2 == 0 ? 70 : 30);
            if (grow || held.isEmpty()) {
                offset += random.nextInt(3);
                for (int i = random.nextInt(4); i > 0; i--) {
                    ledger.hold(offset);
                    model.merge(offset, 1, Integer::sum);
                    held.add(offset);
                }
                if (random.nextBoolean()) {
                    ledger.processed(++offset);
                }
            } else {
                long released = held.remove(random.nextInt(held.size()));
                ledger.release(released);
                model.computeIfPresent(released, (key, count) -> count == 1 ? null : count - 1);
            }
            long expected = model.isEmpty() ? ledger.next() : Math.min(model.firstKey(), ledger.next());
            assertThat(ledger.committable()).isEqualTo(expected);
            assertThat(ledger.holds()).isEqualTo(held.size());
        }
    }
}
