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

/** Reads merged rows: of some series of a metric by start time, of one series, or of a whole bucket. */
final class SelectMerged {
    private static final String COLUMNS = "metric, series, start_ms, position, end_ms, samples, encoding, data";

    /** Rows of 4 KB or so: 800 KB a page. */
    private static final int PAGE_ROWS = 200;

    private final PreparedStatement some;
    private final PreparedStatement all;

    SelectMerged(CqlSession session, RetentionClass retention) {
        String select = "SELECT " + COLUMNS + " FROM " + MergedTable.of(retention)
                + " WHERE tenant = ? AND day = ? AND bucket = ?";
        some = session.prepare(select + " AND metric = ? AND series IN ? AND start_ms <= ?");
        all = session.prepare(select);
    }

    BoundStatement bind(ChunkPartition partition, List<SeriesId> series, long toStartMs) {
        return bind(partition.bucket(), partition.metric(), series, toStartMs);
    }

    BoundStatement bind(ChunkBucket bucket, String metric, List<SeriesId> series, long toStartMs) {
        return some.boundStatementBuilder()
                .setString(0, bucket.tenant().value())
                .setInt(1, bucket.day())
                .setShort(2, (short) bucket.number())
                .setString(3, metric)
                .setList(4, series.stream().map(SeriesBlob::of).toList(), ByteBuffer.class)
                .setLong(5, toStartMs)
                .setPageSize(PAGE_ROWS)
                .build();
    }

    BoundStatement bind(ChunkBucket bucket) {
        return all.boundStatementBuilder()
                .setString(0, bucket.tenant().value())
                .setInt(1, bucket.day())
                .setShort(2, (short) bucket.number())
                .setPageSize(PAGE_ROWS)
                .build();
    }

    static String metric(Row row) {
        return java.util.Objects.requireNonNull(row.getString(0), "metric");
    }

    static SeriesId series(Row row) {
        return SeriesBlob.read(row, 1);
    }

    static ChunkRow read(Row row) {
        return new ChunkRow(
                series(row),
                RawColumns.getLong(row, 2),
                RawColumns.getLong(row, 3),
                RawColumns.getLong(row, 4),
                RawColumns.getInt(row, 5),
                RawColumns.getByte(row, 6),
                SeriesBlob.bytes(row, 7));
    }
}
