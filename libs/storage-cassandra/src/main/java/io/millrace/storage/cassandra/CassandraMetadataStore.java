package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import io.millrace.model.TenantId;
import io.millrace.storage.MetadataRow;
import io.millrace.storage.MetadataStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Metadata in the table {@code metadata}. Thread-safe. */
final class CassandraMetadataStore implements MetadataStore {
    private final Requests requests;
    private final InsertMetadata insert;
    private final SelectMetadata select;

    CassandraMetadataStore(CqlSession session) {
        this.requests = new Requests(session);
        this.insert = new InsertMetadata(session);
        this.select = new SelectMetadata(session);
    }

    @Override
    public CompletionStage<Void> write(TenantId tenant, List<MetadataRow> rows) {
        if (rows.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        List<CompletionStage<Void>> writes = new ArrayList<>();
        Batches.cut(rows, row -> 60 + row.family().length() + row.help().length() * 2, batch -> {
            List<BoundStatement> bound = new ArrayList<>(batch.size());
            for (MetadataRow row : batch) {
                bound.add(insert.bind(tenant, row));
            }
            writes.add(requests.writeBatch("metadata", bound));
        });
        return Requests.all(writes);
    }

    @Override
    public void read(TenantId tenant, Consumer<MetadataRow> visitor) {
        requests.read("metadata", List.of(select.bind(tenant)).iterator(), row -> {
            visitor.accept(SelectMetadata.read(row));
            return true;
        });
    }
}
