package io.millrace.wire.openchunks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes the answer to an {@link OpenChunkRequest} as a stream, entry by entry. Not thread-safe. */
public final class OpenChunkResponseWriter {
    static final byte VERSION = 1;
    static final byte END = 0;
    static final byte CHUNK = 1;
    static final byte PARTITION = 2;
    /** id, start, offset, end, samples, encoding, length. */
    static final int CHUNK_HEADER_BYTES = 16 + 8 + 8 + 8 + 4 + 1 + 4;
    /** partition, state, received until, records behind. */
    static final int PARTITION_BYTES = 4 + 1 + 8 + 8;

    private final OutputStream out;
    private final ByteBuffer header = ByteBuffer.allocate(1 + CHUNK_HEADER_BYTES);

    public OpenChunkResponseWriter(OutputStream out) throws IOException {
        this.out = out;
        out.write(VERSION);
    }

    public void chunk(OpenChunk chunk) throws IOException {
        header.clear().order(ByteOrder.BIG_ENDIAN).put(CHUNK);
        header.putLong(chunk.series().high()).putLong(chunk.series().low());
        header.order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(chunk.startMs()).putLong(chunk.offset()).putLong(chunk.endMs());
        header.putInt(chunk.samples()).put(chunk.encoding()).putInt(chunk.data().length);
        flushHeader();
        out.write(chunk.data());
    }

    /** Tells how far the writer is with a partition; after the last chunk of that partition. */
    public void partition(OpenPartition partition) throws IOException {
        header.clear().order(ByteOrder.LITTLE_ENDIAN).put(PARTITION);
        header.putInt(partition.partition()).put((byte) partition.state().ordinal());
        header.putLong(partition.receivedUntilMs()).putLong(partition.recordsBehind());
        flushHeader();
    }

    /** Marks the answer complete. Does not close the stream. */
    public void end() throws IOException {
        out.write(END);
        out.flush();
    }

    private void flushHeader() throws IOException {
        out.write(header.array(), 0, header.position());
    }
}
