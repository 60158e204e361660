package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import io.millrace.model.TenantId;
import io.millrace.storage.JobUsageRow;
import io.millrace.storage.UsageRow;
import io.millrace.storage.UsageStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Metering in the tables {@code usage_by_hour}, one partition for each tenant and month, and {@code usage_by_job}, one for
 * each tenant and day. Thread-safe.
 */
final class CassandraUsageStore implements UsageStore {
    private final Requests requests;
    private final InsertUsage insert;
    private final SelectUsageByMonth select;
    private final InsertJobUsage insertJob;
    private final SelectJobUsageByDay selectJobs;

    CassandraUsageStore(CqlSession session) {
        this.requests = new Requests(session);
        this.insert = new InsertUsage(session);
        this.select = new SelectUsageByMonth(session);
        this.insertJob = new InsertJobUsage(session);
        this.selectJobs = new SelectJobUsageByDay(session);
    }

    @Override
    public CompletionStage<Void> write(TenantId tenant, List<UsageRow> rows) {
        if (rows.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        Map<Integer, List<UsageRow>> months = new TreeMap<>();
        for (UsageRow row : rows) {
            months.computeIfAbsent(UsageMonths.of(row.hour()), month -> new ArrayList<>())
                    .add(row);
        }
        List<CompletionStage<Void>> writes = new ArrayList<>();
        for (List<UsageRow> ofMonth : months.values()) {
            Batches.cut(ofMonth, row -> 70, batch -> {
                List<BoundStatement> bound = new ArrayList<>(batch.size());
                for (UsageRow row : batch) {
                    bound.add(insert.bind(tenant, row));
                }
                writes.add(requests.writeBatch("usage", bound));
            });
        }
        return Requests.all(writes);
    }

    @Override
    public CompletionStage<Void> writeJobs(TenantId tenant, List<JobUsageRow> rows) {
        Map<Integer, List<JobUsageRow>> days = new TreeMap<>();
        for (JobUsageRow row : rows) {
            days.computeIfAbsent(InsertJobUsage.day(row.hour()), day -> new ArrayList<>())
                    .add(row);
        }
        List<CompletionStage<Void>> writes = new ArrayList<>();
        for (List<JobUsageRow> ofDay : days.values()) {
            Batches.cut(ofDay, row -> 60 + row.job().length(), batch -> {
                List<BoundStatement> bound = new ArrayList<>(batch.size());
                for (JobUsageRow row : batch) {
                    bound.add(insertJob.bind(tenant, row));
                }
                writes.add(requests.writeBatch("job usage", bound));
            });
        }
        return Requests.all(writes);
    }

    @Override
    public void readJobs(TenantId tenant, int fromHour, int toHour, Consumer<JobUsageRow> visitor) {
        requests.read(
                "job usage",
                IntStream.rangeClosed(InsertJobUsage.day(fromHour), InsertJobUsage.day(toHour))
                        .mapToObj(day -> selectJobs.bind(tenant, day, fromHour, toHour))
                        .iterator(),
                row -> {
                    visitor.accept(SelectJobUsageByDay.read(row));
                    return true;
                });
    }

    @Override
    public void read(TenantId tenant, int fromHour, int toHour, Consumer<UsageRow> visitor) {
        requests.read(
                "usage",
                IntStream.rangeClosed(UsageMonths.of(fromHour), UsageMonths.of(toHour))
                        .mapToObj(month -> select.bind(tenant, month, fromHour, toHour))
                        .iterator(),
                row -> {
                    visitor.accept(SelectUsageByMonth.read(row));
                    return true;
                });
    }
}
