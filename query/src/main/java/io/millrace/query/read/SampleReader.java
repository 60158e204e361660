package io.millrace.query.read;

import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.model.TenantId;
import io.millrace.model.WindowAggregates;
import io.millrace.promql.engine.QueryException;
import io.millrace.promql.storage.Queryable;
import io.millrace.promql.storage.Selection;
import io.millrace.promql.storage.SeriesPart;
import io.millrace.query.index.IndexException;
import io.millrace.query.index.SelectedSeries;
import io.millrace.query.index.SeriesIndex;
import io.millrace.storage.ChunkStore;
import io.millrace.storage.Deletions;
import io.millrace.storage.StoreUnavailableException;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** The way from a selection to samples. Thread-safe; what it returns belongs to one query. */
public final class SampleReader implements SampleSource {
    private final SeriesIndex index;
    private final Function<TenantId, Deletions> deletions;
    private final OpenChunks writers;
    private final StoreReader store;
    private final ExecutorService pool;
    private final ReadLimits limits;
    private final UnreadableAggregates unreadable = new UnreadableAggregates(System::nanoTime);

    /**
     * @param deletions what is deleted, by tenant
     * @param admin to ask who owns which partition
     * @param pool for requests to writers and the store; as many at one time as it has threads
     * @param clockMs wall clock, ms since 1970
     */
    public SampleReader(
            SeriesIndex index,
            ChunkStore chunks,
            Function<TenantId, Deletions> deletions,
            Admin admin,
            WriterAccess access,
            HttpClient http,
            ExecutorService pool,
            ReadLimits limits,
            LongSupplier clockMs) {
        this.index = index;
        this.deletions = deletions;
        this.pool = pool;
        this.limits = limits;
        this.store = new StoreReader(chunks, limits);
        PartitionOwners owners = new PartitionOwners(
                PartitionOwners.ask(admin, access.group(), access.timeout()),
                access.topic(),
                access.partitions(),
                access.ownersFor(),
                System::nanoTime);
        WriterClient client = new HttpWriterClient(http, access.timeout(), access.token(), access.maxAnswerBytes());
        this.writers = new OpenChunkReader(owners, client, pool, access.lagWarning(), clockMs);
    }

    /** Reads open chunks from anywhere. */
    public SampleReader(
            SeriesIndex index,
            ChunkStore chunks,
            Function<TenantId, Deletions> deletions,
            OpenChunks writers,
            ExecutorService pool,
            ReadLimits limits) {
        this.index = index;
        this.deletions = deletions;
        this.pool = pool;
        this.limits = limits;
        this.store = new StoreReader(chunks, limits);
        this.writers = writers;
    }

    @Override
    public Queryable queryable(QueryScope scope) {
        return selection -> new Guarded(open(scope, selection, false));
    }

    @Override
    public ChunkCursor sorted(QueryScope scope, Selection selection) {
        return new Guarded(open(scope, selection, true));
    }

    private ChunkSeriesSet open(QueryScope scope, Selection selection, boolean byLabels) {
        scope.check();
        long fromMs = Math.max(selection.startMs(), scope.oldestMs());
        long toMs = Math.min(selection.endMs(), scope.newestMs());
        List<SelectedOne> series = new ArrayList<>();
        Deletions deleted = guard(() -> deletions.apply(scope.tenant())).within(fromMs, toMs);
        if (fromMs <= toMs) {
            SelectedSeries selected = guard(() -> index.select(scope.tenant(), selection.matchers(), fromMs, toMs));
            selected.forEach((id, labels) -> series.add(new SelectedOne(id, labels)));
        }
        int days = SeriesIndex.day(toMs)
                - SeriesIndex.day(fromMs - limits.chunkSpan().toMillis())
                + 1;
        int perBatch = Math.min(limits.seriesPerBatch(), Math.max(16, limits.seriesDaysPerBatch() / Math.max(1, days)));
        List<List<SelectedOne>> batches = SelectedOne.batches(series, perBatch, byLabels);
        int windowMs = byLabels ? 0 : selection.hints().windowMs();
        return new ChunkSeriesSet(
                scope, writers, store, pool, limits, deleted, batches, fromMs, toMs, windowMs, unreadable);
    }

    /** Turns what can go wrong below into what the API can say. */
    private record Guarded(ChunkSeriesSet set) implements ChunkCursor {
        @Override
        public boolean next() {
            return guard(set::next);
        }

        @Override
        public boolean isDivisible() {
            return set.isDivisible();
        }

        @Override
        public @Nullable SeriesPart divide(int most) {
            return guard(() -> Optional.ofNullable(set.divide(most))).orElse(null);
        }

        @Override
        public Labels labels() {
            return set.labels();
        }

        @Override
        public SampleColumns samples() {
            return set.samples();
        }

        @Override
        public @Nullable WindowAggregates windows() {
            return set.windows();
        }

        @Override
        public List<StoredChunk> chunks() {
            return set.chunks();
        }

        @Override
        public boolean isAsStored() {
            return set.isAsStored();
        }

        @Override
        public List<String> warnings() {
            return set.warnings();
        }

        @Override
        public void close() {
            set.close();
        }
    }

    private static <T> T guard(Supplier<T> action) {
        try {
            return action.get();
        } catch (IndexException e) {
            throw new QueryException(QueryException.Kind.EXECUTION, String.valueOf(e.getMessage()));
        } catch (StoreUnavailableException e) {
            throw new QueryException(
                    QueryException.Kind.INTERNAL, "the store does not answer, try again: " + e.getMessage());
        }
    }
}
