package io.millrace.query.read;

import io.millrace.model.SampleColumns;
import io.millrace.model.WindowAggregates;
import io.millrace.wire.MalformedException;
import io.millrace.wire.chunk.AggregateChunk;
import io.millrace.wire.chunk.ChunkMerge;
import io.millrace.wire.chunk.DeletedRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Joins the stored aggregates of a series' days with the samples of its other days, in windows of one length. Reused; not
 * thread-safe.
 */
final class SeriesWindows {
    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    private final WindowAggregates windows;
    private final QueryScope scope;
    private final UnreadableAggregates unreadable;
    private final List<StoredChunk> days = new ArrayList<>();
    private final List<StoredChunk> others = new ArrayList<>();
    private final SampleColumns samples = new SampleColumns();

    /**
     * @param scope counts what is read
     * @param unreadable told of what cannot be
     */
    SeriesWindows(int windowMs, QueryScope scope, UnreadableAggregates unreadable) {
        windows = new WindowAggregates(windowMs);
        this.scope = scope;
        this.unreadable = unreadable;
    }

    /** Whether any of the chunks is of aggregates. */
    static boolean anyIn(List<StoredChunk> chunks) {
        for (StoredChunk chunk : chunks) {
            if (isAggregates(chunk)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAggregates(StoredChunk chunk) {
        return chunk.encoding() == AggregateChunk.ENCODING;
    }

    /**
     * The windows of the range; null when they would not say all: a day with aggregates has other chunks beside them, such as
     * of samples that came late and are not stored yet, or something of it is deleted, or there are samples that cannot be
     * aggregated, or the aggregates cannot be read. Then the samples must be read.
     *
     * @param fromMs 1 ms after the end of a window, or where what may be read begins
     * @param toMs the end of a window, or where what may be read ends, which is on a day without aggregates
     * @throws MalformedException when a chunk of samples cannot be read
     */
    @Nullable
    WindowAggregates join(
            SelectedOne one,
            ChunkMerge merge,
            List<StoredChunk> chunks,
            List<DeletedRange> deleted,
            long fromMs,
            long toMs) {
        days.clear();
        others.clear();
        for (StoredChunk chunk : chunks) {
            (isAggregates(chunk) ? days : others).add(chunk);
        }
        days.sort(Comparator.comparingLong(StoredChunk::startMs));
        if (!standAlone(deleted)) {
            return null;
        }
        samples.clear();
        merge.merge(others, deleted, fromMs, toMs, samples);
        if (!WindowAggregates.describes(samples)) {
            return null;
        }
        windows.clear();
        long aggregated = 0;
        int next = 0;
        for (StoredChunk day : days) {
            next = addBefore(day.startMs(), next);
            int before = windows.size();
            if (!add(one, day, fromMs, toMs)) {
                return null;
            }
            aggregated += windows.size() - before;
        }
        addBefore(Long.MAX_VALUE, next);
        scope.countAggregates(days.size(), aggregated);
        scope.countSeries(1, samples.size());
        return windows;
    }

    /** Adds the windows of a day, of no other whatever its bytes say; false when they cannot be read. */
    private boolean add(SelectedOne one, StoredChunk day, long fromMs, long toMs) {
        long first = endOf(Math.max(fromMs, day.startMs()));
        long last = Math.min(toMs, endOf(day.endMs()));
        try {
            AggregateChunk.decode(day.data(), first, last, windows);
            return true;
        } catch (MalformedException e) {
            scope.countUnreadableAggregates();
            unreadable.found(scope.tenant(), one, day, e);
            return false;
        }
    }

    private long endOf(long timestampMs) {
        return WindowAggregates.endOf(timestampMs, windows.lengthMs());
    }

    private boolean standAlone(List<DeletedRange> deleted) {
        for (StoredChunk day : days) {
            for (DeletedRange range : deleted) {
                if (range.touches(day)) {
                    return false;
                }
            }
            for (StoredChunk other : others) {
                if (dayOf(other) == dayOf(day)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Chunks do not cross midnight. */
    private static long dayOf(StoredChunk chunk) {
        return Math.floorDiv(chunk.startMs(), DAY_MS);
    }

    private int addBefore(long timeMs, int from) {
        int to = from;
        while (to < samples.size() && samples.timestamp(to) < timeMs) {
            to++;
        }
        windows.add(samples, from, to);
        return to;
    }
}
