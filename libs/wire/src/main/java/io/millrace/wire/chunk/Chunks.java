package io.millrace.wire.chunk;

import io.millrace.model.SampleColumns;

/** Decodes chunks of every encoding. Stateless. */
public final class Chunks {
    private Chunks() {}

    /**
     * Appends the samples with {@code fromMs <= timestamp <= toMs} to {@code out}.
     *
     * @throws io.millrace.wire.MalformedException when the bytes are not a chunk of this encoding
     */
    public static void decode(ChunkEncoding encoding, byte[] data, long fromMs, long toMs, SampleColumns out) {
        throw new UnsupportedOperationException();
    }
}
