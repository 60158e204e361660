package io.millrace.wire.chunk;

/** A chunk of a series as rows of the store and open chunks hold it, with its place in the topic {@code samples}. */
public interface PlacedChunk {
    /** Timestamp of the first sample. */
    long startMs();

    /** Timestamp of the last sample. */
    long endMs();

    /** Position in the topic: of two samples with the same timestamp the one in the chunk with the higher one counts. */
    long offset();

    int samples();

    /** Encoding of a row, see {@link Chunks}. */
    byte encoding();

    byte[] data();

    /** Whether both are the same chunk at the same length: read twice, once from its writer and once from the store. */
    default boolean isSameAs(PlacedChunk other) {
        return startMs() == other.startMs()
                && offset() == other.offset()
                && samples() == other.samples()
                && endMs() == other.endMs()
                && encoding() == other.encoding();
    }
}
