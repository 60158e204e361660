package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ExemplarRow;
import java.nio.ByteBuffer;

/** Writes an exemplar; the write time is when it was received. */
final class InsertExemplar {
    private final PreparedStatement prepared;

    InsertExemplar(CqlSession session) {
        prepared = session.prepare("INSERT INTO exemplars"
                + " (tenant, day, bucket, metric, series, timestamp_ms, labels, value, received_ms)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ? AND TTL ?");
    }

    BoundStatement bind(ChunkPartition partition, ExemplarRow row, int ttlSeconds) {
        ChunkBucket bucket = partition.bucket();
        return prepared.boundStatementBuilder()
                .setString(0, bucket.tenant().value())
                .setInt(1, bucket.day())
                .setShort(2, (short) bucket.number())
                .setString(3, partition.metric())
                .setBytesUnsafe(4, SeriesBlob.of(row.series()))
                .setLong(5, row.timestampMs())
                .setBytesUnsafe(6, ByteBuffer.wrap(row.labels()))
                .setDouble(7, row.value())
                .setLong(8, row.receivedMs())
                .setLong(9, writeTime(row.receivedMs()))
                .setInt(10, ttlSeconds)
                .build();
    }

    /** In microseconds. */
    static long writeTime(long receivedMs) {
        return receivedMs * 1000;
    }
}
