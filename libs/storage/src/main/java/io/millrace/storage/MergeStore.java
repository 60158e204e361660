package io.millrace.storage;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The store as the merge of old chunks sees it: bucket by bucket. Readers need none of this: {@link ChunkStore#read} gives
 * merged rows and chunks alike. Thread-safe.
 *
 * <p>Every write carries the time up to which everything received has been merged, and of two versions of a row the one
 * with the later time stays. So a merger that was paused and wakes up after another has merged the same day again changes
 * nothing.
 */
public interface MergeStore {
    /**
     * The series of a bucket, in order of metric and id, read page by page.
     *
     * @param receivedUntilMs chunks whose last sample was received later are left out
     * @throws StoreUnavailableException from the iterator, when the store cannot answer now
     */
    Iterator<BucketSeries> read(ChunkBucket bucket, long receivedUntilMs);

    /** Whether the bucket has a chunk that was received by then and is not merged. */
    boolean hasChunks(ChunkBucket bucket, long receivedUntilMs);

    /** Writes merged rows of one bucket; durable and idempotent as {@link ChunkStore#write}. */
    CompletionStage<Void> write(ChunkBucket bucket, long receivedUntilMs, List<MergedRow> rows);

    /**
     * Writes aggregates of one bucket, at most one row for each length of window and series; the row of the later merge
     * stays. Only beside merged rows that are durable, and before the chunks they were made of are dropped.
     */
    CompletionStage<Void> writeAggregates(ChunkBucket bucket, long receivedUntilMs, List<AggregateRow> rows);

    /** The merged rows of a series, for a merger that wants to see that they are there. */
    List<ChunkRow> readMerged(ChunkBucket bucket, String metric, SeriesId series);

    /** Drops merged rows that others have taken the place of: only versions that are not of a later merge. */
    CompletionStage<Void> dropMerged(ChunkBucket bucket, long receivedUntilMs, List<MergedRow> rows);

    /**
     * Drops all chunks of a bucket that were received by then, also those that arrive late or once more from a replay. Call
     * it only when all of them are in merged rows.
     */
    CompletionStage<Void> dropChunks(ChunkBucket bucket, long receivedUntilMs);

    /**
     * Drops exemplars of a series that were received by the time of a deletion, also those that arrive late or once more from
     * a replay.
     */
    CompletionStage<Void> dropExemplars(ChunkPartition partition, SeriesId series, DeletedExemplars deleted);

    CompletionStage<Void> mark(TenantId tenant, int day, MergeMark mark);

    /** The marks of a day, at most one for each shard. */
    List<MergeMark> marks(TenantId tenant, int day);
}
