package io.millrace.query.read;

import io.millrace.model.SeriesId;
import io.millrace.promql.engine.QueryException;
import io.millrace.query.index.SeriesIndex;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.ChunkStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads the stored chunks of a batch of series: partition by partition, day by day. Thread-safe; blocks the caller. */
final class StoreReader {
    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    /** A week and the day it began in. */
    private static final int DAYS_AT_ONCE = 8;

    private final ChunkStore store;
    private final ReadLimits limits;

    StoreReader(ChunkStore store, ReadLimits limits) {
        this.store = store;
        this.limits = limits;
    }

    /**
     * The chunks that may hold samples of the time range.
     *
     * @param windowMs when above 0, aggregates of windows of this length are as welcome
     * @param inFlight bytes the query holds; what is read here is added
     * @throws QueryException when the query holds too much, or has ended
     */
    Map<SeriesId, List<StoredChunk>> read(
            QueryScope scope, List<SelectedOne> series, long fromMs, long toMs, int windowMs, AtomicLong inFlight) {
        Map<MetricShard, List<SeriesId>> partitions = new LinkedHashMap<>();
        for (SelectedOne one : series) {
            MetricShard key = MetricShard.of(one.labels(), one.id());
            partitions.computeIfAbsent(key, k -> new ArrayList<>()).add(one.id());
        }
        Gathered gathered = new Gathered(scope, fromMs, inFlight, series.size());
        int firstDay = SeriesIndex.day(fromMs);
        long earliestStart =
                Math.max(firstDay * DAY_MS, fromMs - limits.chunkSpan().toMillis());
        int lastDay = SeriesIndex.day(toMs);
        partitions.forEach((partition, ids) -> {
            for (int day = firstDay; day <= lastDay; day += DAYS_AT_ONCE) {
                scope.check();
                List<ChunkPartition> some = IntStream.rangeClosed(day, Math.min(day + DAYS_AT_ONCE - 1, lastDay))
                        .mapToObj(each -> partition.on(scope.tenant(), each))
                        .toList();
                if (windowMs > 0) {
                    store.readAggregates(some, ids, earliestStart, toMs, windowMs, gathered);
                } else {
                    store.read(some, ids, earliestStart, toMs, gathered);
                }
            }
        });
        gathered.charge();
        return gathered.chunks;
    }

    /** The rows of a batch, by series. Used by one thread. */
    private final class Gathered implements Consumer<ChunkRow> {
        /** The memory of queries is asked for this much at once: it is shared, and a row has 200 B. */
        private static final int CHARGED_BYTES = 64 << 10;

        private final Map<SeriesId, List<StoredChunk>> chunks;
        private final QueryScope scope;
        private final long fromMs;
        private final AtomicLong inFlight;
        private @Nullable SeriesId last;
        private List<StoredChunk> ofLast = List.of();
        private int uncharged;

        Gathered(QueryScope scope, long fromMs, AtomicLong inFlight, int series) {
            this.scope = scope;
            this.fromMs = fromMs;
            this.inFlight = inFlight;
            this.chunks = new HashMap<>(series * 2);
        }

        @Override
        public void accept(ChunkRow row) {
            if (row.endMs() < fromMs) {
                return;
            }
            if (!row.series().equals(last)) {
                last = row.series();
                ofLast = chunks.computeIfAbsent(last, series -> new ArrayList<>());
            }
            ofLast.add(StoredChunk.of(row));
            uncharged += row.data().length;
            if (uncharged >= CHARGED_BYTES) {
                charge();
            }
        }

        void charge() {
            StoreReader.this.charge(scope, uncharged, inFlight);
            uncharged = 0;
        }
    }

    private void charge(QueryScope scope, int bytes, AtomicLong inFlight) {
        scope.countBytes(bytes);
        scope.hold(bytes);
        if (inFlight.addAndGet(bytes) > limits.maxBytesInFlight()) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "query processing would load too many samples into memory in expanding series: more than "
                            + (limits.maxBytesInFlight() >> 20)
                            + " MiB of chunks at once (query.read.max-memory)");
        }
    }
}
