package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.millrace.model.SeriesId;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.RetentionClass;
import java.nio.ByteBuffer;
import java.util.List;

/** Reads the chunks of up to 100 series of a metric by start time. */
final class SelectChunks {
    /** What Cassandra's guardrails take in one IN without a warning, and cheap to repeat when it fails. */
    static final int MAX_SERIES = 100;

    /** Merged chunks have 8 KB: 4 MB a page at most. */
    private static final int PAGE_ROWS = 500;

    private final PreparedStatement prepared;

    SelectChunks(CqlSession session, RetentionClass retention) {
        prepared = session.prepare("SELECT series, start_ms, first_position, end_ms, samples, encoding, data FROM "
                + ChunkTable.of(retention)
                + " WHERE tenant = ? AND day = ? AND bucket = ? AND metric = ? AND series IN ?"
                + " AND start_ms >= ? AND start_ms <= ?");
    }

    BoundStatement bind(ChunkPartition partition, List<SeriesId> series, long fromStartMs, long toStartMs) {
        ChunkBucket bucket = partition.bucket();
        return prepared.boundStatementBuilder()
                .setString(0, bucket.tenant().value())
                .setInt(1, bucket.day())
                .setShort(2, (short) bucket.number())
                .setString(3, partition.metric())
                .setList(4, series.stream().map(SeriesBlob::of).toList(), ByteBuffer.class)
                .setLong(5, fromStartMs)
                .setLong(6, toStartMs)
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
                RawColumns.getByte(row, 5),
                SeriesBlob.bytes(row, 6));
    }
}
