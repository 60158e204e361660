package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.millrace.model.TenantId;
import io.millrace.storage.UsageRow;

/** Reads metering within a month. */
final class SelectUsageByMonth {
    private final PreparedStatement prepared;

    SelectUsageByMonth(CqlSession session) {
        prepared = session.prepare("SELECT hour, partition, samples, rejected, bytes, active_series"
                + " FROM usage_by_hour"
                + " WHERE tenant = ? AND month = ? AND hour >= ? AND hour <= ?");
    }

    BoundStatement bind(TenantId tenant, int month, int fromHour, int toHour) {
        return prepared.boundStatementBuilder()
                .setString(0, tenant.value())
                .setInt(1, month)
                .setInt(2, fromHour)
                .setInt(3, toHour)
                .build();
    }

    static UsageRow read(Row row) {
        return new UsageRow(
                row.getInt(0), row.getInt(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
    }
}
