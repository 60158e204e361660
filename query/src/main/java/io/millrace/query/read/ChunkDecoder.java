package io.millrace.query.read;

import io.millrace.model.SampleColumns;
import io.millrace.model.WindowAggregates;
import io.millrace.promql.engine.QueryException;
import io.millrace.storage.Deletions;
import io.millrace.wire.MalformedException;
import io.millrace.wire.chunk.ChunkMerge;
import io.millrace.wire.chunk.DeletedRange;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes samples of the chunks of one series after another, without those that are deleted. Not thread-safe. */
final class ChunkDecoder {
    private final QueryScope scope;
    private final Deletions deletions;
    private final long fromMs;
    private final long toMs;
    private final ChunkMerge merge = new ChunkMerge();
    private final SampleColumns samples = new SampleColumns();
    private List<DeletedRange> deleted = List.of();
    private @Nullable WindowAggregates windows;

    ChunkDecoder(QueryScope scope, Deletions deletions, long fromMs, long toMs) {
        this.scope = scope;
        this.deletions = deletions;
        this.fromMs = fromMs;
        this.toMs = toMs;
    }

    /**
     * Reads the samples of a series; false when it has none in the time range.
     *
     * @param chunks sorted here
     */
    boolean decode(SelectedOne one, List<StoredChunk> chunks) {
        samples.clear();
        windows = null;
        deleted = deletions.isEmpty() ? List.of() : deletions.of(one.labels(), one.id());
        try {
            merge.merge(chunks, deleted, fromMs, toMs, samples);
        } catch (MalformedException e) {
            throw unreadable(one, e);
        }
        if (samples.size() == 0) {
            return false;
        }
        scope.countSeries(1, samples.size());
        return true;
    }

    /**
     * As {@link #decode}, of chunks some of which may be of aggregates, see {@link #windows}.
     *
     * @param samplesOnly the chunks without aggregates, asked for when those do not say all
     */
    boolean decodeWindows(
            SelectedOne one, List<StoredChunk> chunks, SeriesWindows series, Supplier<List<StoredChunk>> samplesOnly) {
        if (!SeriesWindows.anyIn(chunks)) {
            return decode(one, chunks);
        }
        deleted = deletions.isEmpty() ? List.of() : deletions.of(one.labels(), one.id());
        WindowAggregates joined;
        try {
            joined = series.join(one, merge, chunks, deleted, fromMs, toMs);
        } catch (MalformedException e) {
            throw unreadable(one, e);
        }
        if (joined == null) {
            return decode(one, samplesOnly.get());
        }
        samples.clear();
        windows = joined;
        return joined.size() > 0;
    }

    private static QueryException unreadable(SelectedOne one, MalformedException e) {
        return new QueryException(
                QueryException.Kind.INTERNAL,
                "a chunk of series " + one.labels() + " (" + one.id() + ") cannot be read: " + e.getMessage());
    }

    /** What the samples read last come to, in place of them; null when there are samples. */
    @Nullable
    WindowAggregates windows() {
        return windows;
    }

    /** Those read last; valid until the next are. */
    SampleColumns samples() {
        return samples;
    }

    /** Whether some of the series read last is deleted. */
    boolean hasDeleted() {
        return !deleted.isEmpty();
    }
}
