package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.millrace.model.TenantId;
import io.millrace.storage.MetadataRow;

/** Notes what a sender says about a metric family; the write time is when it was received, so the latest stays. */
final class InsertMetadata {
    private final PreparedStatement prepared;

    InsertMetadata(CqlSession session) {
        prepared = session.prepare("INSERT INTO metadata (tenant, family, type, help, unit, updated_ms)"
                + " VALUES (?, ?, ?, ?, ?, ?) USING TIMESTAMP ?");
    }

    BoundStatement bind(TenantId tenant, MetadataRow row) {
        return prepared.boundStatementBuilder()
                .setString(0, tenant.value())
                .setString(1, row.family())
                .setByte(2, (byte) row.type().ordinal())
                .setString(3, row.help())
                .setString(4, row.unit())
                .setLong(5, row.updatedMs())
                .setLong(6, row.updatedMs() * 1000)
                .build();
    }
}
