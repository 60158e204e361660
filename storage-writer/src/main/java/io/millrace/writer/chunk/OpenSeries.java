package io.millrace.writer.chunk;

import io.millrace.model.NativeHistogram;
import io.millrace.model.SeriesId;
import io.millrace.storage.ChunkRow;
import io.millrace.wire.openchunks.OpenChunk;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A series that has more open than floats in order, which stay in {@link PlainChunks}: a side chunk, histograms, or start
 * timestamps. It lasts until the flush of its bucket. For the owner thread.
 *
 * <h2>Samples out of order</h2>
 *
 * <p>Samples in order grow the main chunk. One that is not later than the last of the main chunk goes to a side chunk,
 * which overlaps the main one; readers merge them. Two samples with the same timestamp and value are one sample. With
 * different values the one written last counts, and readers know it by the rule "the chunk with the higher position
 * counts". That rule holds because of an invariant: <em>a sample goes to a chunk whose position is not lower than that of
 * any chunk an earlier sample with the same timestamp went to</em>. So
 *
 * <ul>
 *   <li>there is at most one side chunk, and it is begun after the main chunk; when a sample does not fit the side chunk,
 *       that is sealed and another is begun, never an older one reused;
 *   <li>when the main chunk is sealed the side chunk is sealed with it, so that the next main chunk is not begun while an
 *       older side chunk is open.
 * </ul>
 *
 * A replay from any offset keeps the invariant: chunks of the replay have positions at or after the start of the replay.
 */
public final class OpenSeries {
    private final long idHigh;
    private final long idLow;
    private final String metric;
    private final Bucket bucket;
    private @Nullable GrowingChunk main;
    private @Nullable GrowingChunk side;
    /** Whether the main chunk may have been overwritten by a side chunk. */
    private boolean overwritten;

    OpenSeries(long idHigh, long idLow, String metric, Bucket bucket) {
        this.idHigh = idHigh;
        this.idLow = idLow;
        this.metric = metric;
        this.bucket = bucket;
    }

    SeriesId id() {
        return new SeriesId(idHigh, idLow);
    }

    /** @param position see {@link ChunkRow#position}; rises with every sample of the partition */
    Appended append(long timestampMs, long startMs, long valueBits, long position, long receivedMs) {
        GrowingChunk growing = main;
        ChunkRules rules = bucket.rules();
        if (growing == null) {
            beginMain(GrowingChunk.begin(timestampMs, startMs, valueBits, position, receivedMs));
            return Appended.IN_ORDER;
        }
        if (timestampMs > growing.lastTimestampMs()) {
            int before = growing.size();
            if (growing.append(timestampMs, startMs, valueBits, receivedMs, rules)) {
                bucket.grown(growing.size() - before);
            } else {
                seal();
                beginMain(GrowingChunk.begin(timestampMs, startMs, valueBits, position, receivedMs));
            }
            return Appended.IN_ORDER;
        }
        if (!overwritten && growing.endsWith(timestampMs, valueBits)) {
            return Appended.DUPLICATE;
        }
        GrowingChunk aside = side;
        if (aside != null && aside.endsWith(timestampMs, valueBits)) {
            return Appended.DUPLICATE;
        }
        if (aside != null && timestampMs > aside.lastTimestampMs()) {
            int before = aside.size();
            if (aside.append(timestampMs, startMs, valueBits, receivedMs, rules)) {
                bucket.grown(aside.size() - before);
                return Appended.OUT_OF_ORDER;
            }
        }
        beginSide(GrowingChunk.begin(timestampMs, startMs, valueBits, position, receivedMs));
        return Appended.OUT_OF_ORDER;
    }

    /** As for a float; histograms with the same timestamp are never taken for duplicates here, readers see to it. */
    Appended append(long timestampMs, long startMs, NativeHistogram histogram, long position, long receivedMs) {
        GrowingChunk growing = main;
        ChunkRules rules = bucket.rules();
        if (growing == null) {
            beginMain(GrowingChunk.begin(timestampMs, startMs, histogram, position, receivedMs));
            return Appended.IN_ORDER;
        }
        if (timestampMs > growing.lastTimestampMs()) {
            int before = growing.size();
            if (growing.append(timestampMs, startMs, histogram, receivedMs, rules)) {
                bucket.grown(growing.size() - before);
            } else {
                seal();
                beginMain(GrowingChunk.begin(timestampMs, startMs, histogram, position, receivedMs));
            }
            return Appended.IN_ORDER;
        }
        GrowingChunk aside = side;
        if (aside != null && timestampMs > aside.lastTimestampMs()) {
            int before = aside.size();
            if (aside.append(timestampMs, startMs, histogram, receivedMs, rules)) {
                bucket.grown(aside.size() - before);
                return Appended.OUT_OF_ORDER;
            }
        }
        beginSide(GrowingChunk.begin(timestampMs, startMs, histogram, position, receivedMs));
        return Appended.OUT_OF_ORDER;
    }

    private void beginMain(GrowingChunk chunk) {
        main = chunk;
        bucket.begun(chunk);
    }

    private void beginSide(GrowingChunk chunk) {
        sealSide();
        side = chunk;
        overwritten = true;
        bucket.begun(chunk);
    }

    /** Goes on with a chunk that was begun elsewhere and is counted already. */
    void adopt(GrowingChunk chunk) {
        main = chunk;
    }

    /** Seals what is growing; the sealed chunks wait in the bucket for its flush. */
    void seal() {
        sealSide();
        GrowingChunk growing = main;
        if (growing != null) {
            main = null;
            overwritten = false;
            bucket.sealed(growing, growing.seal(id(), metric));
        }
    }

    private void sealSide() {
        GrowingChunk aside = side;
        if (aside != null) {
            side = null;
            bucket.sealed(aside, aside.seal(id(), metric));
        }
    }

    /** Copies of what is growing and overlaps the range. */
    void copy(long fromMs, long toMs, Consumer<OpenChunk> out) {
        if (main != null && main.overlaps(fromMs, toMs)) {
            out.accept(main.copy(id()));
        }
        if (side != null && side.overlaps(fromMs, toMs)) {
            out.accept(side.copy(id()));
        }
    }
}
