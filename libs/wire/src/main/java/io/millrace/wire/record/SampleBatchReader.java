package io.millrace.wire.record;

import io.millrace.model.MetricType;
import io.millrace.model.SeriesId;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import io.millrace.wire.Utf8;
import java.util.zip.CRC32C;

/**
 * Walks a record value written by {@link SampleBatchWriter} without allocating: {@link #nextEntry} steps over series and
 * metadata, {@link #nextItem} over the items of the current series (skipping them is free). Every method that reads may
 * throw {@link io.millrace.wire.MalformedException}; a reader never reads outside the value. Not thread-safe.
 *
 * <p>After a {@link MalformedException} the reader is of no use until the next {@link #wrap}. It checks the frame, not
 * the content: labels and histograms are checked by their decoders.
 *
 * <p>Labels that are told by their differences from the series before are put together when {@link #seriesLabelsBuffer} is
 * called, and only then; their length and their check cost nothing.
 */
public final class SampleBatchReader {
    /** What {@link #nextEntry} stands on. */
    public enum Entry {
        SERIES_WITH_LABELS,
        SERIES_BY_ID,
        METADATA,
        END
    }

    /** What {@link #nextItem} stands on. */
    public enum Item {
        SAMPLE,
        HISTOGRAM,
        EXEMPLAR,
        END
    }

    // The smallest item of each kind: what bounds the counts of the header.
    private static final int MIN_SAMPLE_BYTES = 10;
    private static final int MIN_HISTOGRAM_BYTES = 3;
    private static final int MIN_EXEMPLAR_BYTES = 11;

    private final ByteReader in = new ByteReader();
    private final LabelChain chain = new LabelChain();
    private final CRC32C crc = new CRC32C();
    private long receiveTimeMs;
    private int sampleCount;
    private int histogramCount;
    private int exemplarCount;
    private int nextEntryOffset;

    private long idHigh;
    private long idLow;
    private int seriesLabelsLength;
    /** Whether the labels are told by their differences; then {@link #labelsCheck} is as the batch says. */
    private boolean like;

    private int labelsCheck;
    /** How much longer the value would be with all labels in full. */
    private long plainMore;

    private int itemsOffset;
    private int itemsLength;

    private Item item = Item.END;
    private long timestampMs;
    private long startTimestampMs;
    private long valueBits;
    private int payloadOffset;
    private int payloadLength;

    private int metadataType;
    private int familyOffset;
    private int familyLength;
    private int helpOffset;
    private int helpLength;
    private int unitOffset;
    private int unitLength;

    private int countedSamples;
    private int countedHistograms;
    private int countedExemplars;

    /** Starts on a record value. The bytes must not change while it is read. */
    public void wrap(byte[] value) {
        in.wrap(value, 0, value.length);
        int version = in.readByte();
        if (version != SampleBatchWriter.VERSION && version != SampleBatchWriter.VERSION_WITH_DIFFERENCES) {
            throw new MalformedException("sample batch has version " + version + ", this program reads versions "
                    + SampleBatchWriter.VERSION + " and " + SampleBatchWriter.VERSION_WITH_DIFFERENCES + " only");
        }
        receiveTimeMs = in.readLongLittleEndian();
        sampleCount = in.readIntLittleEndian();
        histogramCount = in.readIntLittleEndian();
        exemplarCount = in.readIntLittleEndian();
        long leastBytes = (sampleCount & 0xffffffffL) * MIN_SAMPLE_BYTES
                + (histogramCount & 0xffffffffL) * MIN_HISTOGRAM_BYTES
                + (exemplarCount & 0xffffffffL) * MIN_EXEMPLAR_BYTES;
        if (leastBytes > in.remaining()) {
            throw new MalformedException("sample batch of " + value.length + " bytes cannot hold the counts it claims");
        }
        nextEntryOffset = in.position();
        item = Item.END;
        chain.clear();
        plainMore = 0;
        noSeries();
    }

    /** When the gateway had received the request, ms since the epoch. */
    public long receiveTimeMs() {
        return receiveTimeMs;
    }

    /** As the header says; never more than the value has room for. */
    public int sampleCount() {
        return sampleCount;
    }

    /** As the header says; never more than the value has room for. */
    public int histogramCount() {
        return histogramCount;
    }

    /** As the header says; never more than the value has room for. */
    public int exemplarCount() {
        return exemplarCount;
    }

    public Entry nextEntry() {
        in.window(nextEntryOffset, in.buffer().length);
        item = Item.END;
        if (!in.hasRemaining()) {
            noSeries();
            return Entry.END;
        }
        int kind = in.readByte();
        switch (kind) {
            case SampleBatchWriter.ENTRY_SERIES_WITH_LABELS -> {
                readId();
                like = false;
                seriesLabelsLength = in.readLength();
                chain.full(in.position(), seriesLabelsLength);
                in.skip(seriesLabelsLength);
                readItemsLength();
                return Entry.SERIES_WITH_LABELS;
            }
            case SampleBatchWriter.ENTRY_SERIES_LIKE_LAST -> {
                readSeriesLikeLast();
                return Entry.SERIES_WITH_LABELS;
            }
            case SampleBatchWriter.ENTRY_SERIES_BY_ID -> {
                readId();
                like = false;
                seriesLabelsLength = 0;
                readItemsLength();
                return Entry.SERIES_BY_ID;
            }
            case SampleBatchWriter.ENTRY_METADATA -> {
                readMetadata();
                return Entry.METADATA;
            }
            default ->
                throw new MalformedException(
                        "unknown entry kind " + kind + " at byte " + nextEntryOffset + " of a sample batch");
        }
    }

    public long idHigh() {
        return idHigh;
    }

    public long idLow() {
        return idLow;
    }

    /** The value given to {@link #wrap}; offsets point into it, but for those of the labels of a series. */
    public byte[] buffer() {
        return in.buffer();
    }

    /**
     * The array that {@link #seriesLabelsOffset} points into: the labels of the current series, also while {@link #nextItem}
     * stands on an exemplar. Valid until the next entry.
     */
    public byte[] seriesLabelsBuffer() {
        byte[] buffer = chain.buffer(in.buffer());
        if (like && check(buffer) != labelsCheck) {
            throw new MalformedException("labels that have not the check they should have");
        }
        return buffer;
    }

    /** To be asked after {@link #seriesLabelsBuffer}. */
    public int seriesLabelsOffset() {
        return chain.offset();
    }

    /** 0 for a series by id. */
    public int seriesLabelsLength() {
        return seriesLabelsLength;
    }

    /** The CRC32C of the labels of the current series; only with labels. */
    public int labelsCheck() {
        return like ? labelsCheck : check(chain.buffer(in.buffer()));
    }

    private int check(byte[] buffer) {
        crc.reset();
        crc.update(buffer, chain.offset(), seriesLabelsLength);
        return (int) crc.getValue();
    }

    /** Bytes of the value up to the current entry, or of all after the last, if all labels stood in it in full. */
    public long plainBytes() {
        return nextEntryOffset + plainMore;
    }

    /** Goes back to before the first item of the current series. */
    public void rewindItems() {
        in.window(itemsOffset, itemsOffset + itemsLength);
        item = Item.END;
    }

    /** Where the items of the current series begin. */
    public int itemsOffset() {
        return itemsOffset;
    }

    public int itemsLength() {
        return itemsLength;
    }

    /** {@link Item#END} after the last item of the series, and where there is no series. */
    public Item nextItem() {
        if (!in.hasRemaining()) {
            item = Item.END;
            return item;
        }
        int kind = in.readByte();
        timestampMs = receiveTimeMs + in.readSvarint();
        startTimestampMs = 0;
        switch (kind) {
            case SampleBatchWriter.ITEM_SAMPLE -> {
                valueBits = in.readLongLittleEndian();
                item = Item.SAMPLE;
            }
            case SampleBatchWriter.ITEM_SAMPLE_WITH_START -> {
                startTimestampMs = timestampMs - in.readSvarint();
                valueBits = in.readLongLittleEndian();
                item = Item.SAMPLE;
            }
            case SampleBatchWriter.ITEM_HISTOGRAM -> {
                readPayload();
                item = Item.HISTOGRAM;
            }
            case SampleBatchWriter.ITEM_HISTOGRAM_WITH_START -> {
                startTimestampMs = timestampMs - in.readSvarint();
                readPayload();
                item = Item.HISTOGRAM;
            }
            case SampleBatchWriter.ITEM_EXEMPLAR -> {
                valueBits = in.readLongLittleEndian();
                readPayload();
                item = Item.EXEMPLAR;
            }
            default ->
                throw new MalformedException(
                        "unknown item kind " + kind + " before byte " + in.position() + " of a sample batch");
        }
        return item;
    }

    /** What {@link #nextItem} returned last. */
    public Item item() {
        return item;
    }

    public long timestampMs() {
        return timestampMs;
    }

    /** 0 when unset. */
    public long startTimestampMs() {
        return startTimestampMs;
    }

    /** Of a sample or an exemplar. */
    public long valueBits() {
        return valueBits;
    }

    /** Of an exemplar: its labels. */
    public int exemplarLabelsOffset() {
        return payloadOffset;
    }

    public int exemplarLabelsLength() {
        return payloadLength;
    }

    /** Of a histogram: the message bytes. */
    public int histogramOffset() {
        return payloadOffset;
    }

    public int histogramLength() {
        return payloadLength;
    }

    public MetricType metadataType() {
        return MetricType.ofNumber(metadataType);
    }

    public String metadataFamily() {
        return Utf8.decode(in.buffer(), familyOffset, familyLength);
    }

    public String metadataHelp() {
        return Utf8.decode(in.buffer(), helpOffset, helpLength);
    }

    public String metadataUnit() {
        return Utf8.decode(in.buffer(), unitOffset, unitLength);
    }

    /** Reads all items of the current series through and counts them, without moving. */
    void countItems() {
        int position = in.position();
        Item currentItem = item;
        long currentTimestamp = timestampMs;
        long currentStart = startTimestampMs;
        long currentValue = valueBits;
        int currentPayloadOffset = payloadOffset;
        int currentPayloadLength = payloadLength;
        countedSamples = 0;
        countedHistograms = 0;
        countedExemplars = 0;
        in.window(itemsOffset, itemsOffset + itemsLength);
        for (Item next = nextItem(); next != Item.END; next = nextItem()) {
            switch (next) {
                case SAMPLE -> countedSamples++;
                case HISTOGRAM -> countedHistograms++;
                case EXEMPLAR -> countedExemplars++;
                case END -> throw new IllegalStateException();
            }
        }
        in.window(position, itemsOffset + itemsLength);
        item = currentItem;
        timestampMs = currentTimestamp;
        startTimestampMs = currentStart;
        valueBits = currentValue;
        payloadOffset = currentPayloadOffset;
        payloadLength = currentPayloadLength;
    }

    int countedSamples() {
        return countedSamples;
    }

    int countedHistograms() {
        return countedHistograms;
    }

    int countedExemplars() {
        return countedExemplars;
    }

    private void readId() {
        idHigh = in.readLongBigEndian();
        idLow = in.readLongBigEndian();
    }

    private void readSeriesLikeLast() {
        int start = in.position();
        readId();
        like = true;
        labelsCheck = in.readIntLittleEndian();
        long lengthChange = in.readSvarint();
        int differencesLength = in.readLength();
        seriesLabelsLength = chain.like(in.position(), differencesLength, lengthChange, in.buffer().length);
        in.skip(differencesLength);
        itemsAre(in.readLength());
        int plainHeader =
                SeriesId.BYTES + ByteWriter.uvarintSize(seriesLabelsLength) + seriesLabelsLength + Integer.BYTES;
        plainMore += plainHeader - (itemsOffset - start);
    }

    private void readItemsLength() {
        int length = in.readIntLittleEndian();
        if (length < 0 || length > in.remaining()) {
            throw new MalformedException("items length " + Integer.toUnsignedString(length) + " before byte "
                    + in.position() + " is more than the " + in.remaining() + " bytes left");
        }
        itemsAre(length);
    }

    private void itemsAre(int length) {
        itemsOffset = in.position();
        itemsLength = length;
        nextEntryOffset = itemsOffset + length;
        in.window(itemsOffset, nextEntryOffset);
    }

    private void readPayload() {
        payloadLength = in.readLength();
        payloadOffset = in.position();
        in.skip(payloadLength);
    }

    private void readMetadata() {
        metadataType = in.readByte();
        familyLength = in.readLength();
        familyOffset = in.position();
        in.skip(familyLength);
        helpLength = in.readLength();
        helpOffset = in.position();
        in.skip(helpLength);
        unitLength = in.readLength();
        unitOffset = in.position();
        in.skip(unitLength);
        nextEntryOffset = in.position();
        noSeries();
    }

    private void noSeries() {
        idHigh = 0;
        idLow = 0;
        like = false;
        seriesLabelsLength = 0;
        itemsOffset = nextEntryOffset;
        itemsLength = 0;
        in.window(nextEntryOffset, nextEntryOffset);
    }
}
