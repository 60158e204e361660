package io.millrace.storage;

import io.millrace.model.TenantId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Which series of a tenant have samples on which UTC day: the durable index. Thread-safe. */
public interface SeriesRegistry {
    /** Partitions of a tenant's day: {@code SeriesId.shard(}{@code SHARD_BITS}{@code )}. */
    int SHARD_BITS = 4;

    /** Writes series of one tenant and day; any shards. Durable and idempotent as {@link ChunkStore#write}. */
    CompletionStage<Void> write(TenantId tenant, int day, List<SeriesRow> rows);

    /** Hands every series of a day to {@code visitor} on the calling thread. */
    void read(TenantId tenant, int day, Consumer<SeriesRow> visitor);
}
