package io.millrace.processor.shards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.TenantId;
import io.millrace.wire.Shard;
import io.millrace.wire.record.KnownSeries;
import io.millrace.wire.record.ShardRecord.Passed;
import io.millrace.wire.record.ShardRecord.Phase;
import io.millrace.wire.record.ShardRecord.State;
import org.junit.jupiter.api.Test;

class TenantShardTest {
    private static final TenantId DEMO = new TenantId("demo");
    private static final int[] ORDER = Shard.of(DEMO, 4, 8).partitions();
    private static final long BEGIN = 1_700_000_000_000L;

    private final LocalShards shards = new LocalShards(8);

    private static Passed passed(int partition, long epoch, long atMs, long idHigh) {
        KnownSeries.Builder known = new KnownSeries.Builder(1);
        known.add(idHigh, 0);
        return new Passed(DEMO, partition, epoch, atMs, 100, known.build());
    }

    private TenantShard at(int partition, long nowMs) {
        return new TenantShard(partition, shards.of(DEMO), nowMs);
    }

    @Test
    void shouldDivideByAllPartitionsWhereNothingIsSaid() {
        TenantShard shard = at(3, BEGIN);

        assertThat(shard.width()).isEqualTo(8);
        assertThat(shard.widthForMetrics()).isEqualTo(8);
        assertThat(shard.isSettling()).isFalse();
        assertThat(shard.isInGrace()).isFalse();
        assertThat(shard.carries(1, 0)).isFalse();
    }

    @Test
    void shouldCarrySeriesOfOldPartitionsForSomeTimeAfterAWidening() {
        shards.apply(passed(ORDER[0], 1, BEGIN - 10, 1));
        shards.apply(passed(ORDER[1], 1, BEGIN, 2));
        shards.apply(new State(DEMO, 1, Phase.STEADY, 4, 0, BEGIN));

        TenantShard old = at(ORDER[1], BEGIN);
        TenantShard fresh = at(ORDER[2], BEGIN);
        assertThat(fresh.width()).isEqualTo(4);
        assertThat(fresh.widthForMetrics()).isEqualTo(4);
        assertThat(old.widthForMetrics()).isEqualTo(2);
        assertThat(old.isOld()).isTrue();
        assertThat(fresh.isOld()).isFalse();
        assertThat(fresh.activeBefore()).isEqualTo(200);
        assertThat(fresh.isSettling()).isTrue();
        assertThat(fresh.carries(1, 0)).isTrue();
        assertThat(fresh.carries(2, 0)).isTrue();

        old.see(shards.of(DEMO), BEGIN + TenantShard.SETTLED_AFTER_MS);
        assertThat(old.isSettling()).isFalse();
        assertThat(old.widthForMetrics()).isEqualTo(4);
        assertThat(old.isInGrace()).isTrue();
        assertThat(old.carries(2, 0)).isTrue();

        old.see(shards.of(DEMO), BEGIN + TenantShard.GRACE_MS);
        assertThat(old.isInGrace()).isFalse();
        assertThat(old.carries(2, 0)).isFalse();
    }

    @Test
    void shouldGoOnCarryingWhileTheNextChangeIsOnItsWay() {
        shards.apply(passed(ORDER[0], 1, BEGIN, 1));
        shards.apply(new State(DEMO, 2, Phase.CLOSING, 2, 4, BEGIN + 300_000));

        TenantShard shard = at(ORDER[1], BEGIN + 300_000);

        assertThat(shard.carries(1, 0)).isTrue();
        assertThat(shard.isSettling()).isFalse();
        assertThat(shard.width()).isEqualTo(2);
    }

    @Test
    void shouldHoldABatchOfAShardThatIsNotKnownYet() {
        EpochGate gate = new EpochGate(shards);
        shards.apply(new State(DEMO, 2, Phase.PASSING, 2, 4, BEGIN));

        assertThatCode(() -> gate.await(DEMO, 1, BEGIN, BEGIN)).doesNotThrowAnyException();
        assertThatThrownBy(() -> gate.await(DEMO, 2, BEGIN, BEGIN + EpochGate.OLD_MS - 1))
                .isInstanceOf(ShardUnavailableException.class);
        assertThatCode(() -> gate.await(DEMO, 2, BEGIN, BEGIN + EpochGate.OLD_MS))
                .as("a partition does not stand still for ever")
                .doesNotThrowAnyException();

        shards.apply(new State(DEMO, 2, Phase.STEADY, 4, 0, BEGIN));

        assertThatCode(() -> gate.await(DEMO, 2, BEGIN, BEGIN)).doesNotThrowAnyException();
        assertThatCode(() -> gate.await(new TenantId("deleted"), 7, BEGIN, BEGIN))
                .doesNotThrowAnyException();
    }
}
