package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.MetricChunk;
import io.millrace.storage.RetentionClass;
import java.nio.ByteBuffer;

/** Writes a chunk. */
final class InsertChunk {
    /** Leaves the last three digits of a write time in microseconds to the number of samples. */
    private static final int MAX_COUNTED_SAMPLES = 999;

    private final PreparedStatement prepared;

    InsertChunk(CqlSession session, RetentionClass retention) {
        prepared = session.prepare("INSERT INTO " + ChunkTable.of(retention)
                + " (tenant, day, bucket, metric, series, start_ms, first_position, end_ms, samples, encoding, data)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?");
    }

    BoundStatement bind(ChunkBucket bucket, MetricChunk chunk) {
        ChunkRow row = chunk.row();
        return prepared.boundStatementBuilder()
                .setString(0, bucket.tenant().value())
                .setInt(1, bucket.day())
                .setShort(2, (short) bucket.number())
                .setString(3, chunk.metric())
                .setBytesUnsafe(4, SeriesBlob.of(row.series()))
                .setLong(5, row.startMs())
                .setLong(6, row.offset())
                .setLong(7, row.endMs())
                .setInt(8, row.samples())
                .setByte(9, row.encoding())
                .setBytesUnsafe(10, ByteBuffer.wrap(row.data()))
                .setLong(11, writeTime(chunk.receivedMs(), row.samples()))
                .build();
    }

    /**
     * The write time in microseconds, a function of the chunk. Of two versions of a chunk Cassandra keeps the one with the
     * later write time, so the longer version wins whoever writes it last: a writer that was paused, lost its partition
     * and comes back cannot put its shorter version over its successor's.
     */
    static long writeTime(long receivedMs, int samples) {
        return receivedMs * 1000 + Math.min(samples, MAX_COUNTED_SAMPLES);
    }
}
