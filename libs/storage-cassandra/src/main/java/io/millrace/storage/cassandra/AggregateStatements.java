package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.millrace.model.SeriesId;
import io.millrace.storage.AggregateRow;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.RetentionClass;
import io.millrace.wire.chunk.AggregateChunk;
import java.nio.ByteBuffer;
import java.util.List;

/** Writes and reads the aggregates of one retention class. */
final class AggregateStatements {
    /** Rows of 300 B to 2 KB: less than 1 MB a page. */
    private static final int PAGE_ROWS = 500;

    private final PreparedStatement insert;
    private final PreparedStatement select;

    AggregateStatements(CqlSession session, RetentionClass retention) {
        String table = table(retention);
        insert = session.prepare("INSERT INTO " + table
                + " (tenant, day, bucket, window_ms, metric, series, start_ms, end_ms, position, samples, data)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ? AND TTL ?");
        select = session.prepare("SELECT series, start_ms, position, end_ms, samples, data FROM " + table
                + " WHERE tenant = ? AND day = ? AND bucket = ? AND window_ms = ? AND metric = ? AND series IN ?");
    }

    static String table(RetentionClass retention) {
        return "aggregates_" + retention.days() + "d";
    }

    BoundStatement insert(ChunkBucket bucket, AggregateRow aggregates, long receivedUntilMs, int ttlSeconds) {
        ChunkRow row = aggregates.chunk();
        return insert.boundStatementBuilder()
                .setString(0, bucket.tenant().value())
                .setInt(1, bucket.day())
                .setShort(2, (short) bucket.number())
                .setInt(3, aggregates.windowMs())
                .setString(4, aggregates.metric())
                .setBytesUnsafe(5, SeriesBlob.of(row.series()))
                .setLong(6, row.startMs())
                .setLong(7, row.endMs())
                .setLong(8, row.offset())
                .setInt(9, row.samples())
                .setBytesUnsafe(10, ByteBuffer.wrap(row.data()))
                .setLong(11, receivedUntilMs * 1000)
                .setInt(12, ttlSeconds)
                .build();
    }

    BoundStatement select(ChunkPartition partition, List<SeriesId> series, int windowMs) {
        return select.boundStatementBuilder()
                .setString(0, partition.tenant().value())
                .setInt(1, partition.day())
                .setShort(2, (short) partition.bucket().number())
                .setInt(3, windowMs)
                .setString(4, partition.metric())
                .setList(5, series.stream().map(SeriesBlob::of).toList(), ByteBuffer.class)
                .setPageSize(PAGE_ROWS)
                .build();
    }

    static ChunkRow read(Row row) {
        return new ChunkRow(
                SeriesBlob.read(row, 0),
                RawColumns.getLong(row, 1),
                RawColumns.getLong(row, 2),
                RawColumns.getLong(row, 3),
                RawColumns.getInt(row, 4),
                AggregateChunk.ENCODING,
                SeriesBlob.bytes(row, 5));
    }
}
