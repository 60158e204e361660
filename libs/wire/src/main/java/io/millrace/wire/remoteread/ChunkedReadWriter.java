package io.millrace.wire.remoteread;

import io.millrace.model.Labels;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.chunk.ChunkEncoding;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/**
 * Writes a remote read answer of type {@code STREAMED_XOR_CHUNKS}: a stream of frames, each a protobuf {@code
 * prometheus.ChunkedReadResponse} with one series or a part of one. Not compressed. Memory: one frame. Not thread-safe.
 *
 * <pre>
 * frame    uvarint length of the message | CRC-32C of the message, 4 B big endian | message
 * </pre>
 *
 * Clients expect series sorted by labels, and the chunks of a series in order of time without overlap.
 */
public final class ChunkedReadWriter {
    /** Of the HTTP answer. Clients compare the beginning to the letter. */
    public static final String CONTENT_TYPE = "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse";

    /** What Prometheus keeps to; a client refuses frames above 50 MB. */
    private static final int MAX_FRAME_BYTES = 1 << 20;

    private static final int CHUNKED_SERIES = 1;
    private static final int QUERY_INDEX = 2;
    private static final int CHUNKS = 2;
    private static final int CHUNK_MIN_TIME = 1;
    private static final int CHUNK_MAX_TIME = 2;
    private static final int CHUNK_TYPE = 3;
    private static final int CHUNK_DATA = 4;

    private final OutputStream out;
    private final int maxFrameBytes;
    private final ByteWriter labels = new ByteWriter(512);
    private final ByteWriter series = new ByteWriter(4096);
    private final ByteWriter item = new ByteWriter(1024);
    private final ByteWriter message = new ByteWriter(4096);
    private final ByteWriter prefix = new ByteWriter(16);
    private long queryIndex;
    private boolean hasChunks;

    public ChunkedReadWriter(OutputStream out) {
        this(out, MAX_FRAME_BYTES);
    }

    ChunkedReadWriter(OutputStream out, int maxFrameBytes) {
        this.out = out;
        this.maxFrameBytes = maxFrameBytes;
    }

    /**
     * Begins a series; {@link #endSeries} must have ended the one before.
     *
     * @param newQueryIndex which query of the request this answers, from 0
     */
    public void beginSeries(long newQueryIndex, Labels seriesLabels) {
        queryIndex = newQueryIndex;
        labels.clear();
        ProtobufFields.putLabels(labels, seriesLabels, item);
        restart();
    }

    /**
     * Adds a chunk of the current series. What was added before may go out as a frame: the next one names the series
     * again.
     *
     * @param minMs timestamp of the first sample
     * @param maxMs timestamp of the last sample
     * @param data a plain chunk, see {@link io.millrace.wire.chunk.Chunks#bytes}
     */
    public void chunk(long minMs, long maxMs, ChunkEncoding encoding, byte[] data) throws IOException {
        item.clear();
        ProtobufFields.putVarint(item, CHUNK_MIN_TIME, minMs);
        ProtobufFields.putVarint(item, CHUNK_MAX_TIME, maxMs);
        ProtobufFields.putVarint(item, CHUNK_TYPE, encoding.number());
        ProtobufFields.putBytes(item, CHUNK_DATA, data);
        if (hasChunks && series.size() + item.size() > maxFrameBytes) {
            writeFrame();
            restart();
        }
        ProtobufFields.putMessage(series, CHUNKS, item);
        hasChunks = true;
    }

    /** Ends the current series. One without chunks is not written. Does not flush the stream. */
    public void endSeries() throws IOException {
        if (hasChunks) {
            writeFrame();
        }
        hasChunks = false;
    }

    private void restart() {
        series.clear();
        series.putBytes(labels.buffer(), 0, labels.size());
        hasChunks = false;
    }

    private void writeFrame() throws IOException {
        message.clear();
        ProtobufFields.putMessage(message, CHUNKED_SERIES, series);
        ProtobufFields.putVarint(message, QUERY_INDEX, queryIndex);
        CRC32C checksum = new CRC32C();
        checksum.update(message.buffer(), 0, message.size());
        prefix.clear();
        prefix.putUvarint(message.size());
        prefix.putIntBigEndian((int) checksum.getValue());
        out.write(prefix.buffer(), 0, prefix.size());
        out.write(message.buffer(), 0, message.size());
    }
}
