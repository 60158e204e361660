package io.millrace.writer.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TenantId;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeriesTableTest {
    private final ChunkRules rules = new ChunkRules(10, 1_000, 60_000);
    private final OffsetLedger ledger = new OffsetLedger(0);
    private final Bucket bucket = new Bucket(new TenantId("t"), 0, rules, ledger, new ChunkTotals());
    private final SeriesTable.Opener opener = (high, low, metric) -> new OpenSeries(high, low, metric, bucket);
    private final SeriesTable table = new SeriesTable();

    @Test
    void shouldFindWhatWasAnnouncedAndNothingElse() {
        // given: ids that collide a lot
        Random random = new Random(1);
        Set<String> announced = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            long high = random.nextInt(100);
            long low = random.nextInt(200);
            if (random.nextBoolean()) {
                table.announce(high, low, "metric_" + high, 5);
                announced.add(high + "/" + low);
            }
            // then
            OpenSeries series = table.open(high, low, opener);
            assertThat(series != null).isEqualTo(announced.contains(high + "/" + low));
            if (series != null) {
                assertThat(series.metric().name()).isEqualTo("metric_" + high);
                assertThat(table.open(high, low, opener)).isSameAs(series);
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
        OpenSeries open = table.open(3, 3, opener);
        assertThat(open).isNotNull();
        open.append(1_000, 0, 0, 0, 0);
        // when
        int forgotten = table.sweep(15);
        // then
        assertThat(forgotten).isEqualTo(1);
        assertThat(table.open(1, 1, opener)).isNull();
        assertThat(table.open(2, 2, opener)).isNotNull();
        assertThat(table.open(3, 3, opener)).isSameAs(open);
    }

    @Test
    void shouldFreeWhatIdleSeriesTakeAndOpenThemAgain() {
        table.announce(1, 1, "up", 10);
        OpenSeries before = table.open(1, 1, opener);
        table.sweep(0);
        assertThat(table.get(1, 1)).isNull();
        assertThat(table.open(1, 1, opener)).isNotNull().isNotSameAs(before);
    }
}
