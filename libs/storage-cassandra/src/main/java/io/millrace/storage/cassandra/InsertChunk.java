package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.MetricChunk;
import io.millrace.storage.RetentionClass;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes chunks. */
final class InsertChunk {
    /** Leaves the last three digits of a write time in microseconds to the number of samples. */
    private static final int MAX_COUNTED_SAMPLES = 999;

    private final PreparedStatement prepared;

    InsertChunk(CqlSession session, RetentionClass retention) {
        prepared = session.prepare("INSERT INTO " + ChunkTable.of(retention)
                + " (tenant, day, bucket, metric, series, start_ms, first_position, end_ms, samples, encoding, data)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?");
    }

    /** Begins to bind the chunks of a bucket. */
    Binder of(ChunkBucket bucket) {
        return new Binder(prepared, bucket);
    }

    /**
     * Binds the chunks of one bucket. Values are put in as the protocol has them: looking for the codec of each column of each
     * row takes longer than everything else a client does for a row. What many rows have in common is encoded once; sending
     * does not move the positions of buffers. Not thread-safe.
     */
    static final class Binder {
        private final PreparedStatement prepared;
        private final ByteBuffer tenant;
        private final ByteBuffer day;
        private final ByteBuffer number;
        private String metricName = "";
        private ByteBuffer metric = text("");

        private Binder(PreparedStatement prepared, ChunkBucket bucket) {
            this.prepared = prepared;
            this.tenant = text(bucket.tenant().value());
            this.day = ByteBuffer.allocate(Integer.BYTES).putInt(bucket.day()).flip();
            this.number = ByteBuffer.allocate(Short.BYTES)
                    .putShort((short) bucket.number())
                    .flip();
        }

        BoundStatement bind(MetricChunk chunk) {
            ChunkRow row = chunk.row();
            if (!chunk.metric().equals(metricName)) {
                metricName = chunk.metric();
                metric = text(metricName);
            }
            return prepared.boundStatementBuilder()
                    .setBytesUnsafe(0, tenant)
                    .setBytesUnsafe(1, day)
                    .setBytesUnsafe(2, number)
                    .setBytesUnsafe(3, metric)
                    .setBytesUnsafe(4, SeriesBlob.of(row.series()))
                    .setBytesUnsafe(5, bigint(row.startMs()))
                    .setBytesUnsafe(6, bigint(row.offset()))
                    .setBytesUnsafe(7, bigint(row.endMs()))
                    .setBytesUnsafe(
                            8,
                            ByteBuffer.allocate(Integer.BYTES)
                                    .putInt(row.samples())
                                    .flip())
                    .setBytesUnsafe(
                            9, ByteBuffer.allocate(1).put(row.encoding()).flip())
                    .setBytesUnsafe(10, ByteBuffer.wrap(row.data()))
                    .setBytesUnsafe(11, bigint(writeTime(chunk.receivedMs(), row.samples())))
                    .build();
        }

        private static ByteBuffer text(String value) {
            return ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8));
        }

        private static ByteBuffer bigint(long value) {
            return ByteBuffer.allocate(Long.BYTES).putLong(value).flip();
        }
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
