package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.millrace.storage.PartitionProgress;
import io.millrace.storage.ProgressStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The table {@code writer_progress}. Thread-safe. */
final class CassandraProgressStore implements ProgressStore {
    private static final String TOPIC = "samples";

    private final Requests requests;
    private final PreparedStatement insert;
    private final PreparedStatement select;

    CassandraProgressStore(CqlSession session) {
        this.requests = new Requests(session);
        this.insert = session.prepare("INSERT INTO writer_progress"
                + " (topic, partition, position, durable_until_ms, updated_ms) VALUES (?, ?, ?, ?, ?)");
        this.select = session.prepare(
                "SELECT partition, position, durable_until_ms, updated_ms FROM writer_progress WHERE topic = ?");
    }

    @Override
    public CompletionStage<Void> write(List<PartitionProgress> progress) {
        if (progress.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        List<BoundStatement> bound = new ArrayList<>();
        for (PartitionProgress each : progress) {
            bound.add(insert.bind(TOPIC, each.partition(), each.offset(), each.durableUntilMs(), each.updatedMs()));
        }
        return requests.writeBatch("progress", bound);
    }

    @Override
    public List<PartitionProgress> read() {
        List<PartitionProgress> all = new ArrayList<>();
        requests.rows("progress", select.bind(TOPIC))
                .forEachRemaining(row ->
                        all.add(new PartitionProgress(row.getInt(0), row.getLong(1), row.getLong(2), row.getLong(3))));
        return all;
    }
}
