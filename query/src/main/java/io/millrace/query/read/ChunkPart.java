package io.millrace.query.read;

import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.promql.storage.SeriesPart;
import io.millrace.promql.storage.SeriesSet;
import io.millrace.storage.Deletions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Some series of a selection with their chunks, to be decoded on any thread. */
final class ChunkPart implements SeriesPart {
    private final QueryScope scope;
    private final Deletions deletions;
    private final long fromMs;
    private final long toMs;
    private final LongConsumer giveBack;
    private List<Undecoded> series;
    private long held;

    /** A series and its chunks. */
    record Undecoded(SelectedOne one, List<StoredChunk> chunks) {}

    /**
     * @param held bytes of chunks
     * @param giveBack told how many bytes of chunks are not held any more */
    ChunkPart(
            QueryScope scope,
            Deletions deletions,
            long fromMs,
            long toMs,
            List<Undecoded> series,
            long held,
            LongConsumer giveBack) {
        this.scope = scope;
        this.deletions = deletions;
        this.fromMs = fromMs;
        this.toMs = toMs;
        this.series = series;
        this.held = held;
        this.giveBack = giveBack;
    }

    @Override
    public SeriesSet open() {
        return new Reading(series);
    }

    /** By the thread that divides the set. */
    @Override
    public void close() {
        series = List.of();
        giveBack.accept(held);
        held = 0;
    }

    private final class Reading implements SeriesSet {
        private final ChunkDecoder decoder = new ChunkDecoder(scope, deletions, fromMs, toMs);
        private final List<StoredChunk> chunks = new ArrayList<>();
        private final List<Undecoded> all;
        private int at = -1;

        Reading(List<Undecoded> all) {
            this.all = all;
        }

        @Override
        public boolean next() {
            while (++at < all.size()) {
                chunks.clear();
                chunks.addAll(all.get(at).chunks());
                if (decoder.decode(all.get(at).one(), chunks)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public Labels labels() {
            return all.get(at).one().labels();
        }

        @Override
        public SampleColumns samples() {
            return decoder.samples();
        }

        @Override
        public List<String> warnings() {
            return List.of();
        }

        @Override
        public void close() {
            chunks.clear();
        }
    }
}
