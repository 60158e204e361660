package io.millrace.processor.shards;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TenantId;
import io.millrace.processor.series.LoggedSeries;
import io.millrace.processor.series.TenantSeries;
import io.millrace.wire.Shard;
import io.millrace.wire.record.ShardRecord.Passed;
import io.millrace.wire.record.ShardRecord.Phase;
import io.millrace.wire.record.ShardRecord.State;
import org.junit.jupiter.api.Test;

class LeftSeriesTest {
    private static final TenantId DEMO = new TenantId("demo");
    private static final int OLD = Shard.of(DEMO, 1, 8).home();
    private static final long MARK = 1_700_000_000_000L;
    private static final int SERIES = 60_000;

    private final LoggedSeries memory = new LoggedSeries();
    private final TenantSeries series = memory.tenant(DEMO);
    private final LocalShards shards = new LocalShards(8);

    private void fill(long seenMs) {
        for (int i = 0; i < SERIES; i++) {
            int slot = series.insert(i, i * 0x9E3779B97F4A7C15L, i, "m", "j", (int) (seenMs / 1000));
            series.setActive(slot, true);
        }
    }

    private void widen() {
        shards.apply(new Passed(DEMO, OLD, 1, MARK, SERIES, series.knownActive()));
        shards.apply(new State(DEMO, 1, Phase.STEADY, 2, 0, MARK));
    }

    /** The first half has samples. */
    private void see(long atMs) {
        for (int i = 0; i < SERIES / 2; i++) {
            series.table().setSeenSeconds(series.table().find(i, i * 0x9E3779B97F4A7C15L), (int) (atMs / 1000));
        }
    }

    private static void step(LeftSeries left, TenantShard shard, LocalShards shards, long fromMs, int seconds) {
        for (int i = 0; i < seconds; i++) {
            shard.see(shards.of(DEMO), fromMs + i * 1000L);
            left.step(shard, fromMs + i * 1000L);
        }
    }

    @Test
    void shouldEndTheActivityOfSeriesWithoutSamplesSinceTheMark() {
        fill(MARK - 30_000);
        widen();
        TenantShard shard = new TenantShard(OLD, shards.of(DEMO), MARK);
        LeftSeries left = new LeftSeries(series, memory, 0);
        see(MARK + 60_000);

        step(left, shard, shards, MARK, 130);
        assertThat(series.table().active()).isEqualTo(SERIES);
        step(left, shard, shards, MARK + 130_000, 10);

        assertThat(series.table().active()).isEqualTo(SERIES / 2);
        assertThat(memory.changelog).hasSize(SERIES / 2).allMatch(line -> line.endsWith("active=false"));
    }

    @Test
    void shouldWaitAsLongAfterARestartSinceNothingIsKnownOfTheTimeBefore() {
        long restart = MARK + 100_000;
        fill(restart);
        widen();
        TenantShard shard = new TenantShard(OLD, shards.of(DEMO), restart);
        LeftSeries left = new LeftSeries(series, memory, restart);
        see(restart + 60_000);

        step(left, shard, shards, restart, 130);
        assertThat(series.table().active()).isEqualTo(SERIES);
        step(left, shard, shards, restart + 130_000, 10);

        assertThat(series.table().active()).isEqualTo(SERIES / 2);
    }

    @Test
    void shouldLeaveSeriesAloneInANewPartitionAndLongAfterwards() {
        fill(MARK - 30_000);
        widen();
        int fresh = Shard.of(DEMO, 2, 8).partitions()[1];

        step(new LeftSeries(series, memory, 0), new TenantShard(fresh, shards.of(DEMO), MARK), shards, MARK, 300);
        step(
                new LeftSeries(series, memory, MARK + TenantShard.GRACE_MS),
                new TenantShard(OLD, shards.of(DEMO), MARK),
                shards,
                MARK + TenantShard.GRACE_MS,
                300);

        assertThat(series.table().active()).isEqualTo(SERIES);
    }
}
