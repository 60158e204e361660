package io.millrace.processor.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.SeriesId;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesTableTest {
    @Test
    void shouldKeepEveryFieldOfASeries() {
        SeriesTable table = new SeriesTable(1);
        int slot = table.insert(-5, 7, 0x89abcdef, 0xfffffe, 0x9000_0000);
        table.setDays(slot, 0x8000_0001);
        assertThat(table.find(-5, 7)).isEqualTo(slot);
        assertThat(table.idHigh(slot)).isEqualTo(-5);
        assertThat(table.idLow(slot)).isEqualTo(7);
        assertThat(table.check(slot)).isEqualTo(0x89abcdef);
        assertThat(table.days(slot)).isEqualTo(0x8000_0001);
        assertThat(table.group(slot)).isEqualTo(0xfffffe);
        assertThat(table.seenSeconds(slot)).isEqualTo(0x9000_0000);
        assertThat(table.isActive(slot)).isFalse();

        table.setActive(slot, true);
        table.setSeenSeconds(slot, 3);
        table.setDays(slot, 4);
        assertThat(table.isActive(slot)).isTrue();
        assertThat(table.active()).isEqualTo(1);
        assertThat(table.seenSeconds(slot)).isEqualTo(3);
        assertThat(table.group(slot)).isEqualTo(0xfffffe);
        assertThat(table.check(slot)).isEqualTo(0x89abcdef);
        assertThat(table.days(slot)).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldBehaveLikeAMapUnderRandomInsertsAndRemovals(long seed) {
        Random random = new Random(seed);
        SeriesTable table = new SeriesTable(seed * 0x9e3779b97f4a7c15L);
        Map<SeriesId, Integer> expected = new HashMap<>();
        for (int step = 0; step < 60_000; step++) {
            // Few distinct ids, and ids that differ in few bits, so that probes are long.
            SeriesId id = new SeriesId(random.nextInt(4), (long) random.nextInt(2000) << random.nextInt(3) * 20);
            boolean growing = step < 30_000;
            int slot = table.find(id.high(), id.low());
            assertThat(slot != SeriesTable.ABSENT).isEqualTo(expected.containsKey(id));
            if (slot == SeriesTable.ABSENT) {
                table.insert(id.high(), id.low(), step, 0, step);
                expected.put(id, step);
            } else if (!growing || random.nextInt(4) == 0) {
                assertThat(table.check(slot)).isEqualTo(expected.get(id));
                table.remove(slot);
                expected.remove(id);
            }
        }
        assertThat(table.size()).isEqualTo(expected.size());
        expected.forEach((id, check) ->
                assertThat(table.check(table.find(id.high(), id.low()))).isEqualTo(check));
        expected.keySet().forEach(id -> table.remove(table.find(id.high(), id.low())));
        assertThat(table.size()).isZero();
        assertThat(table.slots()).isEqualTo(16);
    }

    @Test
    void shouldStayBelowNinetyBytesASeriesWhenFull() {
        SeriesTable table = new SeriesTable(3);
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            table.insert(random.nextLong(), random.nextLong(), i, 0, 0);
            if (table.size() > 1000) {
                assertThat(table.heapBytes() / table.size()).isLessThan(90);
            }
        }
    }
}
