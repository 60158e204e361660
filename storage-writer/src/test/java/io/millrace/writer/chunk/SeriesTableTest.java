package io.millrace.writer.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TenantId;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeriesTableTest {
    private final Map<Integer, Integer> slotsOfChunks = new HashMap<>();
    private final SeriesTable table = new SeriesTable(slotsOfChunks::put);

    @Test
    void shouldFindWhatWasAnnouncedAndNothingElse() {
        // given: ids that collide a lot
        Random random = new Random(1);
        Map<String, Integer> announced = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            long high = random.nextInt(100);
            long low = random.nextInt(200);
            if (random.nextBoolean()) {
                table.announce(high, low, "metric_" + high, 5);
                announced.putIfAbsent(high + "/" + low, i);
                int slot = table.find(high, low);
                if (table.chunk(slot) == SeriesTable.NO_CHUNK) {
                    table.setChunk(slot, i);
                    slotsOfChunks.put(i, slot);
                }
            }
            // then: each keeps its metric and its chunk, however often the table grows
            int slot = table.find(high, low);
            Integer chunk = announced.get(high + "/" + low);
            assertThat(slot == SeriesTable.UNKNOWN).isEqualTo(chunk == null);
            if (chunk != null) {
                assertThat(table.metric(slot)).isEqualTo("metric_" + high);
                assertThat(table.idHigh(slot)).isEqualTo(high);
                assertThat(table.idLow(slot)).isEqualTo(low);
                assertThat(table.chunk(slot)).isEqualTo(chunk);
                assertThat(slotsOfChunks.get(chunk)).isEqualTo(slot);
            }
        }
        assertThat(table.size()).isEqualTo(announced.size());
    }

    @Test
    void shouldForgetSeriesThatAreIdleAndWereAnnouncedLongAgo() {
        // given
        table.announce(1, 1, "idle", 10);
        table.announce(2, 2, "announced again", 10);
        table.announce(2, 2, "announced again", 20);
        table.announce(3, 3, "open", 10);
        table.setChunk(table.find(3, 3), 7);
        table.announce(4, 4, "open as an object", 10);
        OpenSeries object = object();
        object.append(1_000, 0, 0, 0, 0);
        table.setObject(table.find(4, 4), object);
        // when
        int forgotten = table.sweep(15);
        // then
        assertThat(forgotten).isEqualTo(1);
        assertThat(table.find(1, 1)).isEqualTo(SeriesTable.UNKNOWN);
        assertThat(table.find(2, 2)).isNotEqualTo(SeriesTable.UNKNOWN);
        assertThat(table.chunk(table.find(3, 3))).isEqualTo(7);
        assertThat(table.object(table.find(4, 4))).isSameAs(object);
        assertThat(slotsOfChunks).containsExactly(Map.entry(7, table.find(3, 3)));
    }

    private static OpenSeries object() {
        ChunkRules rules = new ChunkRules(10, 1_000, 60_000);
        Bucket bucket = new Bucket(
                new TenantId("t"),
                0,
                rules,
                new OffsetLedger(0),
                new ChunkTotals(),
                new PlainChunks(),
                new SeriesTable((chunk, slot) -> {}));
        return new OpenSeries(4, 4, "metric", bucket);
    }
}
