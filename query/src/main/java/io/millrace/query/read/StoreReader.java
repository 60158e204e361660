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
        Map<SeriesId, List<StoredChunk>> chunks = new HashMap<>(series.size() * 2);
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
                Consumer<ChunkRow> visitor = row -> {
                    if (row.endMs() >= fromMs) {
                        charge(scope, row.data().length, inFlight);
                        chunks.computeIfAbsent(row.series(), s -> new ArrayList<>(4))
                                .add(StoredChunk.of(row));
                    }
                };
                if (windowMs > 0) {
                    store.readAggregates(some, ids, earliestStart, toMs, windowMs, visitor);
                } else {
                    store.read(some, ids, earliestStart, toMs, visitor);
                }
            }
        });
        return chunks;
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
