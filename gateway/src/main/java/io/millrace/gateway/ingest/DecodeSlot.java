package io.millrace.gateway.ingest;

import io.millrace.wire.remotewrite.PartitionedBatches;
import io.millrace.wire.remotewrite.RemoteWriteDecoder;
import io.millrace.wire.remotewrite.RequestLimits;

/** What decoding one request needs, reused for the next: inflate buffer, decoder, batches. Used by one thread at a time. */
final class DecodeSlot {
    private static final int SLACK = RemoteWriteDecoder.SLACK;

    /** Larger buffers are given back after the request that needed them. 1,000 samples take 250 KB. */
    private static final int KEPT_BYTES = 2 << 20;

    private final RemoteWriteDecoder decoder;
    private final PartitionedBatches batches;
    private byte[] inflated = new byte[0];

    DecodeSlot(RequestLimits limits, int partitions) {
        decoder = new RemoteWriteDecoder(limits);
        batches = new PartitionedBatches(partitions);
    }

    RemoteWriteDecoder decoder() {
        return decoder;
    }

    PartitionedBatches batches() {
        return batches;
    }

    /** A buffer of at least this many bytes and what the decoder wants after them. */
    byte[] inflateBuffer(int bytes) {
        if (inflated.length < bytes + SLACK) {
            inflated = new byte[Math.max(bytes + SLACK, Math.min(KEPT_BYTES, 2 * bytes))];
        }
        return inflated;
    }

    void release() {
        if (inflated.length > KEPT_BYTES) {
            inflated = new byte[0];
        }
    }
}
