package io.millrace.processor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TenantId;
import io.millrace.wire.record.UsageRecord;
import io.millrace.wire.record.UsageRecord.Hour;
import org.junit.jupiter.api.Test;

class UsageCounterTest {
    private static final long HOUR = 3_600_000;

    @Test
    void shouldCountByHourAndKeepTheHourBefore() {
        UsageCounter counter = new UsageCounter(new TenantId("demo"), 1);
        counter.at(100 * HOUR + 5);
        counter.addAccepted(10, 2, 1);
        counter.addRefused(3);
        counter.addBytes(500);
        counter.setSeries(7, 8);
        counter.setSeries(5, 8);
        counter.at(101 * HOUR);
        counter.addAccepted(1, 0, 0);

        UsageRecord record = counter.record(101 * HOUR);

        assertThat(record.previous()).isEqualTo(new Hour(100, 12, 3, 500, 7));
        assertThat(record.current()).isEqualTo(new Hour(101, 1, 0, 0, 5));
        assertThat(record.samples()).isEqualTo(11);
        assertThat(record.histograms()).isEqualTo(2);
        assertThat(record.exemplars()).isEqualTo(1);
        assertThat(UsageCounter.of(record).record(101 * HOUR)).isEqualTo(record);
    }

    @Test
    void shouldStayInItsHourWhenTheClockGoesBack() {
        UsageCounter counter = new UsageCounter(new TenantId("demo"), 1);
        counter.at(101 * HOUR);
        counter.at(100 * HOUR);
        counter.addAccepted(1, 0, 0);
        assertThat(counter.record(0).current().hour()).isEqualTo(101);
        assertThat(counter.record(0).previous()).isEqualTo(Hour.NONE);
    }
}
