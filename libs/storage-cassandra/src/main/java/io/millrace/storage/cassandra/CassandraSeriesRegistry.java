package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import io.millrace.model.TenantId;
import io.millrace.storage.RetentionPolicy;
import io.millrace.storage.SeriesRegistry;
import io.millrace.storage.SeriesRow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** The registry in the table {@code series_by_day}. Thread-safe. */
final class CassandraSeriesRegistry implements SeriesRegistry {
    private static final int SHARDS = 1 << SHARD_BITS;

    /** Key columns and lengths of a row beside its labels and metric. */
    private static final int ROW_BYTES = 60;

    private final Requests requests;
    private final RetentionPolicy retention;
    private final InsertSeries insert;
    private final SelectSeriesByDay select;

    CassandraSeriesRegistry(CqlSession session, RetentionPolicy retention) {
        this.requests = new Requests(session);
        this.retention = retention;
        this.insert = new InsertSeries(session);
        this.select = new SelectSeriesByDay(session);
    }

    @Override
    public CompletionStage<Void> write(TenantId tenant, int day, List<SeriesRow> rows) {
        if (rows.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        int ttlSeconds = Expiry.seconds(retention.writeTo(tenant));
        List<List<SeriesRow>> shards = new ArrayList<>(SHARDS);
        for (int shard = 0; shard < SHARDS; shard++) {
            shards.add(new ArrayList<>());
        }
        for (SeriesRow row : rows) {
            shards.get(row.id().shard(SHARD_BITS)).add(row);
        }
        List<CompletionStage<Void>> writes = new ArrayList<>();
        for (List<SeriesRow> shard : shards) {
            Batches.cut(shard, CassandraSeriesRegistry::bytes, batch -> {
                List<BoundStatement> bound = new ArrayList<>(batch.size());
                for (SeriesRow row : batch) {
                    bound.add(insert.bind(tenant, day, row, ttlSeconds));
                }
                writes.add(requests.writeBatch("series", bound));
            });
        }
        return Requests.all(writes);
    }

    private static int bytes(SeriesRow row) {
        return ROW_BYTES + row.metric().length() + row.labels().length;
    }

    @Override
    public void read(TenantId tenant, int day, Consumer<SeriesRow> visitor) {
        requests.read(
                "series of day " + day,
                IntStream.range(0, SHARDS)
                        .mapToObj(shard -> select.bind(tenant, day, shard))
                        .iterator(),
                row -> {
                    visitor.accept(SelectSeriesByDay.read(row));
                    return true;
                });
    }
}
