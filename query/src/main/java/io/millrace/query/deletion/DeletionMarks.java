package io.millrace.query.deletion;

import io.millrace.model.TenantId;
import io.millrace.wire.record.DeletionMark;
import java.util.List;

/** Marks the place of a deletion in every partition of the topic {@code samples}. Thread-safe. */
@FunctionalInterface
public interface DeletionMarks {
    /**
     * Writes the mark to all partitions and waits until all in-sync replicas have it.
     *
     * @return its place in each partition, see {@link io.millrace.storage.ChunkRow#position}
     * @throws DeletionException when not all partitions took it; some may have
     */
    List<Long> write(TenantId tenant, DeletionMark mark);
}
