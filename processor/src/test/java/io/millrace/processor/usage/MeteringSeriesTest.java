package io.millrace.processor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TenantId;
import io.millrace.wire.Partitions;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.JobUsageRecord;
import io.millrace.wire.record.SampleBatchReader;
import io.millrace.wire.record.SeriesRecord;
import io.millrace.wire.record.UsageRecord.Hour;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeteringSeriesTest {
    private static final long NOON = 20_414 * 86_400_000L + 43_200_000L;
    private static final int PARTITIONS = 4;

    private final List<String> announced = new ArrayList<>();
    private final List<String> samples = new ArrayList<>();
    private final MeteringSeries series = new MeteringSeries(new TenantId("millrace"), PARTITIONS);
    private final MeteringSeries.Sink sink = new MeteringSeries.Sink() {
        @Override
        public void series(int partition, SeriesRecord announcement) {
            assertThat(announcement.tenant()).isEqualTo(new TenantId("millrace"));
            byte[] labels = announcement.labels();
            announced.add(CanonicalLabels.decode(labels, 0, labels.length).toString());
        }

        @Override
        public void samples(int partition, byte[] batch) {
            SampleBatchReader reader = new SampleBatchReader();
            reader.wrap(batch);
            while (reader.nextEntry() != SampleBatchReader.Entry.END) {
                assertThat(Partitions.partition(reader.idHigh(), reader.idLow(), PARTITIONS))
                        .isEqualTo(partition);
                assertThat(reader.nextItem()).isEqualTo(SampleBatchReader.Item.SAMPLE);
                samples.add(reader.timestampMs() + " " + Double.longBitsToDouble(reader.valueBits()));
            }
        }
    };

    private void round(long nowMs, String job) {
        series.begin(nowMs);
        series.add(new JobUsageRecord(new TenantId("demo"), 2, job, nowMs, 7, 100, 2000, Hour.NONE, Hour.NONE), sink);
        series.end(sink);
    }

    @Test
    void shouldMakeThreeSeriesOfAJobAndAnnounceThemOnceADay() {
        round(NOON, "api");
        round(NOON + 15_000, "api");
        assertThat(announced)
                .hasSize(3)
                .anySatisfy(labels -> assertThat(labels)
                        .contains(
                                "millrace_tenant_samples_total", "tenant=\"demo\"", "job=\"api\"", "partition=\"2\""));
        assertThat(samples)
                .containsExactlyInAnyOrder(
                        NOON + " 7.0",
                        NOON + " 100.0",
                        NOON + " 2000.0",
                        NOON + 15_000 + " 7.0",
                        NOON + 15_000 + " 100.0",
                        NOON + 15_000 + " 2000.0");
        round(NOON + 86_400_000L, "api");
        assertThat(announced).hasSize(6);
    }

    @Test
    void shouldLeaveTheJobOutWhenThereIsNone() {
        round(NOON, "");
        assertThat(announced).hasSize(3).allSatisfy(labels -> assertThat(labels).doesNotContain("job="));
    }
}
