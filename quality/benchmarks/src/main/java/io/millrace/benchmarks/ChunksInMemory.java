package io.millrace.benchmarks;

import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.promql.storage.Matcher;
import io.millrace.promql.storage.Queryable;
import io.millrace.promql.storage.Selection;
import io.millrace.promql.storage.SeriesSet;
import io.millrace.wire.chunk.ChunkEncoding;
import io.millrace.wire.chunk.Chunks;
import io.millrace.wire.chunk.XorChunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Series with XOR chunks on the heap and an index from label values to series: what a query service has once everything it
 * needs was read. Matchers are asked once for each value of a label, not for each series. Not thread-safe while filled.
 */
final class ChunksInMemory implements Queryable {
    /** As Prometheus cuts its chunks. */
    private static final int CHUNK_SAMPLES = 120;

    private final List<Stored> series = new ArrayList<>();
    private final Map<String, Map<String, Ordinals>> index = new HashMap<>();

    private record Stored(Labels labels, List<Chunk> chunks) {}

    private record Chunk(long startMs, long endMs, byte[] data) {}

    /** Positions of series, rising. */
    private static final class Ordinals {
        private int[] values = new int[1];
        private int size;

        void add(int ordinal) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = ordinal;
        }

        void set(BitSet target, boolean value) {
            for (int i = 0; i < size; i++) {
                target.set(values[i], value);
            }
        }
    }

    /** Takes timestamps in rising order and values that go with them. */
    void add(Labels labels, long[] timestampsMs, double[] values) {
        List<Chunk> chunks = new ArrayList<>();
        for (int from = 0; from < values.length; from += CHUNK_SAMPLES) {
            XorChunk chunk = new XorChunk();
            int to = Math.min(values.length, from + CHUNK_SAMPLES);
            for (int i = from; i < to; i++) {
                chunk.append(timestampsMs[i], Double.doubleToRawLongBits(values[i]));
            }
            chunks.add(new Chunk(timestampsMs[from], timestampsMs[to - 1], chunk.bytes()));
        }
        labels.forEach((name, value) -> index.computeIfAbsent(name, created -> new HashMap<>())
                .computeIfAbsent(value, created -> new Ordinals())
                .add(series.size()));
        series.add(new Stored(labels, chunks));
    }

    @Override
    public SeriesSet select(Selection selection) {
        BitSet selected = new BitSet(series.size());
        selected.set(0, series.size());
        for (Matcher matcher : selection.matchers()) {
            selected.and(matching(matcher));
        }
        return new Cursor(selected, selection.startMs(), selection.endMs());
    }

    private BitSet matching(Matcher matcher) {
        BitSet result = new BitSet(series.size());
        Map<String, Ordinals> values = index.getOrDefault(matcher.name(), Map.of());
        if (matcher.matches("")) {
            result.set(0, series.size());
            values.forEach((value, ordinals) -> {
                if (!matcher.matches(value)) {
                    ordinals.set(result, false);
                }
            });
        } else {
            values.forEach((value, ordinals) -> {
                if (matcher.matches(value)) {
                    ordinals.set(result, true);
                }
            });
        }
        return result;
    }

    private final class Cursor implements SeriesSet {
        private final BitSet selected;
        private final long fromMs;
        private final long toMs;
        private final SampleColumns samples = new SampleColumns();
        private int at = -1;

        Cursor(BitSet selected, long fromMs, long toMs) {
            this.selected = selected;
            this.fromMs = fromMs;
            this.toMs = toMs;
        }

        @Override
        public boolean next() {
            for (at = selected.nextSetBit(at + 1); at >= 0; at = selected.nextSetBit(at + 1)) {
                samples.clear();
                for (Chunk chunk : series.get(at).chunks()) {
                    if (chunk.endMs() >= fromMs && chunk.startMs() <= toMs) {
                        Chunks.decode(ChunkEncoding.XOR, chunk.data(), fromMs, toMs, samples);
                    }
                }
                if (samples.size() > 0) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public Labels labels() {
            return series.get(at).labels();
        }

        @Override
        public SampleColumns samples() {
            return samples;
        }

        @Override
        public List<String> warnings() {
            return List.of();
        }

        @Override
        public void close() {
            at = -1;
        }
    }
}
