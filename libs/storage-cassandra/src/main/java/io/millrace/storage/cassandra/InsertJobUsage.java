package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.millrace.model.TenantId;
import io.millrace.storage.JobUsageRow;

/** Writes the metering of a job in an hour and partition. */
final class InsertJobUsage {
    private static final int HOURS_IN_A_DAY = 24;

    private final PreparedStatement prepared;

    InsertJobUsage(CqlSession session) {
        prepared = session.prepare(
                "INSERT INTO usage_by_job"
                        + " (tenant, day, hour, job, partition, samples, bytes, active_series) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    }

    /** The partition of an hour: days since 1970-01-01 UTC. */
    static int day(int hour) {
        return Math.floorDiv(hour, HOURS_IN_A_DAY);
    }

    BoundStatement bind(TenantId tenant, JobUsageRow row) {
        return prepared.boundStatementBuilder()
                .setString(0, tenant.value())
                .setInt(1, day(row.hour()))
                .setInt(2, row.hour())
                .setString(3, row.job())
                .setInt(4, row.partition())
                .setLong(5, row.samples())
                .setLong(6, row.bytes())
                .setLong(7, row.activeSeries())
                .build();
    }
}
