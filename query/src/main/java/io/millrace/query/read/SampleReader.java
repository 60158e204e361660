package io.millrace.query.read;

import io.millrace.promql.engine.QueryException;
import io.millrace.promql.storage.Queryable;
import io.millrace.promql.storage.Selection;
import io.millrace.promql.storage.SeriesSet;
import io.millrace.query.index.IndexException;
import io.millrace.query.index.SelectedSeries;
import io.millrace.query.index.SeriesIndex;
import io.millrace.storage.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** The way from a selection to samples. Thread-safe; what it returns belongs to one query. */
public final class SampleReader {
    private final SeriesIndex index;
    private final OpenChunkReader writers;
    private final StoreReader store;
    private final ExecutorService pool;
    private final ReadLimits limits;

    SampleReader(
            SeriesIndex index, OpenChunkReader writers, StoreReader store, ExecutorService pool, ReadLimits limits) {
        this.index = index;
        this.writers = writers;
        this.store = store;
        this.pool = pool;
        this.limits = limits;
    }

    /** The samples of one tenant, for one query. */
    public Queryable queryable(QueryScope scope) {
        return selection -> guarded(open(scope, selection, false));
    }

    /** The series of a selection sorted by labels. */
    public SeriesSet sorted(QueryScope scope, Selection selection) {
        return guarded(open(scope, selection, true));
    }

    private ChunkSeriesSet open(QueryScope scope, Selection selection, boolean byLabels) {
        scope.check();
        long fromMs = Math.max(selection.startMs(), scope.oldestMs());
        long toMs = selection.endMs();
        List<SelectedOne> series = new ArrayList<>();
        if (fromMs <= toMs) {
            SelectedSeries selected = guard(() -> index.select(scope.tenant(), selection.matchers(), fromMs, toMs));
            selected.forEach((id, labels) -> series.add(new SelectedOne(id, labels)));
        }
        int days = SeriesIndex.day(toMs)
                - SeriesIndex.day(fromMs - limits.chunkSpan().toMillis())
                + 1;
        int perBatch = Math.max(16, limits.seriesDaysPerBatch() / Math.max(1, days));
        List<List<SelectedOne>> batches = SelectedOne.batches(series, perBatch, byLabels);
        return new ChunkSeriesSet(scope, writers, store, pool, limits, batches, fromMs, toMs);
    }

    /** Turns what can go wrong below into what the API can say. */
    private static SeriesSet guarded(ChunkSeriesSet set) {
        return new SeriesSet() {
            @Override
            public boolean next() {
                return guard(set::next);
            }

            @Override
            public io.millrace.model.Labels labels() {
                return set.labels();
            }

            @Override
            public io.millrace.model.SampleColumns samples() {
                return set.samples();
            }

            @Override
            public List<String> warnings() {
                return set.warnings();
            }

            @Override
            public void close() {
                set.close();
            }
        };
    }

    private static <T> T guard(java.util.function.Supplier<T> action) {
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
