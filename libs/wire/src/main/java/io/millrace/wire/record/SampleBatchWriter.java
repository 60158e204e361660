package io.millrace.wire.record;

import io.millrace.model.MetricType;
import io.millrace.wire.ByteWriter;

/**
 * Writes the value of a record of the topics {@code received} and {@code samples}: one batch of series of one tenant for
 * one partition. The layout stands in {@code docs/formats/sample-batch.md}. Reused by {@link #begin}. Not thread-safe.
 *
 * <pre>
 * header   u8 version=1 | i64 receive time ms | u32 samples | u32 histograms | u32 exemplars   (little endian)
 * entries  u8 kind, then
 *          1 series with labels    16 B id big endian | uvarint length | canonical labels | u32 items length | items
 *          2 series by id          16 B id big endian | u32 items length | items
 *          3 metadata              u8 type | uvarint length | family | uvarint length | help | uvarint length | unit
 * items    u8 kind, then
 *          1 sample                svarint (timestamp - receive time) | 8 B value bits little endian
 *          2 sample with start     svarint (timestamp - receive time) | svarint (timestamp - start) | 8 B value bits
 *          3 histogram             svarint (timestamp - receive time) | uvarint length
 *                                  | fields 1 to 14 and 16 of the remote write Histogram message
 *          4 histogram with start  svarint (timestamp - receive time) | svarint (timestamp - start) | uvarint length | ..
 *          5 exemplar              svarint (timestamp - receive time) | 8 B value bits | uvarint length | canonical labels
 * </pre>
 *
 * Items are relative to the receive time of the batch only, so the items of a series may be copied as bytes into
 * another batch with the same receive time ({@link #copyItems}).
 */
public final class SampleBatchWriter {
    public static final byte VERSION = 1;

    static final int RECEIVE_TIME_OFFSET = 1;
    static final int SAMPLES_OFFSET = 9;
    static final int HISTOGRAMS_OFFSET = 13;
    static final int EXEMPLARS_OFFSET = 17;
    static final int HEADER_BYTES = 21;

    static final int ENTRY_SERIES_WITH_LABELS = 1;
    static final int ENTRY_SERIES_BY_ID = 2;
    static final int ENTRY_METADATA = 3;

    static final int ITEM_SAMPLE = 1;
    static final int ITEM_SAMPLE_WITH_START = 2;
    static final int ITEM_HISTOGRAM = 3;
    static final int ITEM_HISTOGRAM_WITH_START = 4;
    static final int ITEM_EXEMPLAR = 5;

    private static final int NO_SERIES = -1;

    private final ByteWriter out;
    private long receiveTimeMs;
    private int samples;
    private int histograms;
    private int exemplars;
    private int itemsLengthAt = NO_SERIES;

    /** A writer with an empty batch of receive time 0. */
    public SampleBatchWriter() {
        this(16 * 1024);
    }

    /** @param initialCapacity bytes; the buffer grows as needed and is kept for the next batch */
    public SampleBatchWriter(int initialCapacity) {
        out = new ByteWriter(initialCapacity);
        begin(0);
    }

    /** Forgets what was written and starts an empty batch. */
    public void begin(long newReceiveTimeMs) {
        receiveTimeMs = newReceiveTimeMs;
        samples = 0;
        histograms = 0;
        exemplars = 0;
        itemsLengthAt = NO_SERIES;
        out.clear();
        out.putByte(VERSION);
        out.putLongLittleEndian(newReceiveTimeMs);
        out.putIntLittleEndian(0);
        out.putIntLittleEndian(0);
        out.putIntLittleEndian(0);
    }

    /** Opens a series entry with labels. Items up to the next entry belong to it. */
    public void series(long idHigh, long idLow, byte[] labels, int offset, int length) {
        closeSeries();
        out.putByte(ENTRY_SERIES_WITH_LABELS);
        out.putLongBigEndian(idHigh);
        out.putLongBigEndian(idLow);
        out.putSized(labels, offset, length);
        openItems();
    }

    /** Opens a series entry by id only. */
    public void series(long idHigh, long idLow) {
        closeSeries();
        out.putByte(ENTRY_SERIES_BY_ID);
        out.putLongBigEndian(idHigh);
        out.putLongBigEndian(idLow);
        openItems();
    }

    /** @param startTimestampMs 0 when unset */
    public void sample(long timestampMs, long startTimestampMs, long valueBits) {
        requireSeries();
        if (startTimestampMs == 0) {
            out.putByte(ITEM_SAMPLE);
            out.putSvarint(timestampMs - receiveTimeMs);
        } else {
            out.putByte(ITEM_SAMPLE_WITH_START);
            out.putSvarint(timestampMs - receiveTimeMs);
            out.putSvarint(timestampMs - startTimestampMs);
        }
        out.putLongLittleEndian(valueBits);
        samples++;
    }

    /** @param histogram fields of the remote write Histogram message without its timestamps */
    public void histogram(long timestampMs, long startTimestampMs, byte[] histogram, int offset, int length) {
        requireSeries();
        if (startTimestampMs == 0) {
            out.putByte(ITEM_HISTOGRAM);
            out.putSvarint(timestampMs - receiveTimeMs);
        } else {
            out.putByte(ITEM_HISTOGRAM_WITH_START);
            out.putSvarint(timestampMs - receiveTimeMs);
            out.putSvarint(timestampMs - startTimestampMs);
        }
        out.putSized(histogram, offset, length);
        histograms++;
    }

    public void exemplar(long timestampMs, long valueBits, byte[] labels, int offset, int length) {
        requireSeries();
        out.putByte(ITEM_EXEMPLAR);
        out.putSvarint(timestampMs - receiveTimeMs);
        out.putLongLittleEndian(valueBits);
        out.putSized(labels, offset, length);
        exemplars++;
    }

    /**
     * Appends all items of the series the reader stands on to the open series, as bytes, and adds their counts. Where
     * the reader is within the items does not matter and does not change.
     *
     * @throws IllegalArgumentException when the reader's batch has another receive time
     * @throws io.millrace.wire.MalformedException when the items are; then nothing is appended
     */
    public void copyItems(SampleBatchReader series) {
        series.countItems();
        copyItems(series, series.countedSamples(), series.countedHistograms(), series.countedExemplars());
    }

    /**
     * Likewise, when the caller has read them through and counted.
     *
     * @throws IllegalArgumentException when the reader's batch has another receive time
     */
    public void copyItems(SampleBatchReader series, int moreSamples, int moreHistograms, int moreExemplars) {
        requireSeries();
        if (series.receiveTimeMs() != receiveTimeMs) {
            throw new IllegalArgumentException(
                    "items of receive time " + series.receiveTimeMs() + " do not fit a batch of " + receiveTimeMs);
        }
        out.putBytes(series.buffer(), series.itemsOffset(), series.itemsLength());
        samples += moreSamples;
        histograms += moreHistograms;
        exemplars += moreExemplars;
    }

    /** All strings UTF-8 encoded. */
    public void metadata(MetricType type, byte[] family, byte[] help, byte[] unit) {
        closeSeries();
        out.putByte(ENTRY_METADATA);
        out.putByte(type.ordinal());
        out.putSized(family);
        out.putSized(help);
        out.putSized(unit);
    }

    public long receiveTimeMs() {
        return receiveTimeMs;
    }

    /** Samples, histograms and exemplars so far. */
    public int itemCount() {
        return samples + histograms + exemplars;
    }

    /** Whether there is no entry, not even an empty one. */
    public boolean isEmpty() {
        return out.size() == HEADER_BYTES;
    }

    /** Bytes so far. */
    public int size() {
        return out.size();
    }

    /** A copy of the finished record value. Writing may go on afterwards, with a new entry or within the last series. */
    public byte[] toByteArray() {
        patchItemsLength();
        out.patchIntLittleEndian(SAMPLES_OFFSET, samples);
        out.patchIntLittleEndian(HISTOGRAMS_OFFSET, histograms);
        out.patchIntLittleEndian(EXEMPLARS_OFFSET, exemplars);
        return out.toByteArray();
    }

    private void openItems() {
        itemsLengthAt = out.size();
        out.putIntLittleEndian(0);
    }

    private void closeSeries() {
        patchItemsLength();
        itemsLengthAt = NO_SERIES;
    }

    private void patchItemsLength() {
        if (itemsLengthAt != NO_SERIES) {
            out.patchIntLittleEndian(itemsLengthAt, out.size() - itemsLengthAt - Integer.BYTES);
        }
    }

    private void requireSeries() {
        if (itemsLengthAt == NO_SERIES) {
            throw new IllegalStateException("an item needs a series before it");
        }
    }
}
