package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.millrace.model.SeriesId;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ExemplarRow;
import java.nio.ByteBuffer;
import java.util.List;

/** Reads the exemplars of up to {@link SelectChunks#MAX_SERIES} series of a metric. */
final class SelectExemplars {
    private final PreparedStatement prepared;

    SelectExemplars(CqlSession session) {
        prepared = session.prepare("SELECT series, timestamp_ms, labels, value, received_ms FROM exemplars"
                + " WHERE tenant = ? AND day = ? AND bucket = ? AND metric = ? AND series IN ?"
                + " AND timestamp_ms >= ? AND timestamp_ms <= ?");
    }

    BoundStatement bind(ChunkPartition partition, List<SeriesId> series, long fromMs, long toMs) {
        ChunkBucket bucket = partition.bucket();
        return prepared.boundStatementBuilder()
                .setString(0, bucket.tenant().value())
                .setInt(1, bucket.day())
                .setShort(2, (short) bucket.number())
                .setString(3, partition.metric())
                .setList(4, series.stream().map(SeriesBlob::of).toList(), ByteBuffer.class)
                .setLong(5, fromMs)
                .setLong(6, toMs)
                .build();
    }

    static ExemplarRow read(Row row) {
        return new ExemplarRow(
                SeriesBlob.read(row, 0), row.getLong(1), SeriesBlob.bytes(row, 2), row.getDouble(3), row.getLong(4));
    }
}
