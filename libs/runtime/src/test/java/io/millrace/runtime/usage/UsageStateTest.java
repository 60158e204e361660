package io.millrace.runtime.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.model.TenantId;
import io.millrace.wire.record.UsageRecord;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UsageStateTest {
    private static final TenantId DEMO = new TenantId("demo");

    private long now = 10_000;
    private final UsageState state = new UsageState(() -> now);

    private static UsageRecord record(int partition, long publishedMs, long active, long samples) {
        return new UsageRecord(
                DEMO,
                partition,
                publishedMs,
                active,
                active,
                active,
                samples,
                0,
                0,
                0,
                0,
                0,
                samples * 10,
                UsageRecord.Hour.NONE,
                UsageRecord.Hour.NONE);
    }

    @Test
    void shouldSumThePartitionsOfATenant() {
        state.put(record(0, 9_000, 100, 1000));
        state.put(record(1, 9_500, 50, 500));
        assertThat(state.usage(DEMO).activeSeries()).isEqualTo(150);
        assertThat(state.usage(DEMO).samples()).isEqualTo(1500);
        assertThat(state.activeElsewhere(DEMO, 0)).isEqualTo(50);
        assertThat(state.activeElsewhere(DEMO, 7)).isEqualTo(150);
        assertThat(state.usage(new TenantId("other"))).isEqualTo(TenantUsage.NONE);
    }

    @Test
    void shouldReckonRatesFromTheLastTwoRecordsOfEachPartition() {
        state.put(record(0, 8_000, 100, 1000));
        state.put(record(0, 9_000, 101, 3000));
        state.put(record(1, 7_000, 50, 0));
        state.put(record(1, 9_000, 50, 1000));
        assertThat(state.usage(DEMO).samplesPerSecond()).isEqualTo(2500, within(0.01));
        assertThat(state.usage(DEMO).newSeriesPerMinute()).isEqualTo(60, within(0.01));
    }

    @Test
    void shouldHaveNoRateForAPartitionThatIsSilentOrBeganAgain() {
        state.put(record(0, 8_000, 100, 1000));
        state.put(record(0, 9_000, 100, 3000));
        state.put(record(1, 8_000, 100, 1000));
        state.put(record(1, 9_000, 100, 10));
        now = 9_100;
        assertThat(state.usage(DEMO).samplesPerSecond()).isEqualTo(2000, within(0.01));
        now = 15_000;
        assertThat(state.usage(DEMO).samplesPerSecond()).isZero();
    }

    @Test
    void shouldForgetWhatTheTopicNoLongerHas() {
        state.put(record(0, 9_000, 100, 1000));
        state.put(record(1, 9_000, 50, 500));
        UsageRecord kept = record(1, 9_500, 60, 600);
        state.replaceAll(Map.of(new UsageRecord.Key(DEMO, 1), kept));
        assertThat(state.usage(DEMO).activeSeries()).isEqualTo(60);
        state.remove(new UsageRecord.Key(DEMO, 1));
        assertThat(state.usage(DEMO).activeSeries()).isZero();
        assertThat(state.partitions(DEMO)).isEmpty();
    }
}
