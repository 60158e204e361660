package io.millrace.storage;

import io.millrace.model.TenantId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** What was refused of each tenant's data in the last seven days. Thread-safe. */
public interface RejectionLedger {
    /** Entries older than this are gone. */
    int DAYS_KEPT = 7;

    /** Durable and idempotent as {@link ChunkStore#write}. */
    CompletionStage<Void> write(TenantId tenant, List<RejectionRow> rows);

    /**
     * Hands entries with {@code fromMs <= lastMs <= toMs} to {@code visitor} on the calling thread, the latest first,
     * until it returns false.
     *
     * @throws StoreUnavailableException when the store cannot answer now; the visitor may have seen a part
     */
    void read(TenantId tenant, long fromMs, long toMs, Predicate<RejectionRow> visitor);
}
