package io.millrace.wire.record;

import io.millrace.model.MetricType;

/**
 * Walks a record value written by {@link SampleBatchWriter} without allocating: {@link #nextEntry} steps over series and
 * metadata, {@link #nextItem} over the items of the current series (skipping them is free). Every method that reads may
 * throw {@link io.millrace.wire.MalformedException}; a reader never reads outside the value. Not thread-safe.
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

    /** Starts on a record value. The bytes must not change while it is read. */
    public void wrap(byte[] value) {
        throw new UnsupportedOperationException();
    }

    /** When the gateway had received the request, ms since the epoch. */
    public long receiveTimeMs() {
        throw new UnsupportedOperationException();
    }

    public int sampleCount() {
        throw new UnsupportedOperationException();
    }

    public int histogramCount() {
        throw new UnsupportedOperationException();
    }

    public int exemplarCount() {
        throw new UnsupportedOperationException();
    }

    public Entry nextEntry() {
        throw new UnsupportedOperationException();
    }

    public long idHigh() {
        throw new UnsupportedOperationException();
    }

    public long idLow() {
        throw new UnsupportedOperationException();
    }

    /** The value given to {@link #wrap}; offsets point into it. */
    public byte[] buffer() {
        throw new UnsupportedOperationException();
    }

    /** Of the current series (with labels) or the current exemplar. */
    public int labelsOffset() {
        throw new UnsupportedOperationException();
    }

    public int labelsLength() {
        throw new UnsupportedOperationException();
    }

    /** Where the items of the current series begin. */
    public int itemsOffset() {
        throw new UnsupportedOperationException();
    }

    public int itemsLength() {
        throw new UnsupportedOperationException();
    }

    public Item nextItem() {
        throw new UnsupportedOperationException();
    }

    public long timestampMs() {
        throw new UnsupportedOperationException();
    }

    /** 0 when unset. */
    public long startTimestampMs() {
        throw new UnsupportedOperationException();
    }

    /** Of a sample or an exemplar. */
    public long valueBits() {
        throw new UnsupportedOperationException();
    }

    /** Of a histogram: the message bytes. */
    public int histogramOffset() {
        throw new UnsupportedOperationException();
    }

    public int histogramLength() {
        throw new UnsupportedOperationException();
    }

    public MetricType metadataType() {
        throw new UnsupportedOperationException();
    }

    public String metadataFamily() {
        throw new UnsupportedOperationException();
    }

    public String metadataHelp() {
        throw new UnsupportedOperationException();
    }

    public String metadataUnit() {
        throw new UnsupportedOperationException();
    }
}
