package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.millrace.model.TenantId;
import io.millrace.storage.JobUsageRow;
import java.util.Objects;

/** Reads metering by job within a day. */
final class SelectJobUsageByDay {
    private final PreparedStatement prepared;

    SelectJobUsageByDay(CqlSession session) {
        prepared = session.prepare("SELECT hour, partition, job, samples, bytes, active_series FROM usage_by_job"
                + " WHERE tenant = ? AND day = ? AND hour >= ? AND hour <= ?");
    }

    BoundStatement bind(TenantId tenant, int day, int fromHour, int toHour) {
        return prepared.boundStatementBuilder()
                .setString(0, tenant.value())
                .setInt(1, day)
                .setInt(2, fromHour)
                .setInt(3, toHour)
                .build();
    }

    static JobUsageRow read(Row row) {
        return new JobUsageRow(
                row.getInt(0),
                row.getInt(1),
                Objects.requireNonNullElse(row.getString(2), ""),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5));
    }
}
