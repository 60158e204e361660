package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.RetentionClass;

/** Reads all chunks of a bucket, columns as {@link SelectMerged} has them, with their write times. */
final class SelectBucket {
    /** Chunks of 250 B or so: 500 KB a page. */
    private static final int PAGE_ROWS = 2_000;

    private static final int WRITE_TIME = 8;

    private final PreparedStatement prepared;

    SelectBucket(CqlSession session, RetentionClass retention) {
        prepared = session.prepare("SELECT metric, series, start_ms, first_position, end_ms, samples, encoding, data,"
                + " writetime(data) FROM " + ChunkTable.of(retention)
                + " WHERE tenant = ? AND day = ? AND bucket = ?");
    }

    BoundStatement bind(ChunkBucket bucket) {
        return prepared.boundStatementBuilder()
                .setString(0, bucket.tenant().value())
                .setInt(1, bucket.day())
                .setShort(2, (short) bucket.number())
                .setPageSize(PAGE_ROWS)
                .build();
    }

    /** When the last sample of the chunk was received, ms since the epoch; see {@link InsertChunk#writeTime}. */
    static long receivedMs(Row row) {
        return Math.floorDiv(row.getLong(WRITE_TIME), 1000L);
    }
}
