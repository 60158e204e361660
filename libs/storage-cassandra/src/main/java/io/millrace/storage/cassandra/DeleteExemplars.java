package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.millrace.model.SeriesId;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.DeletedExemplars;

/**
 * Deletes exemplars of a series by time. Their write time is when they were received ({@link InsertExemplar}), so the
 * tombstone covers what was received by its own write time, whenever it is written, and nothing else.
 */
final class DeleteExemplars {
    private final PreparedStatement prepared;

    DeleteExemplars(CqlSession session) {
        prepared = session.prepare("DELETE FROM exemplars USING TIMESTAMP ?"
                + " WHERE tenant = ? AND day = ? AND bucket = ? AND metric = ? AND series = ?"
                + " AND timestamp_ms >= ? AND timestamp_ms <= ?");
    }

    BoundStatement bind(ChunkPartition partition, SeriesId series, DeletedExemplars deleted) {
        ChunkBucket bucket = partition.bucket();
        return prepared.boundStatementBuilder()
                .setLong(0, InsertExemplar.writeTime(deleted.receivedUntilMs()))
                .setString(1, bucket.tenant().value())
                .setInt(2, bucket.day())
                .setShort(3, (short) bucket.number())
                .setString(4, partition.metric())
                .setBytesUnsafe(5, SeriesBlob.of(series))
                .setLong(6, deleted.fromMs())
                .setLong(7, deleted.toMs())
                .build();
    }
}
