package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.millrace.model.TenantId;
import io.millrace.storage.Deletion;
import io.millrace.storage.DeletionStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The table {@code deletions}. Steps of a deletion are lightweight transactions, so that only one is taken. Thread-safe. */
final class CassandraDeletionStore implements DeletionStore {
    private final Requests requests;
    private final PreparedStatement insert;
    private final PreparedStatement decide;
    private final PreparedStatement select;

    CassandraDeletionStore(CqlSession session) {
        this.requests = new Requests(session);
        this.insert = session.prepare("INSERT INTO deletions"
                + " (tenant, id, state, selectors, from_ms, to_ms, requested_ms, requested_by, places)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) IF NOT EXISTS");
        this.decide = session.prepare(
                "UPDATE deletions SET state = ?, places = ? WHERE tenant = ? AND id = ? IF state = 'pending'");
        this.select = session.prepare("SELECT id, state, selectors, from_ms, to_ms, requested_ms, requested_by, places"
                + " FROM deletions WHERE tenant = ?");
    }

    @Override
    public void begin(Deletion deletion) {
        requests.result(
                "a deletion",
                insert.bind(
                        deletion.tenant().value(),
                        deletion.id(),
                        text(Deletion.State.PENDING),
                        deletion.selectors(),
                        deletion.fromMs(),
                        deletion.toMs(),
                        deletion.requestedMs(),
                        deletion.requestedBy(),
                        List.of()));
    }

    @Override
    public boolean activate(TenantId tenant, String id, List<Long> places) {
        return decide(tenant, id, Deletion.State.ACTIVE, places);
    }

    @Override
    public boolean abandon(TenantId tenant, String id) {
        return decide(tenant, id, Deletion.State.ABANDONED, List.of());
    }

    private boolean decide(TenantId tenant, String id, Deletion.State state, List<Long> places) {
        return requests.result("the state of a deletion", decide.bind(text(state), places, tenant.value(), id))
                .wasApplied();
    }

    @Override
    public List<Deletion> list(TenantId tenant) {
        List<Deletion> all = new ArrayList<>();
        requests.rows("deletions", select.bind(tenant.value())).forEachRemaining(row -> all.add(read(tenant, row)));
        return all;
    }

    private static Deletion read(TenantId tenant, Row row) {
        return new Deletion(
                tenant,
                Objects.requireNonNull(row.getString(0)),
                Deletion.State.valueOf(Objects.requireNonNull(row.getString(1)).toUpperCase(Locale.ROOT)),
                orEmpty(row.getList(2, String.class)),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                Objects.requireNonNull(row.getString(6)),
                orEmpty(row.getList(7, Long.class)));
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private static String text(Deletion.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
