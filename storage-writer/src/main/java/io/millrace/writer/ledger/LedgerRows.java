package io.millrace.writer.ledger;

import io.millrace.model.TenantId;
import io.millrace.storage.JobUsageRow;
import io.millrace.storage.RejectionLedger;
import io.millrace.storage.RejectionRow;
import io.millrace.storage.UsageRow;
import io.millrace.storage.UsageStore;
import io.millrace.wire.record.JobUsageRecord;
import io.millrace.wire.record.RejectionRecord;
import io.millrace.wire.record.UsageRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Rows of one poll, gathered by tenant. Writing them twice is writing them once. For one thread. */
final class LedgerRows {
    private final Map<TenantId, List<RejectionRow>> rejections = new HashMap<>();
    private final Map<TenantId, List<UsageRow>> usage = new HashMap<>();
    private final Map<TenantId, Map<JobHour, JobUsageRow>> jobs = new HashMap<>();

    private record JobHour(int hour, int partition, String job) {}

    /** @throws io.millrace.wire.MalformedException when the record cannot be read */
    void addRejection(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return;
        }
        RejectionRecord rejection = RejectionRecord.decode(record.key(), record.value());
        rejections
                .computeIfAbsent(rejection.tenant(), tenant -> new ArrayList<>())
                .add(new RejectionRow(
                        rejection.firstMs(),
                        rejection.lastMs(),
                        record.partition() + "/" + record.offset(),
                        rejection.reason(),
                        rejection.metric(),
                        rejection.series(),
                        rejection.item(),
                        rejection.message(),
                        rejection.samples()));
    }

    /** @throws io.millrace.wire.MalformedException when the record cannot be read */
    void addUsage(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return; // the partition knows nothing of the tenant any more; what it counted stays
        }
        UsageRecord counted = UsageRecord.decode(record.key(), record.value());
        add(counted, counted.previous());
        add(counted, counted.current());
    }

    private void add(UsageRecord counted, UsageRecord.Hour hour) {
        if (!hour.equals(UsageRecord.Hour.NONE)) {
            usage.computeIfAbsent(counted.tenant(), tenant -> new ArrayList<>())
                    .add(new UsageRow(
                            hour.hour(),
                            counted.partition(),
                            hour.samples(),
                            hour.refused(),
                            hour.bytes(),
                            hour.maxActiveSeries()));
        }
    }

    /** @throws io.millrace.wire.MalformedException when the record cannot be read */
    void addJobUsage(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return; // the job is over; what was counted stays
        }
        JobUsageRecord counted = JobUsageRecord.decode(record.key(), record.value());
        add(counted, counted.previous());
        add(counted, counted.current());
    }

    /** Rows of one batch have no order in the store, so only the last of each hour, partition and job goes in. */
    private void add(JobUsageRecord counted, UsageRecord.Hour hour) {
        if (!hour.equals(UsageRecord.Hour.NONE)) {
            jobs.computeIfAbsent(counted.tenant(), tenant -> new HashMap<>())
                    .put(
                            new JobHour(hour.hour(), counted.partition(), counted.job()),
                            new JobUsageRow(
                                    hour.hour(),
                                    counted.partition(),
                                    counted.job(),
                                    hour.samples(),
                                    hour.bytes(),
                                    hour.maxActiveSeries()));
        }
    }

    boolean isEmpty() {
        return rejections.isEmpty() && usage.isEmpty() && jobs.isEmpty();
    }

    CompletionStage<Void> write(RejectionLedger ledger, UsageStore store) {
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        rejections.forEach(
                (tenant, rows) -> writes.add(ledger.write(tenant, rows).toCompletableFuture()));
        usage.forEach(
                (tenant, rows) -> writes.add(store.write(tenant, latest(rows)).toCompletableFuture()));
        jobs.forEach((tenant, rows) ->
                writes.add(store.writeJobs(tenant, List.copyOf(rows.values())).toCompletableFuture()));
        return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new));
    }

    /** Rows of one batch have no order in the store, so only the last of each hour and partition goes in. */
    private static List<UsageRow> latest(List<UsageRow> rows) {
        Map<Long, UsageRow> latest = new HashMap<>();
        for (UsageRow row : rows) {
            latest.put((long) row.hour() << 32 | row.partition(), row);
        }
        return List.copyOf(latest.values());
    }
}
