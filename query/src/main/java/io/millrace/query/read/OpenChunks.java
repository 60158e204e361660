package io.millrace.query.read;

import io.millrace.model.SeriesId;
import java.util.List;
import java.util.Map;

/** Where the newest samples are, those that are not in the store yet. Thread-safe. */
@FunctionalInterface
public interface OpenChunks {
    /** For data that is all in the store. */
    OpenChunks NONE = (scope, series, fromMs, toMs) -> Map.of();

    /** The open chunks of the series that overlap the time range. Blocks; to be called by the thread of the query. */
    Map<SeriesId, List<StoredChunk>> read(QueryScope scope, List<SeriesId> series, long fromMs, long toMs);
}
