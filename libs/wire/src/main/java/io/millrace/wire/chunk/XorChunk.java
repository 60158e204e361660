package io.millrace.wire.chunk;

/**
 * A float chunk under construction, in the XOR format of Prometheus ({@code tsdb/chunkenc/xor.go}, documented in
 * {@code docs/formats/chunks.md}). {@link #bytes} may be called at any time; later appends go on from there. Small on the
 * heap: the bit stream and a few fields. Not thread-safe.
 */
public final class XorChunk {
    /** Appends a sample; timestamps must rise strictly (the caller's duty, not checked). */
    public void append(long timestampMs, long valueBits) {
        throw new UnsupportedOperationException();
    }

    public int samples() {
        throw new UnsupportedOperationException();
    }

    public long firstTimestampMs() {
        throw new UnsupportedOperationException();
    }

    public long lastTimestampMs() {
        throw new UnsupportedOperationException();
    }

    /** Encoded bytes so far, without padding. */
    public int size() {
        throw new UnsupportedOperationException();
    }

    /** A copy of the chunk as it stands. */
    public byte[] bytes() {
        throw new UnsupportedOperationException();
    }
}
