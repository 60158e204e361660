package io.millrace.wire.openchunks;

import io.millrace.model.SeriesId;
import io.millrace.wire.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/** Reads the answer to an {@link OpenChunkRequest} from a stream. Stateless. */
public final class OpenChunkResponseReader {
    /** A chunk is sealed at a few KB of samples; one histogram may be large, but not larger than a Kafka record. */
    private static final int MAX_CHUNK_BYTES = 16 << 20;

    private static final OpenPartition.State[] STATES = OpenPartition.State.values();

    private OpenChunkResponseReader() {}

    /**
     * Reads a whole answer; closes nothing. Chunks come in no particular order, of one series possibly several that
     * overlap.
     *
     * @throws MalformedException when the bytes are not an answer of this version or end before its end mark
     */
    public static void read(InputStream in, Consumer<OpenChunk> chunks, Consumer<OpenPartition> partitions)
            throws IOException {
        int version = in.read();
        if (version != OpenChunkResponseWriter.VERSION) {
            throw new MalformedException(
                    "open-chunks answer of version " + version + ", expected " + OpenChunkResponseWriter.VERSION);
        }
        ByteBuffer header = ByteBuffer.allocate(OpenChunkResponseWriter.CHUNK_HEADER_BYTES);
        for (int tag = in.read(); tag != OpenChunkResponseWriter.END; tag = in.read()) {
            switch (tag) {
                case OpenChunkResponseWriter.CHUNK -> chunks.accept(chunk(in, header));
                case OpenChunkResponseWriter.PARTITION -> partitions.accept(partition(in, header));
                case -1 -> throw new MalformedException("open-chunks answer without an end: the writer broke off");
                default -> throw new MalformedException("open-chunks answer: unknown entry " + tag);
            }
        }
    }

    private static OpenChunk chunk(InputStream in, ByteBuffer header) throws IOException {
        fill(in, header, OpenChunkResponseWriter.CHUNK_HEADER_BYTES);
        SeriesId series = new SeriesId(header.getLong(), header.getLong());
        header.order(ByteOrder.LITTLE_ENDIAN);
        long startMs = header.getLong();
        long offset = header.getLong();
        long endMs = header.getLong();
        int samples = header.getInt();
        byte encoding = header.get();
        int length = header.getInt();
        if (length < 0 || length > MAX_CHUNK_BYTES) {
            throw new MalformedException("open-chunks answer: a chunk of " + length + " bytes");
        }
        byte[] data = in.readNBytes(length);
        if (data.length < length) {
            throw new MalformedException("open-chunks answer ends inside a chunk");
        }
        return new OpenChunk(series, startMs, offset, endMs, samples, encoding, data);
    }

    private static OpenPartition partition(InputStream in, ByteBuffer header) throws IOException {
        fill(in, header, OpenChunkResponseWriter.PARTITION_BYTES);
        header.order(ByteOrder.LITTLE_ENDIAN);
        int partition = header.getInt();
        int state = header.get();
        if (state < 0 || state >= STATES.length) {
            throw new MalformedException("open-chunks answer: unknown partition state " + state);
        }
        return new OpenPartition(partition, STATES[state], header.getLong(), header.getLong());
    }

    private static void fill(InputStream in, ByteBuffer header, int length) throws IOException {
        header.clear().order(ByteOrder.BIG_ENDIAN);
        if (in.readNBytes(header.array(), 0, length) < length) {
            throw new MalformedException("open-chunks answer ends inside an entry");
        }
        header.limit(length);
    }
}
