package io.millrace.writer.merge;

import io.millrace.model.SampleColumns;
import io.millrace.model.SeriesId;
import io.millrace.storage.AggregateRow;
import io.millrace.storage.BucketSeries;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.MergeStore;
import io.millrace.storage.MergedRow;
import io.millrace.wire.MalformedException;
import io.millrace.wire.chunk.ChunkMerge;
import io.millrace.wire.chunk.DeletedRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges the series of one bucket. Not thread-safe.
 *
 * <h2>The order that keeps data safe</h2>
 *
 * <ol>
 *   <li>the chunks and earlier merged rows of a series are read and merged, deleted samples left out
 *   <li>the new rows are written and acknowledged as durable
 *   <li>they are read back and compared byte by byte
 *   <li>merged rows that they supersede under another key are dropped
 *   <li>what the samples come to in windows is written, see {@link DayAggregates}: readers take it only where no chunk is
 *       left
 *   <li>when all series of the bucket are so far, and none had a chunk that cannot be read, all chunks received before the
 *       time of the merge are dropped at once
 * </ol>
 *
 * Until the last step everything stands in the store at least once, and readers count a timestamp once. So a merge that
 * ends anywhere is simply done again.
 */
final class BucketMerge {
    private static final Logger log = LoggerFactory.getLogger(BucketMerge.class);

    /** Rows written and read back together: 256 rows of 4 KB are 1 MB. */
    private static final int GROUP_ROWS = 256;

    private static final long GROUP_BYTES = 2 << 20;
    private static final long DAY_MS = 86_400_000;

    private final MergeStore store;
    private final Pace pace;
    private final ChunkMerge merge = new ChunkMerge();
    private final SampleColumns samples = new SampleColumns(8_192);
    private final DayAggregates aggregates = new DayAggregates();

    BucketMerge(MergeStore store, Pace pace) {
        this.store = store;
        this.pace = pace;
    }

    /**
     * What a merge found and made.
     *
     * @param chunks merged
     * @param chunkBytes their data
     * @param series in merged rows afterwards
     * @param samples in merged rows afterwards
     * @param bytes data of merged rows afterwards
     * @param purgedSamples left out because they were deleted
     * @param unreadable series with chunks that could not be read; if there are any no chunk was dropped
     */
    record Outcome(
            long chunks, long chunkBytes, long series, long samples, long bytes, long purgedSamples, long unreadable) {
        static final Outcome NOTHING = new Outcome(0, 0, 0, 0, 0, 0, 0);

        Outcome plus(Outcome other) {
            return new Outcome(
                    chunks + other.chunks,
                    chunkBytes + other.chunkBytes,
                    series + other.series,
                    samples + other.samples,
                    bytes + other.bytes,
                    purgedSamples + other.purgedSamples,
                    unreadable + other.unreadable);
        }
    }

    /**
     * @param receivedUntilMs everything received by then is stored; what was received later is left alone
     * @param place for each series a place in the topic {@code samples} below which everything is stored
     * @param deleted what was deleted, for series of which something was
     * @throws io.millrace.storage.StoreUnavailableException when the store does not answer
     */
    Outcome merge(
            ChunkBucket bucket,
            long receivedUntilMs,
            ToLongFunction<SeriesId> place,
            Map<SeriesId, List<DeletedRange>> deleted)
            throws InterruptedException {
        Outcome outcome = Outcome.NOTHING;
        List<MergedRow> written = new ArrayList<>();
        List<MergedRow> superseded = new ArrayList<>();
        List<AggregateRow> windows = new ArrayList<>();
        long groupBytes = 0;
        Iterator<BucketSeries> all = store.read(bucket, receivedUntilMs);
        while (all.hasNext()) {
            BucketSeries each = all.next();
            List<DeletedRange> ranges = deleted.getOrDefault(each.series(), List.of());
            if (each.chunks().isEmpty() && !touches(ranges, each.merged())) {
                outcome = outcome.plus(unchanged(each));
                continue;
            }
            List<MergedRow> rows;
            long offset = offset(each, place.applyAsLong(each.series()));
            try {
                rows = rows(each, ranges, offset);
            } catch (MalformedException e) {
                log.error(
                        "series left unmerged, a chunk cannot be read bucket={} metric={} series={}",
                        bucket,
                        each.metric(),
                        each.series(),
                        e);
                outcome = outcome.plus(new Outcome(0, 0, 0, 0, 0, 0, 1));
                continue;
            }
            outcome = outcome.plus(outcome(each, rows));
            written.addAll(rows);
            superseded.addAll(superseded(each, rows));
            windows.addAll(aggregates.of(
                    each.metric(),
                    each.series(),
                    samples,
                    bucket.day() * DAY_MS,
                    offset,
                    !each.merged().isEmpty()));
            groupBytes +=
                    rows.stream().mapToLong(row -> row.chunk().data().length).sum();
            if (written.size() + superseded.size() >= GROUP_ROWS || groupBytes >= GROUP_BYTES) {
                finish(bucket, receivedUntilMs, written, superseded, windows);
                groupBytes = 0;
            }
            pace.rest();
        }
        finish(bucket, receivedUntilMs, written, superseded, windows);
        if (outcome.chunks() > 0 && outcome.unreadable() == 0) {
            store.dropChunks(bucket, receivedUntilMs).toCompletableFuture().join();
        }
        return outcome;
    }

    private static long offset(BucketSeries series, long place) {
        long offset = place - 1;
        for (ChunkRow chunk : series.chunks()) {
            offset = Math.max(offset, chunk.offset());
        }
        for (ChunkRow row : series.merged()) {
            offset = Math.max(offset, row.offset());
        }
        return offset;
    }

    private List<MergedRow> rows(BucketSeries series, List<DeletedRange> ranges, long offset) {
        List<ChunkRow> sources = new ArrayList<>(series.chunks());
        sources.addAll(series.merged());
        samples.clear();
        merge.merge(sources, ranges, Long.MIN_VALUE, Long.MAX_VALUE, samples);
        return MergedRows.of(series.metric(), series.series(), samples, offset);
    }

    private static boolean touches(List<DeletedRange> ranges, List<ChunkRow> rows) {
        for (DeletedRange range : ranges) {
            for (ChunkRow row : rows) {
                if (range.touches(row)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Outcome unchanged(BucketSeries series) {
        long samples = 0;
        long bytes = 0;
        for (ChunkRow row : series.merged()) {
            samples += row.samples();
            bytes += row.data().length;
        }
        return new Outcome(0, 0, series.merged().isEmpty() ? 0 : 1, samples, bytes, 0, 0);
    }

    private Outcome outcome(BucketSeries series, List<MergedRow> rows) {
        long chunkBytes = 0;
        long before = 0;
        for (ChunkRow chunk : series.chunks()) {
            chunkBytes += chunk.data().length;
            before += chunk.samples();
        }
        for (ChunkRow row : series.merged()) {
            before += row.samples();
        }
        long bytes = rows.stream().mapToLong(row -> row.chunk().data().length).sum();
        return new Outcome(
                series.chunks().size(),
                chunkBytes,
                rows.isEmpty() ? 0 : 1,
                samples.size(),
                bytes,
                Math.max(0, before - samples.size()),
                0);
    }

    private static List<MergedRow> superseded(BucketSeries series, List<MergedRow> rows) {
        Set<Long> starts = new HashSet<>();
        rows.forEach(row -> starts.add(row.chunk().startMs()));
        return series.merged().stream()
                .filter(row -> !starts.contains(row.startMs()))
                .map(row -> new MergedRow(series.metric(), row))
                .toList();
    }

    private void finish(
            ChunkBucket bucket,
            long receivedUntilMs,
            List<MergedRow> written,
            List<MergedRow> superseded,
            List<AggregateRow> windows) {
        if (!written.isEmpty()) {
            store.write(bucket, receivedUntilMs, written).toCompletableFuture().join();
            verify(bucket, written);
        }
        if (!superseded.isEmpty()) {
            store.dropMerged(bucket, receivedUntilMs, superseded)
                    .toCompletableFuture()
                    .join();
        }
        if (!windows.isEmpty()) {
            store.writeAggregates(bucket, receivedUntilMs, windows)
                    .toCompletableFuture()
                    .join();
        }
        written.clear();
        superseded.clear();
        windows.clear();
    }

    /** Reads every row back. A row of a later merge in its place is as good: it was made of no less. */
    private void verify(ChunkBucket bucket, List<MergedRow> written) {
        Map<SeriesId, List<ChunkRow>> stored = new HashMap<>();
        for (MergedRow row : written) {
            ChunkRow chunk = row.chunk();
            boolean there =
                    stored.computeIfAbsent(chunk.series(), id -> store.readMerged(bucket, row.metric(), id)).stream()
                            .anyMatch(found -> isIn(chunk, found));
            if (!there) {
                throw new IllegalStateException("a merged row of " + row.metric() + " " + chunk.series() + " in "
                        + bucket + " is not what was written: nothing is dropped");
            }
        }
    }

    private static boolean isIn(ChunkRow row, ChunkRow found) {
        return found.startMs() == row.startMs()
                && (found.offset() > row.offset()
                        || found.samples() == row.samples() && Arrays.equals(found.data(), row.data()));
    }
}
