package io.millrace.processor.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.RejectReason;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.processor.series.TenantSeries;
import io.millrace.processor.shards.TenantShard;
import io.millrace.runtime.shards.Shards;
import org.junit.jupiter.api.Test;

class SeriesAdmissionTest {
    private static final TenantId TENANT = new TenantId("demo");
    private static final int LIMIT = 400;
    private static final int PARTITIONS = 3;
    private static final TenantLimits LIMITS = TenantLimits.DEFAULT.withSeries(LIMIT, 1_000_000, 1_000_000);

    @Test
    void shouldHoldTheCapOfAPartitionWhenOthersAreHeardOfTooLate() {
        // given a partition that still hears of no series elsewhere, long after others have taken their share
        TenantSeries series = new TenantSeries(TENANT, 1);
        SeriesAdmission admission = new SeriesAdmission(series, 0, shard(PARTITIONS), (tenant, partition) -> 0);

        // when it is asked for ever more series, over many refreshes
        for (int i = 0; i < 10 * LIMIT; i++) {
            admitOne(admission, series, i, i * 100L);
        }

        // then it takes what chance explains and no more, so that all of them pass the limit by what is stated
        long all = series.table().active() * PARTITIONS;
        assertThat(all).isGreaterThan(LIMIT);
        assertThat(all - LIMIT).isLessThanOrEqualTo((long) (3 * Math.sqrt(LIMIT * PARTITIONS)) + PARTITIONS);
    }

    @Test
    void shouldTakeTheShareOfTheRoomThatOthersLeave() {
        // given the others have 390 of 400
        TenantSeries series = new TenantSeries(TENANT, 1);
        SeriesAdmission admission = new SeriesAdmission(series, 0, shard(PARTITIONS), (tenant, partition) -> 390);

        // when it is asked for a hundred within one refresh
        for (int i = 0; i < 100; i++) {
            admitOne(admission, series, i, 0);
        }

        // then it takes a third of ten and three standard deviations
        assertThat(series.table().active()).isEqualTo(9);
        assertThat(admission.admit(LIMITS, -1, 0)).isEqualTo(RejectReason.MAX_ACTIVE_SERIES);
    }

    @Test
    void shouldBeExactWithOnePartition() {
        TenantSeries series = new TenantSeries(TENANT, 1);
        SeriesAdmission admission = new SeriesAdmission(series, 0, shard(1), (tenant, partition) -> 0);

        for (int i = 0; i < 3 * LIMIT; i++) {
            admitOne(admission, series, i, i * 50L);
        }

        assertThat(series.table().active()).isEqualTo(LIMIT);
    }

    @Test
    void shouldSeeWithinASecondThatThereIsRoom() {
        // given a partition that has heard of a full tenant
        TenantSeries series = new TenantSeries(TENANT, 1);
        long[] others = {LIMIT};
        SeriesAdmission admission = new SeriesAdmission(series, 0, shard(PARTITIONS), (tenant, partition) -> others[0]);
        assertThat(admission.admit(LIMITS, -1, 0)).isEqualTo(RejectReason.MAX_ACTIVE_SERIES);

        // when others give room
        others[0] = LIMIT - 10;

        // then
        assertThat(admission.next(LIMITS, 0).isOpen()).isTrue();
        assertThat(admission.admit(LIMITS, -1, SeriesAdmission.LOOK_AGAIN_MS)).isNull();
    }

    private static TenantShard shard(int partitions) {
        return new TenantShard(0, Shards.none(partitions).of(TENANT), 0);
    }

    private static void admitOne(SeriesAdmission admission, TenantSeries series, int number, long nowMs) {
        if (admission.admit(LIMITS, -1, nowMs) == null) {
            series.setActive(series.insert(number, ~number, number, "up", "job", 0), true);
        }
    }
}
