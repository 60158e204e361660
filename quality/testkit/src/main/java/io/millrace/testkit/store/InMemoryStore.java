package io.millrace.testkit.store;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.AggregateRow;
import io.millrace.storage.BucketSeries;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.ChunkStore;
import io.millrace.storage.DeletedExemplars;
import io.millrace.storage.Deletion;
import io.millrace.storage.DeletionStore;
import io.millrace.storage.ExemplarRow;
import io.millrace.storage.ExemplarStore;
import io.millrace.storage.JobUsageRow;
import io.millrace.storage.MergeMark;
import io.millrace.storage.MergeStore;
import io.millrace.storage.MergedRow;
import io.millrace.storage.MetadataRow;
import io.millrace.storage.MetadataStore;
import io.millrace.storage.MetricChunk;
import io.millrace.storage.PartitionProgress;
import io.millrace.storage.ProgressStore;
import io.millrace.storage.RejectionLedger;
import io.millrace.storage.RejectionRow;
import io.millrace.storage.SeriesRegistry;
import io.millrace.storage.SeriesRow;
import io.millrace.storage.Store;
import io.millrace.storage.StoreUnavailableException;
import io.millrace.storage.UsageRow;
import io.millrace.storage.UsageStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory, for tests. It can be told to be away ({@link #setAvailable}). Thread-safe.
 *
 * <p>Its parts have methods of the same name, so each is an object: {@link #chunks}, {@link #series} and so on.
 */
public final class InMemoryStore implements Store {
    private final Map<ChunkPartition, TreeMap<ChunkKey, MetricChunk>> chunks = new TreeMap<>(BY_PARTITION);
    private final Map<String, TreeMap<SeriesId, SeriesRow>> series = new TreeMap<>();
    private final Map<String, TreeMap<String, MetadataRow>> metadata = new TreeMap<>();
    private final Map<ChunkPartition, List<ExemplarRow>> exemplars = new TreeMap<>(BY_PARTITION);
    private final Map<ChunkPartition, List<Map.Entry<SeriesId, DeletedExemplars>>> exemplarDrops =
            new TreeMap<>(BY_PARTITION);
    private final Map<TenantId, TreeMap<String, RejectionRow>> rejections = new TreeMap<>();
    private static final Comparator<JobUsageRow> BY_HOUR_JOB_AND_PARTITION = Comparator.comparingInt(JobUsageRow::hour)
            .thenComparing(JobUsageRow::job)
            .thenComparingInt(JobUsageRow::partition);

    private final Map<TenantId, TreeMap<Long, UsageRow>> usage = new TreeMap<>();
    private final Map<TenantId, TreeMap<JobUsageRow, JobUsageRow>> jobUsage = new TreeMap<>();
    private final Map<ChunkPartition, TreeMap<ChunkKey, Merged>> merged = new TreeMap<>(BY_PARTITION);

    /** The length of the windows stands where others have the start. */
    private final Map<ChunkPartition, TreeMap<ChunkKey, Merged>> aggregates = new TreeMap<>(BY_PARTITION);

    /** Chunks of a bucket received by then are dropped. */
    private final Map<ChunkBucket, Long> dropped = new HashMap<>();

    private final Map<String, TreeMap<Integer, MergeMark>> marks = new TreeMap<>();
    private final Map<TenantId, TreeMap<String, Deletion>> deletions = new TreeMap<>();
    private final TreeMap<Integer, PartitionProgress> progress = new TreeMap<>();
    private boolean available = true;
    private int stepsLeft = Integer.MAX_VALUE;
    private int chunkWrites;

    private static final Comparator<ChunkPartition> BY_PARTITION = Comparator.comparing(ChunkPartition::tenant)
            .thenComparingInt(ChunkPartition::day)
            .thenComparing(ChunkPartition::metric)
            .thenComparingInt(ChunkPartition::shard);

    private static final Comparator<ChunkRow> BY_KEY = Comparator.comparing(ChunkRow::series)
            .thenComparingLong(ChunkRow::startMs)
            .thenComparingLong(ChunkRow::offset);

    private record ChunkKey(SeriesId series, long startMs, long offset) implements Comparable<ChunkKey> {
        private static final Comparator<ChunkKey> ORDER = Comparator.comparing(ChunkKey::series)
                .thenComparingLong(ChunkKey::startMs)
                .thenComparingLong(ChunkKey::offset);

        @Override
        public int compareTo(ChunkKey other) {
            return ORDER.compare(this, other);
        }
    }

    /** While false every write fails and every read throws {@link StoreUnavailableException}. */
    public synchronized void setAvailable(boolean available) {
        this.available = available;
        this.stepsLeft = Integer.MAX_VALUE;
    }

    /** A merged row, or the trace of one that was dropped, and the time its merge covers. */
    private record Merged(long receivedUntilMs, @Nullable ChunkRow row) {
        static Merged later(Merged present, Merged added) {
            return present.receivedUntilMs > added.receivedUntilMs ? present : added;
        }
    }

    /** After so many more reads and writes the store is away, as after a process was killed in the middle. */
    public synchronized void setAvailableFor(int steps) {
        available = true;
        stepsLeft = steps;
    }

    private boolean isAway() {
        if (stepsLeft != Integer.MAX_VALUE && stepsLeft-- <= 0) {
            available = false;
        }
        return !available;
    }

    /** Calls of {@link ChunkStore#write} that succeeded. */
    public synchronized int chunkWrites() {
        return chunkWrites;
    }

    /** Every chunk, in the order of partitions and keys. */
    public synchronized List<MetricChunk> allChunks() {
        List<MetricChunk> all = new ArrayList<>();
        chunks.values().forEach(partition -> all.addAll(partition.values()));
        return all;
    }

    @Override
    public ChunkStore chunks() {
        return new Chunks();
    }

    @Override
    public SeriesRegistry series() {
        return new Series();
    }

    @Override
    public MetadataStore metadata() {
        return new Metadata();
    }

    @Override
    public ExemplarStore exemplars() {
        return new Exemplars();
    }

    @Override
    public RejectionLedger rejections() {
        return new Rejections();
    }

    @Override
    public UsageStore usage() {
        return new Usage();
    }

    @Override
    public MergeStore merges() {
        return new Merges();
    }

    @Override
    public ProgressStore progress() {
        return new Progress();
    }

    @Override
    public DeletionStore deletions() {
        return new InMemoryDeletions();
    }

    private synchronized CompletionStage<Void> write(Runnable action) {
        if (isAway()) {
            return CompletableFuture.failedFuture(away("writing"));
        }
        action.run();
        return CompletableFuture.completedFuture(null);
    }

    private synchronized <T> List<T> read(Consumer<List<T>> action) {
        if (isAway()) {
            throw away("reading");
        }
        List<T> rows = new ArrayList<>();
        action.accept(rows);
        return rows;
    }

    private static StoreUnavailableException away(String what) {
        return new StoreUnavailableException("the store in memory is away: " + what, new IllegalStateException("away"));
    }

    private final class Chunks implements ChunkStore {
        @Override
        public CompletionStage<Void> write(ChunkBucket bucket, List<MetricChunk> rows) {
            return InMemoryStore.this.write(() -> {
                chunkWrites++;
                rows.forEach(row -> put(bucket, row));
            });
        }

        private void put(ChunkBucket bucket, MetricChunk chunk) {
            ChunkRow row = chunk.row();
            ChunkPartition partition = new ChunkPartition(
                    bucket.tenant(), bucket.day(), chunk.metric(), row.series().shard(ChunkPartition.SHARD_BITS));
            if (!partition.bucket().equals(bucket)) {
                throw new IllegalArgumentException(chunk.metric() + " " + row.series() + " is not of " + bucket);
            }
            if (chunk.receivedMs() <= dropped.getOrDefault(bucket, Long.MIN_VALUE)) {
                return;
            }
            chunks.computeIfAbsent(partition, key -> new TreeMap<>())
                    .merge(new ChunkKey(row.series(), row.startMs(), row.offset()), chunk, Chunks::later);
        }

        private static MetricChunk later(MetricChunk present, MetricChunk added) {
            int order = Long.compare(present.receivedMs(), added.receivedMs());
            if (order == 0) {
                order = Integer.compare(present.row().samples(), added.row().samples());
            }
            return order > 0 ? present : added;
        }

        @Override
        public void read(
                ChunkPartition partition,
                Collection<SeriesId> wanted,
                long fromStartMs,
                long toStartMs,
                Consumer<ChunkRow> visitor) {
            Set<SeriesId> ids = new HashSet<>(wanted);
            List<ChunkRow> found = InMemoryStore.this.read(rows -> {
                chunks.getOrDefault(partition, new TreeMap<>()).forEach((key, chunk) -> {
                    if (ids.contains(key.series()) && key.startMs() >= fromStartMs && key.startMs() <= toStartMs) {
                        rows.add(chunk.row());
                    }
                });
                merged.getOrDefault(partition, new TreeMap<>()).forEach((key, each) -> {
                    ChunkRow row = each.row();
                    if (row != null
                            && ids.contains(key.series())
                            && row.endMs() >= fromStartMs
                            && row.startMs() <= toStartMs) {
                        rows.add(row);
                    }
                });
            });
            found.sort(BY_KEY);
            found.forEach(visitor);
        }

        @Override
        public void readAggregates(
                List<ChunkPartition> partitions,
                Collection<SeriesId> wanted,
                long fromStartMs,
                long toStartMs,
                int windowMs,
                Consumer<ChunkRow> visitor) {
            partitions.forEach(each -> readAggregates(each, wanted, fromStartMs, toStartMs, windowMs, visitor));
        }

        private void readAggregates(
                ChunkPartition partition,
                Collection<SeriesId> wanted,
                long fromStartMs,
                long toStartMs,
                int windowMs,
                Consumer<ChunkRow> visitor) {
            Set<SeriesId> others = new HashSet<>(wanted);
            List<ChunkRow> found = InMemoryStore.this.read(rows -> {
                Set<SeriesId> unmerged = new HashSet<>();
                chunks.getOrDefault(partition, new TreeMap<>()).keySet().forEach(key -> unmerged.add(key.series()));
                aggregates.getOrDefault(partition, new TreeMap<>()).forEach((key, each) -> {
                    ChunkRow row = each.row();
                    if (key.startMs() == windowMs
                            && row != null
                            && row.data().length > 0
                            && !unmerged.contains(key.series())
                            && others.remove(key.series())) {
                        rows.add(row);
                    }
                });
            });
            found.forEach(visitor);
            read(partition, others, fromStartMs, toStartMs, visitor);
        }
    }

    private final class Series implements SeriesRegistry {
        @Override
        public CompletionStage<Void> write(TenantId tenant, int day, List<SeriesRow> rows) {
            return InMemoryStore.this.write(() -> {
                TreeMap<SeriesId, SeriesRow> ofDay = series.computeIfAbsent(tenant + "/" + day, key -> new TreeMap<>());
                rows.forEach(row -> ofDay.put(row.id(), row));
            });
        }

        @Override
        public void read(TenantId tenant, int day, Consumer<SeriesRow> visitor) {
            InMemoryStore.this
                    .<SeriesRow>read(rows -> rows.addAll(series.getOrDefault(tenant + "/" + day, new TreeMap<>())
                            .values()))
                    .forEach(visitor);
        }
    }

    private final class Metadata implements MetadataStore {
        @Override
        public CompletionStage<Void> write(TenantId tenant, List<MetadataRow> rows) {
            return InMemoryStore.this.write(() -> {
                TreeMap<String, MetadataRow> ofTenant =
                        metadata.computeIfAbsent(tenant.value(), key -> new TreeMap<>());
                for (MetadataRow row : rows) {
                    ofTenant.merge(
                            row.family(),
                            row,
                            (present, added) -> present.updatedMs() > added.updatedMs() ? present : added);
                }
            });
        }

        @Override
        public void read(TenantId tenant, Consumer<MetadataRow> visitor) {
            InMemoryStore.this
                    .<MetadataRow>read(rows -> rows.addAll(metadata.getOrDefault(tenant.value(), new TreeMap<>())
                            .values()))
                    .forEach(visitor);
        }
    }

    private final class Exemplars implements ExemplarStore {
        @Override
        public CompletionStage<Void> write(ChunkPartition partition, List<ExemplarRow> rows) {
            return InMemoryStore.this.write(() -> {
                List<ExemplarRow> present = exemplars.computeIfAbsent(partition, key -> new ArrayList<>());
                List<Map.Entry<SeriesId, DeletedExemplars>> drops = exemplarDrops.getOrDefault(partition, List.of());
                for (ExemplarRow row : rows) {
                    if (drops.stream()
                            .anyMatch(drop -> drop.getKey().equals(row.series())
                                    && drop.getValue().covers(row))) {
                        continue;
                    }
                    present.removeIf(other -> other.series().equals(row.series())
                            && other.timestampMs() == row.timestampMs()
                            && Arrays.equals(other.labels(), row.labels()));
                    present.add(row);
                }
                present.sort(Comparator.comparing(ExemplarRow::series)
                        .thenComparingLong(ExemplarRow::timestampMs)
                        .thenComparing(ExemplarRow::labels, Arrays::compareUnsigned));
            });
        }

        @Override
        public void read(
                ChunkPartition partition,
                Collection<SeriesId> wanted,
                long fromMs,
                long toMs,
                Consumer<ExemplarRow> visitor) {
            InMemoryStore.this
                    .<ExemplarRow>read(rows -> exemplars.getOrDefault(partition, List.of()).stream()
                            .filter(row -> wanted.contains(row.series())
                                    && row.timestampMs() >= fromMs
                                    && row.timestampMs() <= toMs)
                            .forEach(rows::add))
                    .forEach(visitor);
        }
    }

    private final class Rejections implements RejectionLedger {
        @Override
        public CompletionStage<Void> write(TenantId tenant, List<RejectionRow> rows) {
            return InMemoryStore.this.write(() -> rows.forEach(row -> rejections
                    .computeIfAbsent(tenant, key -> new TreeMap<>())
                    .put(row.lastMs() + "/" + row.source(), row)));
        }

        @Override
        public void read(TenantId tenant, long fromMs, long toMs, Predicate<RejectionRow> visitor) {
            List<RejectionRow> found =
                    InMemoryStore.this.read(rows -> rejections.getOrDefault(tenant, new TreeMap<>()).values().stream()
                            .filter(row -> row.lastMs() >= fromMs && row.lastMs() <= toMs)
                            .sorted(Comparator.comparingLong(RejectionRow::lastMs)
                                    .reversed())
                            .forEach(rows::add));
            for (RejectionRow row : found) {
                if (!visitor.test(row)) {
                    return;
                }
            }
        }
    }

    private final class Usage implements UsageStore {
        @Override
        public CompletionStage<Void> write(TenantId tenant, List<UsageRow> rows) {
            return InMemoryStore.this.write(() ->
                    rows.forEach(row -> usage.computeIfAbsent(tenant, key -> new TreeMap<>())
                            .put((long) row.hour() << 32 | row.partition(), row)));
        }

        @Override
        public void read(TenantId tenant, int fromHour, int toHour, Consumer<UsageRow> visitor) {
            InMemoryStore.this
                    .<UsageRow>read(rows -> usage.getOrDefault(tenant, new TreeMap<>()).values().stream()
                            .filter(row -> row.hour() >= fromHour && row.hour() <= toHour)
                            .forEach(rows::add))
                    .forEach(visitor);
        }

        @Override
        public CompletionStage<Void> writeJobs(TenantId tenant, List<JobUsageRow> rows) {
            return InMemoryStore.this.write(() -> {
                TreeMap<JobUsageRow, JobUsageRow> known =
                        jobUsage.computeIfAbsent(tenant, key -> new TreeMap<>(BY_HOUR_JOB_AND_PARTITION));
                rows.forEach(row -> {
                    known.remove(row);
                    known.put(row, row);
                });
            });
        }

        @Override
        public void readJobs(TenantId tenant, int fromHour, int toHour, Consumer<JobUsageRow> visitor) {
            InMemoryStore.this
                    .<JobUsageRow>read(rows ->
                            jobUsage.getOrDefault(tenant, new TreeMap<>(BY_HOUR_JOB_AND_PARTITION)).values().stream()
                                    .filter(row -> row.hour() >= fromHour && row.hour() <= toHour)
                                    .forEach(rows::add))
                    .forEach(visitor);
        }
    }

    private final class Merges implements MergeStore {
        @Override
        public Iterator<BucketSeries> read(ChunkBucket bucket, long receivedUntilMs) {
            return InMemoryStore.this
                    .<BucketSeries>read(found -> {
                        Set<ChunkPartition> partitions = new TreeSet<>(BY_PARTITION);
                        partitions.addAll(chunks.keySet());
                        partitions.addAll(merged.keySet());
                        partitions.removeIf(partition -> !partition.bucket().equals(bucket));
                        for (ChunkPartition partition : partitions) {
                            TreeMap<SeriesId, BucketSeries> series = new TreeMap<>();
                            chunks.getOrDefault(partition, new TreeMap<>()).forEach((key, chunk) -> {
                                if (chunk.receivedMs() <= receivedUntilMs) {
                                    of(series, partition, key.series()).chunks().add(chunk.row());
                                }
                            });
                            merged.getOrDefault(partition, new TreeMap<>()).forEach((key, each) -> {
                                if (each.row() != null) {
                                    of(series, partition, key.series()).merged().add(each.row());
                                }
                            });
                            found.addAll(series.values());
                        }
                    })
                    .iterator();
        }

        private static BucketSeries of(TreeMap<SeriesId, BucketSeries> series, ChunkPartition partition, SeriesId id) {
            return series.computeIfAbsent(
                    id, key -> new BucketSeries(partition.metric(), id, new ArrayList<>(), new ArrayList<>()));
        }

        @Override
        public boolean hasChunks(ChunkBucket bucket, long receivedUntilMs) {
            return !InMemoryStore.this
                    .<MetricChunk>read(found -> chunks.forEach((partition, rows) -> {
                        if (partition.bucket().equals(bucket)) {
                            rows.values().stream()
                                    .filter(chunk -> chunk.receivedMs() <= receivedUntilMs)
                                    .forEach(found::add);
                        }
                    }))
                    .isEmpty();
        }

        @Override
        public CompletionStage<Void> write(ChunkBucket bucket, long receivedUntilMs, List<MergedRow> rows) {
            return InMemoryStore.this.write(() ->
                    rows.forEach(row -> put(bucket, row, new Merged(receivedUntilMs, row.chunk()))));
        }

        @Override
        public CompletionStage<Void> writeAggregates(
                ChunkBucket bucket, long receivedUntilMs, List<AggregateRow> rows) {
            return InMemoryStore.this.write(() -> rows.forEach(row -> aggregates
                    .computeIfAbsent(partition(bucket, row.metric(), row.chunk().series()), key -> new TreeMap<>())
                    .merge(
                            new ChunkKey(row.chunk().series(), row.windowMs(), 0),
                            new Merged(receivedUntilMs, row.chunk()),
                            Merged::later)));
        }

        @Override
        public CompletionStage<Void> dropMerged(ChunkBucket bucket, long receivedUntilMs, List<MergedRow> rows) {
            return InMemoryStore.this.write(
                    () -> rows.forEach(row -> put(bucket, row, new Merged(receivedUntilMs, null))));
        }

        private static ChunkPartition partition(ChunkBucket bucket, String metric, SeriesId series) {
            return new ChunkPartition(bucket.tenant(), bucket.day(), metric, series.shard(ChunkPartition.SHARD_BITS));
        }

        private void put(ChunkBucket bucket, MergedRow row, Merged version) {
            merged.computeIfAbsent(partition(bucket, row.metric(), row.chunk().series()), key -> new TreeMap<>())
                    .merge(new ChunkKey(row.chunk().series(), row.chunk().startMs(), 0), version, Merged::later);
        }

        @Override
        public List<ChunkRow> readMerged(ChunkBucket bucket, String metric, SeriesId series) {
            return InMemoryStore.this.read(rows -> merged.getOrDefault(
                            partition(bucket, metric, series), new TreeMap<>())
                    .forEach((key, each) -> {
                        if (key.series().equals(series) && each.row() != null) {
                            rows.add(each.row());
                        }
                    }));
        }

        @Override
        public CompletionStage<Void> dropChunks(ChunkBucket bucket, long receivedUntilMs) {
            return InMemoryStore.this.write(() -> {
                dropped.merge(bucket, receivedUntilMs, Math::max);
                chunks.forEach((partition, rows) -> {
                    if (partition.bucket().equals(bucket)) {
                        rows.values().removeIf(chunk -> chunk.receivedMs() <= receivedUntilMs);
                    }
                });
            });
        }

        @Override
        public CompletionStage<Void> dropExemplars(
                ChunkPartition partition, SeriesId series, DeletedExemplars deleted) {
            return InMemoryStore.this.write(() -> {
                exemplarDrops
                        .computeIfAbsent(partition, key -> new ArrayList<>())
                        .add(Map.entry(series, deleted));
                exemplars
                        .getOrDefault(partition, new ArrayList<>())
                        .removeIf(row -> row.series().equals(series) && deleted.covers(row));
            });
        }

        @Override
        public CompletionStage<Void> mark(TenantId tenant, int day, MergeMark mark) {
            return InMemoryStore.this.write(() -> marks.computeIfAbsent(tenant + "/" + day, key -> new TreeMap<>())
                    .put(mark.shard(), mark));
        }

        @Override
        public List<MergeMark> marks(TenantId tenant, int day) {
            return InMemoryStore.this.read(rows -> rows.addAll(
                    marks.getOrDefault(tenant + "/" + day, new TreeMap<>()).values()));
        }
    }

    private final class Progress implements ProgressStore {
        @Override
        public CompletionStage<Void> write(List<PartitionProgress> rows) {
            return InMemoryStore.this.write(() -> rows.forEach(row -> progress.put(row.partition(), row)));
        }

        @Override
        public List<PartitionProgress> read() {
            return InMemoryStore.this.read(rows -> rows.addAll(progress.values()));
        }
    }

    private final class InMemoryDeletions implements DeletionStore {
        @Override
        public void begin(Deletion deletion) {
            InMemoryStore.this
                    .write(() -> deletions
                            .computeIfAbsent(deletion.tenant(), key -> new TreeMap<>())
                            .putIfAbsent(deletion.id(), deletion))
                    .toCompletableFuture()
                    .join();
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
            return !InMemoryStore.this
                    .<Deletion>read(decided -> {
                        Deletion before =
                                deletions.getOrDefault(tenant, new TreeMap<>()).get(id);
                        if (before != null && before.state() == Deletion.State.PENDING) {
                            Deletion after = before.decided(state, places);
                            deletions
                                    .computeIfAbsent(tenant, key -> new TreeMap<>())
                                    .put(id, after);
                            decided.add(after);
                        }
                    })
                    .isEmpty();
        }

        @Override
        public List<Deletion> list(TenantId tenant) {
            return InMemoryStore.this.read(rows ->
                    rows.addAll(deletions.getOrDefault(tenant, new TreeMap<>()).values()));
        }
    }
}
