package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.MergedRow;
import io.millrace.storage.RetentionClass;
import java.nio.ByteBuffer;

/** Writes and drops merged rows. */
final class InsertMerged {
    private final PreparedStatement insert;
    private final PreparedStatement delete;

    InsertMerged(CqlSession session, RetentionClass retention) {
        insert = session.prepare("INSERT INTO " + MergedTable.of(retention)
                + " (tenant, day, bucket, metric, series, start_ms, end_ms, position, samples, encoding, data)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ? AND TTL ?");
        delete = session.prepare("DELETE FROM " + MergedTable.of(retention)
                + " USING TIMESTAMP ? WHERE tenant = ? AND day = ? AND bucket = ?"
                + " AND metric = ? AND series = ? AND start_ms = ?");
    }

    BoundStatement bind(ChunkBucket bucket, MergedRow merged, long receivedUntilMs, int ttlSeconds) {
        ChunkRow row = merged.chunk();
        return insert.boundStatementBuilder()
                .setString(0, bucket.tenant().value())
                .setInt(1, bucket.day())
                .setShort(2, (short) bucket.number())
                .setString(3, merged.metric())
                .setBytesUnsafe(4, SeriesBlob.of(row.series()))
                .setLong(5, row.startMs())
                .setLong(6, row.endMs())
                .setLong(7, row.offset())
                .setInt(8, row.samples())
                .setByte(9, row.encoding())
                .setBytesUnsafe(10, ByteBuffer.wrap(row.data()))
                .setLong(11, receivedUntilMs * 1000)
                .setInt(12, ttlSeconds)
                .build();
    }

    /** Drops the versions of earlier merges. */
    BoundStatement bindDelete(ChunkBucket bucket, MergedRow merged, long receivedUntilMs) {
        return delete.boundStatementBuilder()
                .setLong(0, receivedUntilMs * 1000)
                .setString(1, bucket.tenant().value())
                .setInt(2, bucket.day())
                .setShort(3, (short) bucket.number())
                .setString(4, merged.metric())
                .setBytesUnsafe(5, SeriesBlob.of(merged.chunk().series()))
                .setLong(6, merged.chunk().startMs())
                .build();
    }
}
