package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.millrace.model.TenantId;
import io.millrace.storage.SeriesRow;
import java.util.Objects;

/** Reads one shard of the series of a day. */
final class SelectSeriesByDay {
    /** 5000 × 300 B = 1.5 MB a page. */
    private static final int PAGE_ROWS = 5000;

    private final PreparedStatement prepared;

    SelectSeriesByDay(CqlSession session) {
        prepared = session.prepare(
                "SELECT metric, series, labels FROM series_by_day WHERE tenant = ? AND day = ? AND shard = ?");
    }

    BoundStatement bind(TenantId tenant, int day, int shard) {
        return prepared.boundStatementBuilder()
                .setString(0, tenant.value())
                .setInt(1, day)
                .setByte(2, (byte) shard)
                .setPageSize(PAGE_ROWS)
                .build();
    }

    static SeriesRow read(Row row) {
        return new SeriesRow(
                SeriesBlob.read(row, 1), Objects.requireNonNull(row.getString(0)), SeriesBlob.bytes(row, 2));
    }
}
