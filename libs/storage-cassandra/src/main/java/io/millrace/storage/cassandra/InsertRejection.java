package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.millrace.model.TenantId;
import io.millrace.storage.RejectionRow;

/** Writes an entry of the rejection ledger. */
final class InsertRejection {
    private final PreparedStatement prepared;

    InsertRejection(CqlSession session) {
        prepared = session.prepare("INSERT INTO rejections"
                + " (tenant, day, last_ms, source, first_ms, reason, metric, series, message, samples)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    }

    BoundStatement bind(TenantId tenant, int day, RejectionRow row) {
        return prepared.boundStatementBuilder()
                .setString(0, tenant.value())
                .setInt(1, day)
                .setLong(2, row.lastMs())
                .setString(3, row.source())
                .setLong(4, row.firstMs())
                .setString(5, row.reason())
                .setString(6, row.metric())
                .setString(7, row.series())
                .setString(8, row.message())
                .setLong(9, row.samples())
                .build();
    }
}
