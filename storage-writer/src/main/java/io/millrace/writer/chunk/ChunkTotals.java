package io.millrace.writer.chunk;

/** Sums over the chunks of a partition. Written by the owner thread only; others may read figures that are slightly old. */
public final class ChunkTotals {
    long openSeries;
    long openChunks;
    long openBytes;
    /** Bytes sealed and not durable. */
    long waitingBytes;

    long sealedChunks;
    long sealedSamples;
    long sealedBytes;

    public long openSeries() {
        return openSeries;
    }

    public long openChunks() {
        return openChunks;
    }

    public long openBytes() {
        return openBytes;
    }

    public long waitingBytes() {
        return waitingBytes;
    }

    public long sealedChunks() {
        return sealedChunks;
    }

    public long sealedSamples() {
        return sealedSamples;
    }

    public long sealedBytes() {
        return sealedBytes;
    }
}
