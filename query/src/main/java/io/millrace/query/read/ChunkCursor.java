package io.millrace.query.read;

import io.millrace.promql.storage.SeriesSet;
import java.util.List;

/** A cursor over series that also shows the chunks the samples were read from. Not thread-safe. */
public interface ChunkCursor extends SeriesSet {
    /**
     * The chunks of the current series that overlap the selection, sorted by start; they may hold samples outside it, and
     * overlap each other. Valid until the next call of {@link #next}.
     */
    List<StoredChunk> chunks();

    /** Whether the chunks can be handed out as they are: nothing of the series is deleted, and Prometheus can read them. */
    boolean isAsStored();
}
