package io.millrace.wire.chunk;

import io.millrace.model.SampleColumns;

/**
 * Decodes chunks of every encoding. Stateless.
 *
 * <p>A chunk comes in two shapes: plain, as Prometheus knows it, with a {@link ChunkEncoding}; and as rows of the store
 * and open chunks hold it, with a byte that is the encoding's number, plus {@link #WITH_START_TIMESTAMPS} if start
 * timestamps stand before the plain chunk.
 */
public final class Chunks {
    /** Bit of a row's encoding: start timestamps precede the chunk. */
    static final int WITH_START_TIMESTAMPS = 0x40;

    private Chunks() {}

    /**
     * Appends the samples with {@code fromMs <= timestamp <= toMs} of a plain chunk to {@code out}. Stops at the first
     * timestamp above {@code toMs}: those of a chunk rise. Decoded histograms share spans and custom values.
     *
     * @throws io.millrace.wire.MalformedException when the bytes are not a chunk of this encoding; samples before the
     *     damage may have been appended
     */
    public static void decode(ChunkEncoding encoding, byte[] data, long fromMs, long toMs, SampleColumns out) {
        switch (encoding) {
            case XOR -> XorChunk.decode(data, fromMs, toMs, out);
            case HISTOGRAM -> HistogramChunk.decode(data, fromMs, toMs, out);
            case FLOAT_HISTOGRAM -> FloatHistogramChunk.decode(data, fromMs, toMs, out);
        }
    }

    /**
     * As {@link #decode(ChunkEncoding, byte[], long, long, SampleColumns)} from a row, with start timestamps.
     *
     * @param rowEncoding see {@link ChunkWriter#rowEncoding}
     * @param rowData see {@link ChunkWriter#rowData}
     */
    public static void decode(byte rowEncoding, byte[] rowData, long fromMs, long toMs, SampleColumns out) {
        if (!hasStartTimestamps(rowEncoding)) {
            decodePlain(rowEncoding, rowData, fromMs, toMs, out);
            return;
        }
        SampleColumns whole = new SampleColumns();
        decodePlain(rowEncoding, StartTimestamps.chunk(rowData), Long.MIN_VALUE, Long.MAX_VALUE, whole);
        StartTimestamps.decode(rowData, whole, fromMs, toMs, out);
    }

    private static void decodePlain(byte rowEncoding, byte[] data, long fromMs, long toMs, SampleColumns out) {
        if (DenseChunk.is(rowEncoding)) {
            DenseChunk.decode(data, fromMs, toMs, out);
        } else {
            decode(encoding(rowEncoding), data, fromMs, toMs, out);
        }
    }

    /** Whether the chunk in a row is one that Prometheus knows; the others are of the store alone. */
    public static boolean isOfPrometheus(byte rowEncoding) {
        return !DenseChunk.is(rowEncoding);
    }

    /**
     * The encoding of a chunk that {@link #isOfPrometheus}.
     *
     * @throws io.millrace.wire.MalformedException when there is no such encoding
     */
    public static ChunkEncoding encoding(byte rowEncoding) {
        return ChunkEncoding.ofNumber(rowEncoding & ~WITH_START_TIMESTAMPS);
    }

    /** The plain chunk in a row: the same array if there are no start timestamps. */
    public static byte[] bytes(byte rowEncoding, byte[] rowData) {
        return hasStartTimestamps(rowEncoding) ? StartTimestamps.chunk(rowData) : rowData;
    }

    private static boolean hasStartTimestamps(byte rowEncoding) {
        return (rowEncoding & WITH_START_TIMESTAMPS) != 0;
    }
}
