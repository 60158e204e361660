package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import io.millrace.model.SeriesId;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ExemplarRow;
import io.millrace.storage.ExemplarStore;
import io.millrace.storage.RetentionPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Exemplars in the table {@code exemplars}. Thread-safe. */
final class CassandraExemplarStore implements ExemplarStore {
    private static final int ROW_BYTES = 80;

    private final Requests requests;
    private final RetentionPolicy retention;
    private final InsertExemplar insert;
    private final SelectExemplars select;

    CassandraExemplarStore(CqlSession session, RetentionPolicy retention) {
        this.requests = new Requests(session);
        this.retention = retention;
        this.insert = new InsertExemplar(session);
        this.select = new SelectExemplars(session);
    }

    @Override
    public CompletionStage<Void> write(ChunkPartition partition, List<ExemplarRow> rows) {
        if (rows.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        int ttlSeconds = Expiry.seconds(retention.writeTo(partition.tenant()));
        List<CompletionStage<Void>> writes = new ArrayList<>();
        Batches.cut(rows, row -> ROW_BYTES + row.labels().length, batch -> {
            List<BoundStatement> bound = new ArrayList<>(batch.size());
            for (ExemplarRow row : batch) {
                bound.add(insert.bind(partition, row, ttlSeconds));
            }
            writes.add(requests.writeBatch("exemplars", bound));
        });
        return Requests.all(writes);
    }

    @Override
    public void read(
            ChunkPartition partition,
            Collection<SeriesId> series,
            long fromMs,
            long toMs,
            Consumer<ExemplarRow> visitor) {
        List<SeriesId> sorted = series.stream().sorted().distinct().toList();
        List<BoundStatement> bound = new ArrayList<>();
        for (int from = 0; from < sorted.size(); from += SelectChunks.MAX_SERIES) {
            int to = Math.min(from + SelectChunks.MAX_SERIES, sorted.size());
            bound.add(select.bind(partition, sorted.subList(from, to), fromMs, toMs));
        }
        requests.read("exemplars of " + partition.metric(), bound.iterator(), row -> {
            visitor.accept(SelectExemplars.read(row));
            return true;
        });
    }
}
