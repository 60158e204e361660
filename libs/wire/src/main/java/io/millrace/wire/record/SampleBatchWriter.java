package io.millrace.wire.record;

import io.millrace.model.MetricType;

/**
 * Writes the value of a record of the topics {@code received} and {@code samples}: one batch of series of one tenant for
 * one partition. The layout stands in {@code docs/formats/sample-batch.md}. Reused by {@link #begin}. Not thread-safe.
 *
 * <pre>
 * header   u8 version=1 | i64 receive time ms | u32 samples | u32 histograms | u32 exemplars   (little endian)
 * entries  1 series with labels  16 B id big endian | uvarint length | canonical labels | u32 items length | items
 *          2 series by id        16 B id big endian | u32 items length | items
 *          3 metadata            u8 type | uvarint length | family | uvarint length | help | uvarint length | unit
 * items    1 sample              svarint (timestamp - receive time) | 8 B value bits little endian
 *          2 sample with start   svarint (timestamp - receive time) | svarint (timestamp - start) | 8 B value bits
 *          3 histogram           svarint (timestamp - receive time) | svarint start (0 = unset, else timestamp - start + 1 zigzag)
 *                                | uvarint length | fields 1 to 14 and 16 of the remote write Histogram message
 *          4 exemplar            svarint (timestamp - receive time) | 8 B value bits | uvarint length | canonical labels
 * </pre>
 *
 * Items are relative to the receive time of the batch only, so the items of a series may be copied as bytes into
 * another batch with the same receive time ({@link #copyItems}).
 */
public final class SampleBatchWriter {
    public static final byte VERSION = 1;

    public void begin(long receiveTimeMs) {
        throw new UnsupportedOperationException();
    }

    /** Opens a series entry with labels. Items up to the next entry belong to it. */
    public void series(long idHigh, long idLow, byte[] labels, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    /** Opens a series entry by id only. */
    public void series(long idHigh, long idLow) {
        throw new UnsupportedOperationException();
    }

    /** @param startTimestampMs 0 when unset */
    public void sample(long timestampMs, long startTimestampMs, long valueBits) {
        throw new UnsupportedOperationException();
    }

    /** @param histogram fields of the remote write Histogram message without its timestamps */
    public void histogram(long timestampMs, long startTimestampMs, byte[] histogram, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    public void exemplar(long timestampMs, long valueBits, byte[] labels, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    /** Appends items of a series of a batch with the same receive time, and adds their counts. */
    public void copyItems(SampleBatchReader series) {
        throw new UnsupportedOperationException();
    }

    /** All strings UTF-8 encoded. */
    public void metadata(MetricType type, byte[] family, byte[] help, byte[] unit) {
        throw new UnsupportedOperationException();
    }

    /** Samples, histograms and exemplars so far. */
    public int itemCount() {
        throw new UnsupportedOperationException();
    }

    public boolean isEmpty() {
        throw new UnsupportedOperationException();
    }

    /** Bytes so far. */
    public int size() {
        throw new UnsupportedOperationException();
    }

    /** A copy of the finished record value. */
    public byte[] toByteArray() {
        throw new UnsupportedOperationException();
    }
}
