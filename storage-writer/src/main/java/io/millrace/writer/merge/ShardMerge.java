package io.millrace.writer.merge;

import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.DeletedExemplars;
import io.millrace.storage.Deletion;
import io.millrace.storage.DeletionStore;
import io.millrace.storage.Deletions;
import io.millrace.storage.MergeMark;
import io.millrace.storage.MergeStore;
import io.millrace.storage.PartitionProgress;
import io.millrace.storage.SeriesRegistry;
import io.millrace.wire.Partitions;
import io.millrace.wire.chunk.DeletedRange;
import io.millrace.wire.labels.CanonicalLabels;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Merges one shard of one day of one tenant: its buckets, and then the mark that says so. Not thread-safe.
 *
 * <h2>Deletions</h2>
 *
 * <p>A merged row must have every deletion applied whose place in the topic is below the row's, because readers apply only
 * those whose place is above it. The place of the row is how far the writer is, {@code progress}, which was read before
 * the deletions are read here. A deletion is noted before its marks are written to the topic, so one whose mark the writer
 * has passed is in the list; if it is still pending nothing is merged until it is decided.
 * One whose mark the writer has not passed yet is applied, but readers have to apply it to the row as well and cannot use
 * the aggregates beside it. So it does not count as purged, and the day is merged once more afterwards.
 */
final class ShardMerge {
    /** Whoever asks for a deletion waits some seconds for it; after this time nobody does. */
    static final long ABANDON_AFTER_MS = 600_000;

    private static final long DAY_MS = 86_400_000;
    private static final int BUCKETS = ChunkBucket.COUNT / Shards.COUNT;

    private final MergeStore store;
    private final DeletionStore deletions;
    private final SeriesRegistry registry;
    private final LongSupplier clockMs;
    private final BucketMerge merge;
    private final int partitions;
    private final Shards shards;

    /** @param partitions of the topic {@code samples} */
    ShardMerge(
            MergeStore store,
            DeletionStore deletions,
            SeriesRegistry registry,
            int partitions,
            LongSupplier clockMs,
            Pace pace) {
        this.store = store;
        this.partitions = partitions;
        this.shards = new Shards(partitions);
        this.deletions = deletions;
        this.registry = registry;
        this.clockMs = clockMs;
        this.merge = new BucketMerge(store, pace);
    }

    /** The deletions in force; null while one is pending. */
    @Nullable
    Deletions decided(TenantId tenant) {
        List<Deletion> all = deletions.list(tenant);
        for (Deletion each : all) {
            if (each.state() == Deletion.State.PENDING) {
                if (clockMs.getAsLong() - each.requestedMs() > ABANDON_AFTER_MS) {
                    deletions.abandon(tenant, each.id());
                }
                return null;
            }
        }
        return Deletions.of(all);
    }

    List<MergeMark> marks(TenantId tenant, int day) {
        return store.marks(tenant, day);
    }

    /** Whether there is something to merge. */
    boolean isDue(
            TenantId tenant, int day, int shard, @Nullable MergeMark mark, Deletions inForce, long receivedUntilMs) {
        if (mark == null) {
            return true;
        }
        if (!mark.purged().containsAll(ofDay(inForce, day).ids())) {
            return true;
        }
        for (int i = 0; i < BUCKETS; i++) {
            if (store.hasChunks(bucket(tenant, day, shard, i), receivedUntilMs)) {
                return true;
            }
        }
        return false;
    }

    /**
     * @param progress of all partitions, read before {@code inForce} was
     * @param receivedUntilMs everything received by then is stored
     */
    BucketMerge.Outcome run(
            TenantId tenant,
            int day,
            int shard,
            Map<Integer, PartitionProgress> progress,
            Deletions inForce,
            long receivedUntilMs)
            throws InterruptedException {
        Deletions ofDay = ofDay(inForce, day);
        Map<SeriesId, List<DeletedRange>> deleted = ofDay.isEmpty() ? Map.of() : deleted(tenant, day, shard, ofDay);
        BucketMerge.Outcome outcome = BucketMerge.Outcome.NOTHING;
        for (int i = 0; i < BUCKETS; i++) {
            outcome = outcome.plus(merge.merge(
                    bucket(tenant, day, shard, i), receivedUntilMs, series -> place(series, progress), deleted));
        }
        if (outcome.unreadable() == 0) {
            Set<String> purged = new HashSet<>(
                    ofDay.passed(shards.first(shard), shards.last(shard), partition -> place(progress.get(partition))));
            store.mark(
                            tenant,
                            day,
                            new MergeMark(
                                    shard,
                                    receivedUntilMs,
                                    clockMs.getAsLong(),
                                    outcome.series(),
                                    outcome.samples(),
                                    outcome.bytes(),
                                    purged))
                    .toCompletableFuture()
                    .join();
        }
        return outcome;
    }

    private static Deletions ofDay(Deletions all, int day) {
        return all.within(day * DAY_MS, (day + 1) * DAY_MS - 1);
    }

    private static ChunkBucket bucket(TenantId tenant, int day, int shard, int number) {
        return new ChunkBucket(tenant, day, shard * BUCKETS + number);
    }

    private long place(SeriesId series, Map<Integer, PartitionProgress> progress) {
        return place(progress.get(Partitions.partition(series.high(), series.low(), partitions)));
    }

    private static long place(@Nullable PartitionProgress of) {
        return of == null ? 0 : ChunkRow.position(of.offset(), 0);
    }

    private Map<SeriesId, List<DeletedRange>> deleted(TenantId tenant, int day, int shard, Deletions ofDay) {
        Map<SeriesId, List<DeletedRange>> deleted = new HashMap<>();
        registry.read(tenant, day, row -> {
            if (row.id().shard(ChunkPartition.SHARD_BITS) == shard) {
                Labels labels = CanonicalLabels.decode(row.labels(), 0, row.labels().length);
                List<DeletedRange> ranges = ofDay.of(labels, row.id());
                if (!ranges.isEmpty()) {
                    deleted.put(row.id(), ranges);
                    dropExemplars(
                            new ChunkPartition(tenant, day, row.metric(), shard), row.id(), ofDay.exemplarsOf(labels));
                }
            }
        });
        return deleted;
    }

    private void dropExemplars(ChunkPartition partition, SeriesId series, List<DeletedExemplars> all) {
        for (DeletedExemplars each : all) {
            store.dropExemplars(partition, series, each).toCompletableFuture().join();
        }
    }
}
