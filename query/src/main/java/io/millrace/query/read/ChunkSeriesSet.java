package io.millrace.query.read;

import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.model.SeriesId;
import io.millrace.model.WindowAggregates;
import io.millrace.promql.storage.SeriesPart;
import io.millrace.promql.storage.SeriesSet;
import io.millrace.storage.Deletions;
import io.millrace.wire.chunk.Chunks;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the series of a selection. Series are cut into batches; for each wave of batches
 * <ol>
 *   <li>the writers are asked for the open chunks of all its series,
 *   <li>then, a few batches ahead of the reader and in parallel, the store is read,
 *   <li>then the reader decodes and merges series by series.
 * </ol>
 * Holds at most one wave of open chunks and a few batches of stored ones. One thread reads it.
 */
final class ChunkSeriesSet implements ChunkCursor {
    private final QueryScope scope;
    private final OpenChunks writers;
    private final StoreReader store;
    private final ExecutorService pool;
    private final ReadLimits limits;
    private final long fromMs;
    private final long toMs;
    private final int windowMs;
    private final @Nullable SeriesWindows seriesWindows;
    private final List<List<SelectedOne>> batches;
    private final Deletions deletions;

    private final AtomicLong inFlight = new AtomicLong();
    private final ArrayDeque<Future<Map<SeriesId, List<StoredChunk>>>> ahead = new ArrayDeque<>();
    private final ChunkDecoder decoder;
    private final List<StoredChunk> chunks = new ArrayList<>();

    private Map<SeriesId, List<StoredChunk>> open = Map.of();
    private Map<SeriesId, List<StoredChunk>> stored = Map.of();
    private long openBytes;
    private int submitted;
    private int waveEnd;
    private int batch = -1;
    private int position;
    private @Nullable SelectedOne current;

    /**
     * @param windowMs what the reader can do with in place of samples, see {@link SeriesSet#windows}; 0 for samples only
     * @param unreadable told of aggregates that cannot be read
     */
    ChunkSeriesSet(
            QueryScope scope,
            OpenChunks writers,
            StoreReader store,
            ExecutorService pool,
            ReadLimits limits,
            Deletions deletions,
            List<List<SelectedOne>> batches,
            long fromMs,
            long toMs,
            int windowMs,
            UnreadableAggregates unreadable) {
        this.scope = scope;
        this.writers = writers;
        this.store = store;
        this.pool = pool;
        this.limits = limits;
        this.deletions = deletions;
        this.batches = batches;
        this.fromMs = fromMs;
        this.toMs = toMs;
        this.windowMs = windowMs;
        this.seriesWindows = windowMs > 0 ? new SeriesWindows(windowMs, scope, unreadable) : null;
        this.decoder = new ChunkDecoder(scope, deletions, fromMs, toMs);
    }

    @Override
    public boolean next() {
        while (nextOne()) {
            SelectedOne one = current();
            collect(one.id());
            if (chunks.isEmpty()) {
                continue;
            }
            if (decode(one)) {
                return true;
            }
        }
        current = null;
        return false;
    }

    private boolean decode(SelectedOne one) {
        return seriesWindows == null
                ? decoder.decode(one, chunks)
                : decoder.decodeWindows(one, chunks, seriesWindows, () -> readSamples(one));
    }

    /** Reads what is stored of a series once more, without aggregates. */
    private List<StoredChunk> readSamples(SelectedOne one) {
        giveBack(bytes(stored.remove(one.id())));
        Map<SeriesId, List<StoredChunk>> again = store.read(scope, List.of(one), fromMs, toMs, 0, inFlight);
        stored.putAll(again);
        collect(one.id());
        return chunks;
    }

    /** Aggregates are so few that one thread does. */
    @Override
    public boolean isDivisible() {
        return windowMs == 0;
    }

    /** Of one batch, so that nobody waits for a batch when there is something to do. What it holds goes over to the part. */
    @Override
    public @Nullable SeriesPart divide(int most) {
        List<ChunkPart.Undecoded> taken = new ArrayList<>();
        long bytes = 0;
        while (taken.size() < most
                && (taken.isEmpty() || position < batches.get(batch).size())
                && nextOne()) {
            SelectedOne one = current();
            collect(one.id());
            bytes += bytes(stored.remove(one.id()));
            if (!chunks.isEmpty()) {
                taken.add(new ChunkPart.Undecoded(one, List.copyOf(chunks)));
            }
        }
        current = null;
        return taken.isEmpty() ? null : new ChunkPart(scope, deletions, fromMs, toMs, taken, bytes, this::giveBack);
    }

    /** Steps to the next selected series, whether it has samples or not. */
    private boolean nextOne() {
        while (batch < 0 || position == batches.get(batch).size()) {
            if (batch + 1 == batches.size()) {
                return false;
            }
            nextBatch();
        }
        current = batches.get(batch).get(position++);
        return true;
    }

    private void nextBatch() {
        release(stored);
        stored = Map.of();
        if (batch + 1 == waveEnd) {
            nextWave();
        }
        readAhead();
        stored = scope.await(ahead.remove());
        batch++;
        position = 0;
        readAhead();
    }

    private void nextWave() {
        List<SeriesId> ids = new ArrayList<>();
        int end = waveEnd;
        while (end < batches.size()
                && (end == waveEnd || ids.size() + batches.get(end).size() <= limits.seriesPerWave())) {
            batches.get(end++).forEach(one -> ids.add(one.id()));
        }
        releaseOpen();
        open = writers.read(scope, ids, fromMs, toMs);
        long bytes = bytes(open);
        scope.hold(bytes);
        openBytes = bytes;
        waveEnd = end;
    }

    private void readAhead() {
        while (submitted < waveEnd && ahead.size() <= limits.batchesAhead()) {
            List<SelectedOne> series = batches.get(submitted++);
            ahead.add(pool.submit(() -> store.read(scope, series, fromMs, toMs, windowMs, inFlight)));
        }
    }

    private void collect(SeriesId id) {
        chunks.clear();
        chunks.addAll(stored.getOrDefault(id, List.of()));
        chunks.addAll(open.getOrDefault(id, List.of()));
    }

    private void releaseOpen() {
        scope.giveBack(openBytes);
        openBytes = 0;
        open = Map.of();
    }

    private void release(Map<SeriesId, List<StoredChunk>> read) {
        giveBack(bytes(read));
    }

    private static long bytes(Map<SeriesId, List<StoredChunk>> read) {
        long bytes = 0;
        for (List<StoredChunk> list : read.values()) {
            bytes += bytes(list);
        }
        return bytes;
    }

    private static long bytes(@Nullable List<StoredChunk> list) {
        long bytes = 0;
        if (list != null) {
            for (StoredChunk chunk : list) {
                bytes += chunk.data().length;
            }
        }
        return bytes;
    }

    private void giveBack(long bytes) {
        inFlight.addAndGet(-bytes);
        scope.giveBack(bytes);
    }

    private SelectedOne current() {
        SelectedOne one = current;
        if (one == null) {
            throw new IllegalStateException("no current series: call next() first");
        }
        return one;
    }

    @Override
    public Labels labels() {
        return current().labels();
    }

    @Override
    public SampleColumns samples() {
        return decoder.samples();
    }

    @Override
    public @Nullable WindowAggregates windows() {
        return decoder.windows();
    }

    @Override
    public List<StoredChunk> chunks() {
        return chunks;
    }

    @Override
    public boolean isAsStored() {
        for (StoredChunk chunk : chunks) {
            if (!Chunks.isOfPrometheus(chunk.encoding())) {
                return false;
            }
        }
        return !decoder.hasDeleted();
    }

    @Override
    public List<String> warnings() {
        return scope.warnings();
    }

    @Override
    public void close() {
        ahead.forEach(future -> future.cancel(true));
        ahead.clear();
        releaseOpen();
        release(stored);
        stored = Map.of();
    }
}
