package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import io.millrace.model.TenantId;
import io.millrace.storage.RejectionLedger;
import io.millrace.storage.RejectionRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** The ledger in the table {@code rejections}, one partition for each tenant and day. Thread-safe. */
final class CassandraRejectionLedger implements RejectionLedger {
    private static final long DAY_MS = 86_400_000;

    private final Requests requests;
    private final InsertRejection insert;
    private final SelectRejectionsByDay select;

    CassandraRejectionLedger(CqlSession session) {
        this.requests = new Requests(session);
        this.insert = new InsertRejection(session);
        this.select = new SelectRejectionsByDay(session);
    }

    @Override
    public CompletionStage<Void> write(TenantId tenant, List<RejectionRow> rows) {
        if (rows.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        Map<Integer, List<RejectionRow>> days = new TreeMap<>();
        for (RejectionRow row : rows) {
            days.computeIfAbsent(day(row.lastMs()), day -> new ArrayList<>()).add(row);
        }
        List<CompletionStage<Void>> writes = new ArrayList<>();
        days.forEach((day, ofDay) -> Batches.cut(
                ofDay,
                row -> 200
                        + 2
                                * (row.message().length()
                                        + row.series().length()
                                        + row.metric().length()),
                batch -> {
                    List<BoundStatement> bound = new ArrayList<>(batch.size());
                    for (RejectionRow row : batch) {
                        bound.add(insert.bind(tenant, day, row));
                    }
                    writes.add(requests.writeBatch("rejections", bound));
                }));
        return Requests.all(writes);
    }

    @Override
    public void read(TenantId tenant, long fromMs, long toMs, Predicate<RejectionRow> visitor) {
        boolean[] goOn = {true};
        int firstDay = Math.max(day(fromMs), day(toMs) - 2 * DAYS_KEPT);
        for (int day = day(toMs); day >= firstDay && goOn[0]; day--) {
            requests.read(
                    "rejections",
                    List.of(select.bind(tenant, day, fromMs, toMs)).iterator(),
                    row -> {
                        goOn[0] = visitor.test(SelectRejectionsByDay.read(row));
                        return goOn[0];
                    });
        }
    }

    private static int day(long ms) {
        return (int) Math.floorDiv(ms, DAY_MS);
    }
}
