package io.millrace.writer.chunk;

import io.millrace.model.NativeHistogram;
import io.millrace.model.SeriesId;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.MetricChunk;
import io.millrace.wire.chunk.ChunkWriter;
import io.millrace.wire.chunk.FloatHistogramChunk;
import io.millrace.wire.chunk.HistogramChunk;
import io.millrace.wire.chunk.XorChunk;
import io.millrace.wire.openchunks.OpenChunk;

/** A chunk that takes samples in rising order of timestamps, all of one UTC day. For the owner thread. */
final class GrowingChunk {
    private final ChunkWriter writer;
    /** Where the first sample stands in the topic; see {@link ChunkRow#position}. */
    private final long position;

    private final int day;
    private long receivedMs;

    private GrowingChunk(ChunkWriter writer, long position, long timestampMs) {
        this.writer = writer;
        this.position = position;
        this.day = ChunkRules.day(timestampMs);
    }

    static GrowingChunk begin(long timestampMs, long startMs, long valueBits, long position, long receivedMs) {
        XorChunk writer = new XorChunk();
        writer.append(timestampMs, startMs, valueBits);
        GrowingChunk chunk = new GrowingChunk(writer, position, timestampMs);
        chunk.receivedMs = receivedMs;
        return chunk;
    }

    /** Goes on with a float chunk that was begun elsewhere. */
    static GrowingChunk resume(byte[] encoded, long position, long receivedMs) {
        XorChunk writer = XorChunk.reopen(encoded);
        GrowingChunk chunk = new GrowingChunk(writer, position, writer.lastTimestampMs());
        chunk.receivedMs = receivedMs;
        return chunk;
    }

    static GrowingChunk begin(
            long timestampMs, long startMs, NativeHistogram histogram, long position, long receivedMs) {
        ChunkWriter writer;
        if (histogram.integer()) {
            HistogramChunk chunk = new HistogramChunk();
            chunk.append(timestampMs, startMs, histogram);
            writer = chunk;
        } else {
            FloatHistogramChunk chunk = new FloatHistogramChunk();
            chunk.append(timestampMs, startMs, histogram);
            writer = chunk;
        }
        GrowingChunk chunk = new GrowingChunk(writer, position, timestampMs);
        chunk.receivedMs = receivedMs;
        return chunk;
    }

    /** Appends a later sample; false when it does not fit and the chunk must be sealed. */
    boolean append(long timestampMs, long startMs, long valueBits, long received, ChunkRules rules) {
        if (!(writer instanceof XorChunk xor) || !hasRoom(timestampMs, rules)) {
            return false;
        }
        xor.append(timestampMs, startMs, valueBits);
        receivedMs = Math.max(receivedMs, received);
        return true;
    }

    /** Appends a later histogram; false when it does not fit and the chunk must be sealed. */
    boolean append(long timestampMs, long startMs, NativeHistogram histogram, long received, ChunkRules rules) {
        if (!hasRoom(timestampMs, rules)) {
            return false;
        }
        boolean appended;
        if (writer instanceof HistogramChunk integers) {
            appended = integers.append(timestampMs, startMs, histogram);
        } else if (writer instanceof FloatHistogramChunk floats) {
            appended = floats.append(timestampMs, startMs, histogram);
        } else {
            appended = false;
        }
        if (appended) {
            receivedMs = Math.max(receivedMs, received);
        }
        return appended;
    }

    private boolean hasRoom(long timestampMs, ChunkRules rules) {
        return writer.samples() < rules.maxSamples()
                && writer.size() < rules.maxBytes()
                && ChunkRules.day(timestampMs) == day;
    }

    /** Whether the last sample is this one. */
    boolean endsWith(long timestampMs, long valueBits) {
        return writer instanceof XorChunk xor
                && xor.lastTimestampMs() == timestampMs
                && xor.lastValueBits() == valueBits;
    }

    long lastTimestampMs() {
        return writer.lastTimestampMs();
    }

    int samples() {
        return writer.samples();
    }

    int size() {
        return writer.size();
    }

    int day() {
        return day;
    }

    long position() {
        return position;
    }

    boolean overlaps(long fromMs, long toMs) {
        return writer.firstTimestampMs() <= toMs && writer.lastTimestampMs() >= fromMs;
    }

    MetricChunk seal(SeriesId id, String metric) {
        return new MetricChunk(
                metric,
                receivedMs,
                new ChunkRow(
                        id,
                        writer.firstTimestampMs(),
                        position,
                        writer.lastTimestampMs(),
                        writer.samples(),
                        writer.rowEncoding(),
                        writer.rowData()));
    }

    /** A copy as it stands. */
    OpenChunk copy(SeriesId id) {
        return new OpenChunk(
                id,
                writer.firstTimestampMs(),
                position,
                writer.lastTimestampMs(),
                writer.samples(),
                writer.rowEncoding(),
                writer.rowData());
    }
}
