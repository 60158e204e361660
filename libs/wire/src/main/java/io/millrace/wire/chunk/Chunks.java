package io.millrace.wire.chunk;

import io.millrace.model.SampleColumns;

/** Decodes chunks of every encoding. Stateless. */
public final class Chunks {
    private Chunks() {}

    /**
     * Appends the samples with {@code fromMs <= timestamp <= toMs} to {@code out}. Stops at the first timestamp above
     * {@code toMs}: those of a chunk rise.
     *
     * @throws io.millrace.wire.MalformedException when the bytes are not a chunk of this encoding; samples before the
     *     damage may have been appended
     */
    public static void decode(ChunkEncoding encoding, byte[] data, long fromMs, long toMs, SampleColumns out) {
        switch (encoding) {
            case XOR -> XorChunk.decode(data, fromMs, toMs, out);
            case HISTOGRAM, FLOAT_HISTOGRAM -> throw new UnsupportedOperationException("not yet");
        }
    }
}
