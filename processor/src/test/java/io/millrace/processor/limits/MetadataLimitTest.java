package io.millrace.processor.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TenantLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MetadataLimitTest {
    private static final int PARTITIONS = 6;
    private static final int LIMIT = 600;

    @Test
    void shouldTakeTheMetadataOfAsManyFamiliesAsTheLimitOverAllPartitions() {
        // given
        List<ItemLimits> partitions = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            ItemLimits limits = new ItemLimits();
            limits.begin(TenantLimits.DEFAULT.withItems(160, 60_000, LIMIT), PARTITIONS, 0, 0);
            partitions.add(limits);
        }
        SplittableRandom hash = new SplittableRandom(1);

        // when ten times as many families come, each to the partition of its hash
        int taken = 0;
        for (int i = 0; i < 10 * LIMIT; i++) {
            taken += partitions.get(hash.nextInt(PARTITIONS)).takeMetadata("family_" + i) ? 1 : 0;
        }

        // then
        assertThat(taken).isBetween(LIMIT, LIMIT + (int) (3 * Math.sqrt(LIMIT * PARTITIONS)) + PARTITIONS);
    }
}
