package io.millrace.wire.remotewrite;

import io.millrace.wire.record.SampleBatchWriter;
import org.jspecify.annotations.Nullable;

/** Where the decoder appends valid series. Used by one thread. */
public interface SeriesSink {
    /**
     * The batch that takes the series (or metadata) with this id, with fewer than {@link #batchLimit} bytes in it. Valid
     * until the next call.
     */
    SampleBatchWriter batchFor(long idHigh, long idLow);

    /**
     * Why the series may not be kept because the tenant is at a limit on series; null when it may.
     *
     * @param labels canonical, from 0; not kept
     * @param length of them
     */
    @Nullable
    NotAdmitted whyFull(long idHigh, long idLow, byte[] labels, int length);

    /**
     * Bytes from which a batch is full. The decoder appends to a batch below it at most one series header ({@link
     * RemoteWriteDecoder#MAX_LABELS_BYTES}) and one item ({@link RemoteWriteDecoder#MAX_ITEM_BYTES}), then asks again.
     */
    int batchLimit();
}
