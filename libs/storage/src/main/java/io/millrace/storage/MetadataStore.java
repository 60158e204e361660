package io.millrace.storage;

import io.millrace.model.TenantId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Type, help and unit of each metric family of a tenant, as sent last. Thread-safe. */
public interface MetadataStore {
    /** Durable and idempotent as {@link ChunkStore#write}. */
    CompletionStage<Void> write(TenantId tenant, List<MetadataRow> rows);

    /**
     * Hands every family of a tenant to {@code visitor} on the calling thread, in the order of names.
     *
     * @throws StoreUnavailableException when the store cannot answer now; the visitor may have seen a part
     */
    void read(TenantId tenant, Consumer<MetadataRow> visitor);
}
