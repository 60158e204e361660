package io.millrace.writer.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.RefusedItem;
import io.millrace.model.TenantId;
import io.millrace.storage.JobUsageRow;
import io.millrace.storage.RejectionRow;
import io.millrace.storage.UsageRow;
import io.millrace.testkit.store.InMemoryStore;
import io.millrace.wire.record.JobUsageRecord;
import io.millrace.wire.record.RejectionRecord;
import io.millrace.wire.record.UsageRecord;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class LedgerRowsTest {
    private static final TenantId TENANT = new TenantId("tenant-1");

    private final InMemoryStore store = new InMemoryStore();
    private final LedgerRows rows = new LedgerRows();

    private void write() {
        rows.write(store.rejections(), store.usage()).toCompletableFuture().join();
    }

    @Test
    void shouldLandARejectionNamedByItsPlaceInTheTopic() {
        // given
        RefusedItem item = RefusedItem.sample(5, Double.doubleToRawLongBits(1.5));
        RejectionRecord rejection = new RejectionRecord(
                TENANT, RejectionRecord.Origin.GATEWAY, 10, 20, 7, "millrace-too-old", "up", "up{}", item, "too old");
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>("rejections", 2, 33, rejection.key(), rejection.value());
        // when: read twice, as after a crash
        rows.addRejection(record);
        rows.addRejection(record);
        write();
        // then
        List<RejectionRow> found = new ArrayList<>();
        store.rejections().read(TENANT, 0, 100, found::add);
        assertThat(found)
                .containsExactly(
                        new RejectionRow(10, 20, "2/33", "millrace-too-old", "up", "up{}", item, "too old", 7));
    }

    @Test
    void shouldKeepTheLatestFiguresOfAnHour() {
        // given: the same hour counted twice, then the next hour
        usage(new UsageRecord.Hour(100, 5, 1, 0, 3), UsageRecord.Hour.NONE);
        usage(new UsageRecord.Hour(100, 9, 2, 0, 4), UsageRecord.Hour.NONE);
        usage(new UsageRecord.Hour(101, 1, 0, 0, 2), new UsageRecord.Hour(100, 11, 3, 70, 5));
        // when
        write();
        // then
        List<UsageRow> found = new ArrayList<>();
        store.usage().read(TENANT, 0, 1_000, found::add);
        assertThat(found).containsExactly(new UsageRow(100, 4, 11, 3, 70, 5), new UsageRow(101, 4, 1, 0, 0, 2));
    }

    @Test
    void shouldKeepTheLatestFiguresOfAJob() {
        // given: the same hour counted twice, then the next hour
        UsageRecord.Hour hour = new UsageRecord.Hour(100, 9, 0, 90, 4);
        job(new UsageRecord.Hour(100, 5, 0, 50, 3), UsageRecord.Hour.NONE);
        job(new UsageRecord.Hour(101, 1, 0, 10, 2), hour);
        // when
        write();
        // then
        List<JobUsageRow> found = new ArrayList<>();
        store.usage().readJobs(TENANT, 0, 1_000, found::add);
        assertThat(found)
                .containsExactly(new JobUsageRow(100, 4, "api", 9, 90, 4), new JobUsageRow(101, 4, "api", 1, 10, 2));
    }

    private void job(UsageRecord.Hour current, UsageRecord.Hour previous) {
        JobUsageRecord record = new JobUsageRecord(TENANT, 4, "api", 0, 0, 0, 0, current, previous);
        rows.addJobUsage(new ConsumerRecord<>("usage-by-job", 0, 0, record.key(), record.value()));
    }

    @Test
    void shouldIgnoreTombstones() {
        rows.addUsage(new ConsumerRecord<>("usage", 0, 0, UsageRecord.key(TENANT, 4), null));
        assertThat(rows.isEmpty()).isTrue();
    }

    private void usage(UsageRecord.Hour current, UsageRecord.Hour previous) {
        UsageRecord record = new UsageRecord(TENANT, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, current, previous);
        rows.addUsage(new ConsumerRecord<>("usage", 0, 0, record.key(), record.value()));
    }
}
