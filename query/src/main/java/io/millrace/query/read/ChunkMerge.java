package io.millrace.query.read;

import io.millrace.model.SampleColumns;
import io.millrace.wire.chunk.Chunks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Makes one column of samples out of the chunks of a series: timestamps rise strictly, and where chunks disagree about a
 * timestamp the chunk with the higher offset counts, because it was written later. Reuses its buffers; not thread-safe.
 *
 * <p>Chunks seldom overlap, so runs of chunks that do not are decoded straight into the result. Overlapping ones (an open
 * chunk read from a writer and then, sealed, from the store; out-of-order samples; a replay after a crash) are decoded
 * apart and merged.
 */
final class ChunkMerge {
    private static final Comparator<StoredChunk> BY_TIME =
            Comparator.comparingLong(StoredChunk::startMs).thenComparingLong(StoredChunk::offset);

    private final List<SampleColumns> buffers = new ArrayList<>();

    /** Appends the samples with {@code fromMs <= t <= toMs} to {@code out}, which must be empty. Sorts {@code chunks}. */
    void merge(List<StoredChunk> chunks, long fromMs, long toMs, SampleColumns out) {
        chunks.sort(BY_TIME);
        int begin = 0;
        while (begin < chunks.size()) {
            long endMs = chunks.get(begin).endMs();
            int end = begin + 1;
            while (end < chunks.size() && chunks.get(end).startMs() <= endMs) {
                endMs = Math.max(endMs, chunks.get(end).endMs());
                end++;
            }
            List<StoredChunk> overlapping = chunks.subList(begin, end);
            if (endMs >= fromMs && overlapping.get(0).startMs() <= toMs) {
                append(overlapping, fromMs, toMs, out);
            }
            begin = end;
        }
    }

    private void append(List<StoredChunk> overlapping, long fromMs, long toMs, SampleColumns out) {
        if (overlapping.size() == 1) {
            decode(overlapping.get(0), fromMs, toMs, out);
            return;
        }
        PriorityQueue<Cursor> heads = new PriorityQueue<>(overlapping.size());
        StoredChunk before = null;
        int used = 0;
        for (StoredChunk chunk : overlapping) {
            if (before != null && before.isSameAs(chunk)) {
                continue;
            }
            before = chunk;
            SampleColumns samples = buffer(used++);
            decode(chunk, fromMs, toMs, samples);
            if (samples.size() > 0) {
                heads.add(new Cursor(samples, chunk.offset()));
            }
        }
        while (!heads.isEmpty()) {
            Cursor head = heads.remove();
            if (out.size() == 0 || head.timestamp() > out.timestamp(out.size() - 1)) {
                out.addFrom(head.samples, head.at);
            }
            if (++head.at < head.samples.size()) {
                heads.add(head);
            }
        }
    }

    private SampleColumns buffer(int index) {
        if (index == buffers.size()) {
            buffers.add(new SampleColumns());
        }
        SampleColumns buffer = buffers.get(index);
        buffer.clear();
        return buffer;
    }

    private static void decode(StoredChunk chunk, long fromMs, long toMs, SampleColumns out) {
        Chunks.decode(chunk.encoding(), chunk.data(), fromMs, toMs, out);
    }

    /** A chunk's next sample. Earliest timestamp first; of the same timestamp, the highest offset first. */
    private static final class Cursor implements Comparable<Cursor> {
        final SampleColumns samples;
        final long offset;
        int at;

        Cursor(SampleColumns samples, long offset) {
            this.samples = samples;
            this.offset = offset;
        }

        long timestamp() {
            return samples.timestamp(at);
        }

        @Override
        public int compareTo(Cursor other) {
            int byTime = Long.compare(timestamp(), other.timestamp());
            return byTime != 0 ? byTime : Long.compare(other.offset, offset);
        }
    }
}
