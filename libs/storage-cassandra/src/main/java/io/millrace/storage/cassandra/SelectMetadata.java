package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.millrace.model.MetricType;
import io.millrace.model.TenantId;
import io.millrace.storage.MetadataRow;
import java.util.Objects;

/** Reads all metric families of a tenant. */
final class SelectMetadata {
    private final PreparedStatement prepared;

    SelectMetadata(CqlSession session) {
        prepared = session.prepare("SELECT family, type, help, unit, updated_ms FROM metadata WHERE tenant = ?");
    }

    BoundStatement bind(TenantId tenant) {
        return prepared.boundStatementBuilder().setString(0, tenant.value()).build();
    }

    static MetadataRow read(Row row) {
        return new MetadataRow(
                Objects.requireNonNull(row.getString(0)),
                MetricType.ofNumber(row.getByte(1)),
                Objects.requireNonNullElse(row.getString(2), ""),
                Objects.requireNonNullElse(row.getString(3), ""),
                row.getLong(4));
    }
}
