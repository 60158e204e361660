package io.millrace.query.api;

import io.millrace.model.NativeHistogram;
import io.millrace.model.SampleColumns;
import io.millrace.wire.chunk.ChunkEncoding;
import io.millrace.wire.chunk.ChunkWriter;
import io.millrace.wire.chunk.FloatHistogramChunk;
import io.millrace.wire.chunk.HistogramChunk;
import io.millrace.wire.chunk.XorChunk;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Encodes samples into chunks of at most {@link #MOST_SAMPLES}. Stateless. */
final class ChunkCutter {
    /** As Prometheus cuts its own. */
    private static final int MOST_SAMPLES = 120;

    private ChunkCutter() {}

    /** Takes a finished chunk. */
    @FunctionalInterface
    interface Sink {
        void chunk(long minMs, long maxMs, ChunkEncoding encoding, byte[] data) throws IOException;
    }

    static void cut(SampleColumns samples, Sink sink) throws IOException {
        ChunkWriter chunk = null;
        for (int i = 0; i < samples.size(); i++) {
            if (chunk == null || chunk.samples() >= MOST_SAMPLES || !append(chunk, samples, i)) {
                finish(chunk, sink);
                chunk = begin(samples, i);
            }
        }
        finish(chunk, sink);
    }

    private static void finish(@Nullable ChunkWriter chunk, Sink sink) throws IOException {
        if (chunk != null) {
            sink.chunk(chunk.firstTimestampMs(), chunk.lastTimestampMs(), chunk.encoding(), chunk.bytes());
        }
    }

    private static ChunkWriter begin(SampleColumns samples, int index) {
        NativeHistogram histogram = samples.histogram(index);
        ChunkWriter chunk = histogram == null
                ? new XorChunk()
                : histogram.integer() ? new HistogramChunk() : new FloatHistogramChunk();
        append(chunk, samples, index);
        return chunk;
    }

    /** False when the sample is of another kind, or a histogram of another layout. */
    private static boolean append(ChunkWriter chunk, SampleColumns samples, int index) {
        NativeHistogram histogram = samples.histogram(index);
        long timestamp = samples.timestamp(index);
        if (chunk instanceof XorChunk floats && histogram == null) {
            floats.append(timestamp, Double.doubleToRawLongBits(samples.value(index)));
            return true;
        }
        if (chunk instanceof HistogramChunk integers && histogram != null && histogram.integer()) {
            return integers.append(timestamp, 0, histogram);
        }
        return chunk instanceof FloatHistogramChunk floats
                && histogram != null
                && !histogram.integer()
                && floats.append(timestamp, 0, histogram);
    }
}
