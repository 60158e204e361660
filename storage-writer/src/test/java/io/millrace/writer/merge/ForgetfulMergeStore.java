package io.millrace.writer.merge;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.AggregateRow;
import io.millrace.storage.BucketSeries;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.DeletedExemplars;
import io.millrace.storage.MergeMark;
import io.millrace.storage.MergeStore;
import io.millrace.storage.MergedRow;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Acknowledges merged rows and does not keep them. */
record ForgetfulMergeStore(MergeStore store) implements MergeStore {
    @Override
    public Iterator<BucketSeries> read(ChunkBucket bucket, long receivedUntilMs) {
        return store.read(bucket, receivedUntilMs);
    }

    @Override
    public boolean hasChunks(ChunkBucket bucket, long receivedUntilMs) {
        return store.hasChunks(bucket, receivedUntilMs);
    }

    @Override
    public CompletionStage<Void> write(ChunkBucket bucket, long receivedUntilMs, List<MergedRow> rows) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> writeAggregates(ChunkBucket bucket, long receivedUntilMs, List<AggregateRow> rows) {
        return store.writeAggregates(bucket, receivedUntilMs, rows);
    }

    @Override
    public List<ChunkRow> readMerged(ChunkBucket bucket, String metric, SeriesId series) {
        return store.readMerged(bucket, metric, series);
    }

    @Override
    public CompletionStage<Void> dropMerged(ChunkBucket bucket, long receivedUntilMs, List<MergedRow> rows) {
        return store.dropMerged(bucket, receivedUntilMs, rows);
    }

    @Override
    public CompletionStage<Void> dropChunks(ChunkBucket bucket, long receivedUntilMs) {
        return store.dropChunks(bucket, receivedUntilMs);
    }

    @Override
    public CompletionStage<Void> dropExemplars(ChunkPartition partition, SeriesId series, DeletedExemplars deleted) {
        return store.dropExemplars(partition, series, deleted);
    }

    @Override
    public CompletionStage<Void> mark(TenantId tenant, int day, MergeMark mark) {
        return store.mark(tenant, day, mark);
    }

    @Override
    public List<MergeMark> marks(TenantId tenant, int day) {
        return store.marks(tenant, day);
    }
}
