package io.millrace.wire.record;

import io.millrace.model.MetricType;
import io.millrace.wire.ByteWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes the value of a record of the topics {@code received} and {@code samples}: one batch of series of one tenant for
 * one partition. The layout stands in {@code docs/formats/sample-batch.md}. Reused by {@link #begin}. Not thread-safe.
 *
 * <pre>
 * header   u8 version=1 or 2 | i64 receive time ms | u32 samples | u32 histograms | u32 exemplars   (little endian)
 * entries  u8 kind, then
 *          1 series with labels    16 B id big endian | uvarint length | canonical labels | u32 items length | items
 *          2 series by id          16 B id big endian | u32 items length | items
 *          3 metadata              u8 type | uvarint length | family | uvarint length | help | uvarint length | unit
 *          4 series like the last  16 B id | u32 CRC32C of the labels | svarint how much longer they are
 *                                  | uvarint length | uvarint changes | for each: uvarint kept | uvarint length | bytes
 *                                  | uvarint items length | items
 * items    u8 kind, then
 *          1 sample                svarint (timestamp - receive time) | 8 B value bits little endian
 *          2 sample with start     svarint (timestamp - receive time) | svarint (timestamp - start) | 8 B value bits
 *          3 histogram             svarint (timestamp - receive time) | uvarint length
 *                                  | fields 1 to 14 and 16 of the remote write Histogram message
 *          4 histogram with start  svarint (timestamp - receive time) | svarint (timestamp - start) | uvarint length | ..
 *          5 exemplar              svarint (timestamp - receive time) | 8 B value bits | uvarint length | canonical labels
 * </pre>
 *
 * The version is 2 when there is an entry of kind 4, which needs a writer that is told the labels by {@link
 * SuccessiveLabels}. Items are relative to the receive time of the batch only, so the items of a series may be copied as bytes into
 * another batch with the same receive time ({@link #copyItems}).
 */
public final class SampleBatchWriter {
    /** Of a value without {@link #ENTRY_SERIES_LIKE_LAST}. */
    public static final byte VERSION = 1;

    /** Of a value with it. */
    public static final byte VERSION_WITH_DIFFERENCES = 2;

    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    static final int RECEIVE_TIME_OFFSET = 1;
    static final int SAMPLES_OFFSET = 9;
    static final int HISTOGRAMS_OFFSET = 13;
    static final int EXEMPLARS_OFFSET = 17;
    static final int HEADER_BYTES = 21;

    static final int ENTRY_SERIES_WITH_LABELS = 1;
    static final int ENTRY_SERIES_BY_ID = 2;
    static final int ENTRY_METADATA = 3;
    static final int ENTRY_SERIES_LIKE_LAST = 4;

    static final int ITEM_SAMPLE = 1;
    static final int ITEM_SAMPLE_WITH_START = 2;
    static final int ITEM_HISTOGRAM = 3;
    static final int ITEM_HISTOGRAM_WITH_START = 4;
    static final int ITEM_EXEMPLAR = 5;

    private static final int MAX_SAMPLE_BYTES = 1 + 10 + 10 + Long.BYTES;
    private static final int NO_SERIES = -1;

    /**
     * What a series like the last takes beside its values: 22 B, four numbers of up to 10 B, two lengths of up to 5 B for
     * each label, and what is copied too much.
     */
    private static final int MAX_LIKE_BYTES = 22 + 40 + 10 * SuccessiveLabels.MAX_LABELS + Long.BYTES;

    private static final int LONG_ITEMS_LENGTH = 3;

    private final ByteWriter out;
    private long receiveTimeMs;
    private int samples;
    private int histograms;
    private int exemplars;
    private int itemsLengthAt = NO_SERIES;
    /** Bytes of the length: 4, or as many as an uvarint has taken so far. */
    private int itemsLengthBytes;

    private byte version = VERSION;
    private final CRC32C crc = new CRC32C();

    /** What the last series with labels was told by; null when it was not, or there is none yet. */
    private @Nullable SuccessiveLabels last;

    private long lastNumber;
    private int lastLength;
    private final long[] lastValues = new long[SuccessiveLabels.MAX_LABELS];

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
        version = VERSION;
        last = null;
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
        last = null;
        openItems();
    }

    /**
     * Likewise, by what is different from the series before it in this batch, when it has the same names; in full when not.
     *
     * @param labels canonical, as they would be in full
     * @param length of the labels, which begin at 0
     * @param successive stands on this series
     */
    public void series(long idHigh, long idLow, byte[] labels, int length, SuccessiveLabels successive) {
        if (successive == last && successive.isLike(lastNumber)) {
            seriesLikeLast(idHigh, idLow, labels, length, successive);
        } else {
            series(idHigh, idLow, labels, 0, length);
            successive.copyValues(lastValues);
        }
        last = successive;
        lastNumber = successive.number();
        lastLength = length;
    }

    private void seriesLikeLast(long idHigh, long idLow, byte[] labels, int length, SuccessiveLabels successive) {
        closeSeries();
        version = VERSION_WITH_DIFFERENCES;
        crc.reset();
        crc.update(labels, 0, length);
        byte[] to = out.room(MAX_LIKE_BYTES + length);
        int start = out.size();
        to[start] = ENTRY_SERIES_LIKE_LAST;
        LONG_BE.set(to, start + 1, idHigh);
        LONG_BE.set(to, start + 9, idLow);
        INT.set(to, start + 17, (int) crc.getValue());
        int at = start + 21;
        int longer = length - lastLength;
        at = putSvarint(to, at, longer);
        int differencesLengthAt = at++;
        long changes = successive.changesSince(lastNumber);
        at = putUvarint(to, at, changes);
        byte[] message = successive.message();
        for (; changes != 0; changes &= changes - 1) {
            int label = Long.numberOfTrailingZeros(changes);
            long before = lastValues[label];
            long value = successive.value(label);
            lastValues[label] = value;
            int from = (int) (value >>> 32);
            int size = (int) value;
            int kept = commonStart(message, (int) (before >>> 32), from, Math.min((int) before, size));
            from += kept;
            size -= kept;
            to[at++] = (byte) kept;
            at = putUvarint(to, at, size);
            for (int i = 0; i < size; i += Long.BYTES) {
                LONG.set(to, at + i, (long) LONG.get(message, from + i));
            }
            at += size;
        }
        itemsLengthAt = putDifferencesLength(to, differencesLengthAt, at);
        itemsLengthBytes = 1;
        to[itemsLengthAt] = 0;
        out.advance(itemsLengthAt + 1 - start);
    }

    /** Before differences, for whose length a byte is left; returns where they end, since a greater length moves them. */
    private static int putDifferencesLength(byte[] to, int position, int end) {
        int length = end - position - 1;
        int more = ByteWriter.uvarintSize(length) - 1;
        if (more > 0) {
            System.arraycopy(to, position + 1, to, position + 1 + more, length);
        }
        putUvarint(to, position, length);
        return end + more;
    }

    private static int putSvarint(byte[] to, int position, long value) {
        return putUvarint(to, position, value << 1 ^ value >> 63);
    }

    /** Into room for it; returns where it ends. */
    private static int putUvarint(byte[] to, int position, long value) {
        int at = position;
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            to[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        to[at++] = (byte) rest;
        return at;
    }

    /** How many of the first eight bytes are the same, at most {@code limit}: more are not worth a loop. */
    private static int commonStart(byte[] message, int left, int right, int limit) {
        long difference = (long) LONG.get(message, left) ^ (long) LONG.get(message, right);
        return Math.min(Long.numberOfTrailingZeros(difference) >>> 3, limit);
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
        byte[] to = out.room(MAX_SAMPLE_BYTES);
        int start = out.size();
        int at = putSvarint(to, start + 1, timestampMs - receiveTimeMs);
        to[start] = ITEM_SAMPLE;
        if (startTimestampMs != 0) {
            to[start] = ITEM_SAMPLE_WITH_START;
            at = putSvarint(to, at, timestampMs - startTimestampMs);
        }
        LONG.set(to, at, valueBits);
        out.advance(at + Long.BYTES - start);
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
        out.patchByte(0, version);
        out.patchIntLittleEndian(SAMPLES_OFFSET, samples);
        out.patchIntLittleEndian(HISTOGRAMS_OFFSET, histograms);
        out.patchIntLittleEndian(EXEMPLARS_OFFSET, exemplars);
        return out.toByteArray();
    }

    private void openItems() {
        itemsLengthAt = out.size();
        itemsLengthBytes = Integer.BYTES;
        out.putIntLittleEndian(0);
    }

    private void closeSeries() {
        patchItemsLength();
        itemsLengthAt = NO_SERIES;
    }

    private void patchItemsLength() {
        if (itemsLengthAt == NO_SERIES) {
            return;
        }
        int length = out.size() - itemsLengthAt - itemsLengthBytes;
        if (itemsLengthBytes == Integer.BYTES) {
            out.patchIntLittleEndian(itemsLengthAt, length);
        } else if (itemsLengthBytes == 1 && length < 0x80) {
            out.patchByte(itemsLengthAt, length);
        } else {
            patchLongItemsLength(length);
        }
    }

    /** An uvarint of three bytes whatever the length is: batches have less than 2 MB. */
    private void patchLongItemsLength(int length) {
        if (itemsLengthBytes == 1) {
            out.insert(itemsLengthAt + 1, LONG_ITEMS_LENGTH - 1);
            itemsLengthBytes = LONG_ITEMS_LENGTH;
        }
        if (length >>> 7 * LONG_ITEMS_LENGTH != 0) {
            throw new IllegalStateException("items of " + length + " bytes in one batch");
        }
        out.patchByte(itemsLengthAt, length & 0x7f | 0x80);
        out.patchByte(itemsLengthAt + 1, length >>> 7 & 0x7f | 0x80);
        out.patchByte(itemsLengthAt + 2, length >>> 14);
    }

    private void requireSeries() {
        if (itemsLengthAt == NO_SERIES) {
            throw new IllegalStateException("an item needs a series before it");
        }
    }
}
