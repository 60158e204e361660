package io.millrace.wire.chunk;

import io.millrace.model.SampleColumns;
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
 * apart and merged. Deleted samples are left out before that, so that what they overwrote stays deleted only if it was
 * deleted itself.
 */
public final class ChunkMerge {
    private static final Comparator<PlacedChunk> BY_TIME =
            Comparator.comparingLong(PlacedChunk::startMs).thenComparingLong(PlacedChunk::offset);

    private final List<SampleColumns> buffers = new ArrayList<>();
    private final SampleColumns whole = new SampleColumns();

    /** As {@link #merge(List, List, long, long, SampleColumns)}, when nothing was deleted. */
    public void merge(List<? extends PlacedChunk> chunks, long fromMs, long toMs, SampleColumns out) {
        merge(chunks, List.of(), fromMs, toMs, out);
    }

    /**
     * Appends the samples with {@code fromMs <= t <= toMs} that are not deleted to {@code out}, which must be empty. Sorts
     * {@code chunks}.
     *
     * @throws io.millrace.wire.MalformedException when a chunk cannot be read
     */
    public void merge(
            List<? extends PlacedChunk> chunks, List<DeletedRange> deleted, long fromMs, long toMs, SampleColumns out) {
        chunks.sort(BY_TIME);
        int begin = 0;
        while (begin < chunks.size()) {
            long endMs = chunks.get(begin).endMs();
            int end = begin + 1;
            while (end < chunks.size() && chunks.get(end).startMs() <= endMs) {
                endMs = Math.max(endMs, chunks.get(end).endMs());
                end++;
            }
            List<? extends PlacedChunk> overlapping = chunks.subList(begin, end);
            if (endMs >= fromMs && overlapping.get(0).startMs() <= toMs) {
                append(overlapping, deleted, fromMs, toMs, out);
            }
            begin = end;
        }
    }

    private void append(
            List<? extends PlacedChunk> overlapping,
            List<DeletedRange> deleted,
            long fromMs,
            long toMs,
            SampleColumns out) {
        if (overlapping.size() == 1) {
            decode(overlapping.get(0), deleted, fromMs, toMs, out);
            return;
        }
        PriorityQueue<Cursor> heads = new PriorityQueue<>(overlapping.size());
        PlacedChunk before = null;
        int used = 0;
        for (PlacedChunk chunk : overlapping) {
            if (before != null && before.isSameAs(chunk)) {
                continue;
            }
            before = chunk;
            SampleColumns samples = buffer(used++);
            decode(chunk, deleted, fromMs, toMs, samples);
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

    private void decode(PlacedChunk chunk, List<DeletedRange> deleted, long fromMs, long toMs, SampleColumns out) {
        boolean touched = false;
        for (DeletedRange range : deleted) {
            touched |= range.touches(chunk);
        }
        if (!touched) {
            Chunks.decode(chunk.encoding(), chunk.data(), fromMs, toMs, out);
            return;
        }
        whole.clear();
        Chunks.decode(chunk.encoding(), chunk.data(), fromMs, toMs, whole);
        for (int i = 0; i < whole.size(); i++) {
            if (!isDeleted(whole.timestamp(i), chunk.offset(), deleted)) {
                out.addFrom(whole, i);
            }
        }
    }

    private static boolean isDeleted(long timestampMs, long offset, List<DeletedRange> deleted) {
        for (DeletedRange range : deleted) {
            if (offset < range.beforeOffset() && timestampMs >= range.fromMs() && timestampMs <= range.toMs()) {
                return true;
            }
        }
        return false;
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
