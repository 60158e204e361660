package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.millrace.model.RefusedItem;
import io.millrace.model.TenantId;
import io.millrace.storage.RejectionRow;
import java.util.Objects;

/** Reads the rejection ledger of a day, the latest first. */
final class SelectRejectionsByDay {
    private static final int PAGE_ROWS = 500;

    private final PreparedStatement prepared;

    SelectRejectionsByDay(CqlSession session) {
        prepared = session.prepare("SELECT first_ms, last_ms, source, reason, metric, series, message, samples,"
                + " item_kind, item_ms, item_value"
                + " FROM rejections"
                + " WHERE tenant = ? AND day = ? AND last_ms >= ? AND last_ms <= ?");
    }

    BoundStatement bind(TenantId tenant, int day, long fromMs, long toMs) {
        return prepared.boundStatementBuilder()
                .setString(0, tenant.value())
                .setInt(1, day)
                .setLong(2, fromMs)
                .setLong(3, toMs)
                .setPageSize(PAGE_ROWS)
                .build();
    }

    static RejectionRow read(Row row) {
        return new RejectionRow(
                row.getLong(0),
                row.getLong(1),
                Objects.requireNonNull(row.getString(2)),
                Objects.requireNonNullElse(row.getString(3), ""),
                Objects.requireNonNullElse(row.getString(4), ""),
                Objects.requireNonNullElse(row.getString(5), ""),
                item(row),
                Objects.requireNonNullElse(row.getString(6), ""),
                row.getLong(7));
    }

    private static RefusedItem item(Row row) {
        int kind = row.isNull(8) ? 0 : row.getByte(8);
        return kind <= 0 || kind >= RefusedItem.Kind.values().length
                ? RefusedItem.NONE
                : new RefusedItem(RefusedItem.Kind.values()[kind], row.getLong(9), row.getDouble(10));
    }
}
