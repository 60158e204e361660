package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.millrace.model.RefusedItem;
import io.millrace.model.TenantId;
import io.millrace.storage.RejectionRow;

/** Writes an entry of the rejection ledger. */
final class InsertRejection {
    private final PreparedStatement prepared;

    InsertRejection(CqlSession session) {
        prepared = session.prepare("INSERT INTO rejections"
                + " (tenant, day, last_ms, source, first_ms, reason, metric, series, message, samples,"
                + " item_kind, item_ms, item_value)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    }

    BoundStatement bind(TenantId tenant, int day, RejectionRow row) {
        BoundStatementBuilder statement = prepared.boundStatementBuilder()
                .setString(0, tenant.value())
                .setInt(1, day)
                .setLong(2, row.lastMs())
                .setString(3, row.source())
                .setLong(4, row.firstMs())
                .setString(5, row.reason())
                .setString(6, row.metric())
                .setString(7, row.series())
                .setString(8, row.message())
                .setLong(9, row.samples());
        RefusedItem item = row.item();
        if (item.kind() != RefusedItem.Kind.NONE) {
            // left unset otherwise: nulls would be tombstones
            statement = statement
                    .setByte(10, (byte) item.kind().ordinal())
                    .setLong(11, item.timestampMs())
                    .setDouble(12, item.value());
        }
        return statement.build();
    }
}
