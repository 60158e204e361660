package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TenantId;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ShardTest {
    private static final TenantId DEMO = new TenantId("demo");

    @Test
    void shouldNeverChange() {
        assertThat(Shard.of(DEMO, 4, 16).partitions()).containsExactly(0, 12, 9, 11);
        assertThat(Shard.of(DEMO, 4, 16).partition(0, 0x40000000_00000000L)).isEqualTo(9);
    }

    @Property(tries = 300)
    void isContainedInTheNextOneAndSpreadsSeriesEvenly(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int partitions) {
        SplittableRandom random = new SplittableRandom(seed);
        TenantId tenant = new TenantId("t" + random.nextInt(1_000_000));
        Shard before = Shard.of(tenant, 1, partitions);
        assertThat(before.home()).isEqualTo(before.partitions()[before.isAll() ? before.home() : 0]);
        while (!before.isAll()) {
            Shard after = Shard.of(tenant, Shard.next(before.width(), partitions), partitions);
            for (int partition : before.partitions()) {
                assertThat(after.contains(partition)).isTrue();
            }
            assertThat(after.home()).isEqualTo(before.home());
            assertThat(partitionsOf(after, random)).isEqualTo(setOf(after));
            before = after;
        }
    }

    private static Set<Integer> partitionsOf(Shard shard, SplittableRandom random) {
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < 40 * shard.width(); i++) {
            used.add(shard.partition(random.nextLong(), random.nextLong()));
        }
        return used;
    }

    private static Set<Integer> setOf(Shard shard) {
        Set<Integer> all = new HashSet<>();
        for (int partition : shard.partitions()) {
            all.add(partition);
        }
        return all;
    }

    @Property(tries = 100)
    void leavesEverySecondSeriesWhereItIsWhenItGrows(@ForAll long idHigh, @ForAll long idLow) {
        Shard four = Shard.of(DEMO, 4, 64);
        Shard eight = Shard.of(DEMO, 8, 64);
        boolean moves = eight.partition(idHigh, idLow) != four.partition(idHigh, idLow);
        boolean thirdBit = (idLow >>> 61 & 1) == 1;
        assertThat(moves).isEqualTo(thirdBit);
    }

    @Property
    void isTheCommonFunctionWhenItHasAllPartitions(
            @ForAll long idHigh, @ForAll long idLow, @ForAll @IntRange(min = 1, max = 100) int partitions) {
        assertThat(Shard.of(DEMO, partitions, partitions).partition(idHigh, idLow))
                .isEqualTo(Partitions.partition(idHigh, idLow, partitions))
                .isEqualTo(Shard.all(partitions).partition(idHigh, idLow));
    }

    @Test
    void shouldTakeAllPartitionsForAWidthThatCannotBe() {
        assertThat(Shard.of(DEMO, 3, 8).width()).isEqualTo(8);
        assertThat(Shard.of(DEMO, 0, 8).width()).isEqualTo(8);
        assertThat(Shard.of(DEMO, 99, 8).width()).isEqualTo(8);
    }

    @Test
    void shouldDoubleUntilItHasAll() {
        assertThat(Shard.next(2, 12)).isEqualTo(4);
        assertThat(Shard.next(8, 12)).isEqualTo(12);
        assertThat(Shard.next(4, 8)).isEqualTo(8);
    }

    @Test
    void shouldBeginWithHalfOfThePartitionsAtMost() {
        assertThat(Shard.begin(4, 8)).isEqualTo(4);
        assertThat(Shard.begin(4, 6)).isEqualTo(6);
        assertThat(Shard.begin(5, 64)).isEqualTo(4);
        assertThat(Shard.begin(0, 64)).isEqualTo(64);
    }
}
