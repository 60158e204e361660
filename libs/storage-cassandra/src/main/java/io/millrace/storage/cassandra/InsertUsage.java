package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.millrace.model.TenantId;
import io.millrace.storage.UsageRow;

/** Writes the metering of an hour and partition. */
final class InsertUsage {
    private final PreparedStatement prepared;

    InsertUsage(CqlSession session) {
        prepared = session.prepare("INSERT INTO usage_by_hour"
                + " (tenant, month, hour, partition, samples, rejected, bytes, active_series)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    }

    BoundStatement bind(TenantId tenant, UsageRow row) {
        return prepared.boundStatementBuilder()
                .setString(0, tenant.value())
                .setInt(1, UsageMonths.of(row.hour()))
                .setInt(2, row.hour())
                .setInt(3, row.partition())
                .setLong(4, row.samples())
                .setLong(5, row.rejected())
                .setLong(6, row.bytes())
                .setLong(7, row.activeSeries())
                .build();
    }
}
