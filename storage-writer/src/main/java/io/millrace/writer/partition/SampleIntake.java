package io.millrace.writer.partition;

import io.millrace.model.NativeHistogram;
import io.millrace.model.TenantId;
import io.millrace.storage.ChunkRow;
import io.millrace.wire.MalformedException;
import io.millrace.wire.record.DeletionMark;
import io.millrace.wire.record.HistogramMessage;
import io.millrace.wire.record.SampleBatchReader;
import io.millrace.writer.chunk.OpenSeries;
import io.millrace.writer.chunk.PartitionChunks;
import io.millrace.writer.chunk.TenantChunks;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Takes the records of {@code samples} apart and gives each item to where it belongs: samples to the chunks, exemplars
 * and metadata to {@link Extras}. It may stop in the middle of a record, at a series that is not in the dictionary yet,
 * and goes on from there. For the owner thread.
 */
final class SampleIntake {
    /** How far the current record is. */
    enum Progress {
        DONE,
        /** At a series the dictionary does not have: {@link #resume} later, or {@link #skipSeries}. */
        UNKNOWN_SERIES
    }

    private final PartitionChunks chunks;
    private final Extras extras;
    private final WriterMetrics metrics;
    private final LongSupplier clockMs;
    private final SampleBatchReader reader = new SampleBatchReader();
    private @Nullable ConsumerRecord<byte[], byte[]> record;
    private @Nullable TenantChunks tenant;
    private byte[] tenantKey = {};
    private @Nullable DeletionMark mark;
    private int item;
    private int inOrder;
    private int outOfOrder;
    private int duplicates;
    private int exemplars;

    SampleIntake(PartitionChunks chunks, Extras extras, WriterMetrics metrics, LongSupplier clockMs) {
        this.chunks = chunks;
        this.extras = extras;
        this.metrics = metrics;
        this.clockMs = clockMs;
    }

    /** The record taken last. */
    ConsumerRecord<byte[], byte[]> record() {
        ConsumerRecord<byte[], byte[]> current = record;
        if (current == null) {
            throw new IllegalStateException("no record was taken");
        }
        return current;
    }

    /** When the gateway had received the current record. */
    long receivedMs() {
        DeletionMark current = mark;
        return current == null ? reader.receiveTimeMs() : current.requestedMs();
    }

    /**
     * The tenant for which the current record marks a deletion; null when it is no mark. Its chunks must be cut here: none
     * may have samples on both sides of the mark.
     */
    @Nullable
    TenantChunks marked() {
        return mark == null ? null : tenant;
    }

    /** Names the series the record waits for. */
    String unknownSeries() {
        return String.valueOf(tenant == null ? null : tenant.tenant()) + "/"
                + new io.millrace.model.SeriesId(reader.idHigh(), reader.idLow());
    }

    /**
     * Begins a record.
     *
     * @throws MalformedException when it cannot be read; what stood before the fault is taken in
     */
    Progress take(ConsumerRecord<byte[], byte[]> next) {
        record = next;
        item = 0;
        inOrder = 0;
        outOfOrder = 0;
        duplicates = 0;
        exemplars = 0;
        if (next.value() == null) {
            throw new MalformedException("a record without a value");
        }
        tenant = chunks.tenant(tenantOf(next.key()));
        mark = DeletionMark.is(next.value()) ? DeletionMark.decode(next.value()) : null;
        if (mark != null) {
            return Progress.DONE;
        }
        reader.wrap(next.value());
        return walk(reader.nextEntry());
    }

    /** Goes on at the series that was unknown. */
    Progress resume() {
        return walk(SampleBatchReader.Entry.SERIES_BY_ID);
    }

    /** Goes on behind the series that is unknown. */
    Progress skipSeries() {
        return walk(reader.nextEntry());
    }

    private TenantId tenantOf(byte @Nullable [] key) {
        TenantChunks last = tenant;
        if (last != null && java.util.Arrays.equals(key, tenantKey)) {
            return last.tenant();
        }
        String name = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        if (!TenantId.isValid(name)) {
            throw new MalformedException("the key of the record is not an instance id");
        }
        tenantKey = key == null ? new byte[0] : key;
        return new TenantId(name);
    }

    private Progress walk(SampleBatchReader.Entry first) {
        SampleBatchReader.Entry entry = first;
        while (true) {
            switch (entry) {
                case SERIES_BY_ID -> {
                    OpenSeries series = tenant().series(reader.idHigh(), reader.idLow());
                    if (series == null) {
                        return Progress.UNKNOWN_SERIES;
                    }
                    takeItems(series);
                }
                case METADATA ->
                    extras.metadata(
                            tenant().tenant(),
                            reader.metadataFamily(),
                            reader.metadataType(),
                            reader.metadataHelp(),
                            reader.metadataUnit(),
                            reader.receiveTimeMs(),
                            record().offset());
                case SERIES_WITH_LABELS ->
                    throw new MalformedException("a series with labels: the topic samples has series by id only");
                case END -> {
                    report();
                    return Progress.DONE;
                }
            }
            entry = reader.nextEntry();
        }
    }

    private TenantChunks tenant() {
        TenantChunks current = tenant;
        if (current == null) {
            throw new IllegalStateException("no record was taken");
        }
        return current;
    }

    private void takeItems(OpenSeries series) {
        long received = reader.receiveTimeMs();
        long offset = record().offset();
        TenantChunks owner = tenant();
        while (true) {
            switch (reader.nextItem()) {
                case SAMPLE ->
                    count(owner.append(
                            series,
                            reader.timestampMs(),
                            reader.startTimestampMs(),
                            reader.valueBits(),
                            ChunkRow.position(offset, item++),
                            received));
                case HISTOGRAM -> {
                    NativeHistogram histogram = HistogramMessage.decode(
                            reader.buffer(), reader.histogramOffset(), reader.histogramLength());
                    count(owner.append(
                            series,
                            reader.timestampMs(),
                            reader.startTimestampMs(),
                            histogram,
                            ChunkRow.position(offset, item++),
                            received));
                }
                case EXEMPLAR -> {
                    exemplars++;
                    item++;
                    extras.exemplar(owner, series, reader, offset);
                }
                case END -> {
                    return;
                }
            }
        }
    }

    private void count(OpenSeries.Appended appended) {
        switch (appended) {
            case IN_ORDER -> inOrder++;
            case OUT_OF_ORDER -> outOfOrder++;
            case DUPLICATE -> duplicates++;
        }
    }

    /** Counts what was taken of the current record so far. */
    void report() {
        metrics.took(inOrder, OpenSeries.Appended.IN_ORDER);
        metrics.took(outOfOrder, OpenSeries.Appended.OUT_OF_ORDER);
        metrics.took(duplicates, OpenSeries.Appended.DUPLICATE);
        metrics.took(exemplars, clockMs.getAsLong() - reader.receiveTimeMs());
    }
}
