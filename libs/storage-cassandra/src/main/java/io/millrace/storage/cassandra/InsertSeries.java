package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.millrace.model.TenantId;
import io.millrace.storage.SeriesRegistry;
import io.millrace.storage.SeriesRow;
import java.nio.ByteBuffer;

/** Notes that a series has samples on a day. */
final class InsertSeries {
    private final PreparedStatement prepared;

    InsertSeries(CqlSession session) {
        prepared = session.prepare("INSERT INTO series_by_day (tenant, day, shard, metric, series, labels)"
                + " VALUES (?, ?, ?, ?, ?, ?) USING TTL ?");
    }

    BoundStatement bind(TenantId tenant, int day, SeriesRow row, int ttlSeconds) {
        return prepared.boundStatementBuilder()
                .setString(0, tenant.value())
                .setInt(1, day)
                .setByte(2, (byte) row.id().shard(SeriesRegistry.SHARD_BITS))
                .setString(3, row.metric())
                .setBytesUnsafe(4, SeriesBlob.of(row.id()))
                .setBytesUnsafe(5, ByteBuffer.wrap(row.labels()))
                .setInt(6, ttlSeconds)
                .build();
    }
}
