package io.millrace.writer.partition;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.storage.ChunkRow;
import io.millrace.wire.MalformedException;
import io.millrace.wire.record.DeletionMark;
import io.millrace.wire.record.HistogramMessage;
import io.millrace.wire.record.SampleBatchReader;
import io.millrace.writer.chunk.Appended;
import io.millrace.writer.chunk.PartitionChunks;
import io.millrace.writer.chunk.TenantChunks;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Takes the records of {@code samples} apart and gives each item to where it belongs: samples to the chunks, exemplars
 * and metadata to {@link Extras}. It may stop in the middle of a record, at a series that is not in the dictionary yet,
 * and goes on from there. For the owner thread.
 *
 * <p>Samples are gathered first, some hundreds at a time, and then appended: so their series can be looked up together, see
 * {@link TenantChunks#locate(long[], int, int, int[])}. What is not a sample waits until those before it are appended.
 */
final class SampleIntake {
    /** How far the current record is. */
    enum Progress {
        DONE,
        /** At a series the dictionary does not have: {@link #resume} later, or {@link #skipSeries}. */
        UNKNOWN_SERIES
    }

    /** Samples gathered: 256 chunks of two cache lines stay in the first-level cache until they are appended to. */
    private static final int MAX_GATHERED = 256;

    private final PartitionChunks chunks;
    private final Extras extras;
    private final WriterMetrics metrics;
    private final LongSupplier clockMs;
    private final SampleBatchReader reader = new SampleBatchReader();
    private @Nullable ConsumerRecord<byte[], byte[]> record;
    private @Nullable TenantChunks tenant;
    private byte[] tenantKey = {};
    private @Nullable DeletionMark mark;

    // Samples gathered: those below applied are appended.
    private final long[] ids = new long[2 * MAX_GATHERED];
    private final long[] timestamps = new long[MAX_GATHERED];
    private final long[] starts = new long[MAX_GATHERED];
    private final long[] values = new long[MAX_GATHERED];
    private final int[] items = new int[MAX_GATHERED];
    private final int[] series = new int[MAX_GATHERED];
    private int gathered;
    private int applied;

    // Where the reader stands.
    private boolean inSeries;
    private boolean atOtherItem;
    private boolean atEnd;
    private @Nullable MalformedException fault;
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
        SeriesId id = applied < gathered
                ? new SeriesId(ids[2 * applied], ids[2 * applied + 1])
                : new SeriesId(reader.idHigh(), reader.idLow());
        return String.valueOf(tenant == null ? null : tenant.tenant()) + "/" + id;
    }

    /**
     * Begins a record.
     *
     * @throws MalformedException when it cannot be read; what stood before the fault is taken in
     */
    Progress take(ConsumerRecord<byte[], byte[]> next) {
        record = next;
        gathered = 0;
        applied = 0;
        inSeries = false;
        atOtherItem = false;
        atEnd = false;
        fault = null;
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
        return resume();
    }

    /** Goes on behind what was unknown. */
    Progress skipSeries() {
        if (applied < gathered) {
            applied++;
        } else {
            atOtherItem = false;
        }
        return resume();
    }

    private TenantId tenantOf(byte @Nullable [] key) {
        TenantChunks last = tenant;
        if (last != null && Arrays.equals(key, tenantKey)) {
            return last.tenant();
        }
        String name = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        if (!TenantId.isValid(name)) {
            throw new MalformedException("the key of the record is not an instance id");
        }
        tenantKey = key == null ? new byte[0] : key;
        return new TenantId(name);
    }

    /** Goes on at the series that was unknown. */
    Progress resume() {
        while (true) {
            if (!apply()) {
                return Progress.UNKNOWN_SERIES;
            }
            MalformedException found = fault;
            if (found != null) {
                fault = null;
                throw found;
            }
            if (atOtherItem) {
                int number = tenant().locate(reader.idHigh(), reader.idLow());
                if (number < 0) {
                    return Progress.UNKNOWN_SERIES;
                }
                takeOtherItem(number);
                atOtherItem = false;
            }
            if (atEnd) {
                report();
                return Progress.DONE;
            }
            try {
                gather();
            } catch (MalformedException e) {
                fault = e;
            }
        }
    }

    private TenantChunks tenant() {
        TenantChunks current = tenant;
        if (current == null) {
            throw new IllegalStateException("no record was taken");
        }
        return current;
    }

    /** Reads on until there are enough samples, or something that is not a sample, or the end. */
    private void gather() {
        while (gathered < MAX_GATHERED) {
            if (!inSeries && !nextSeries()) {
                return;
            }
            switch (reader.nextItem()) {
                case SAMPLE -> {
                    int at = gathered++;
                    ids[2 * at] = reader.idHigh();
                    ids[2 * at + 1] = reader.idLow();
                    timestamps[at] = reader.timestampMs();
                    starts[at] = reader.startTimestampMs();
                    values[at] = reader.valueBits();
                    items[at] = item++;
                }
                case HISTOGRAM, EXEMPLAR -> {
                    atOtherItem = true;
                    return;
                }
                case END -> inSeries = false;
            }
        }
    }

    /** Moves to the next series; false when there is none. */
    private boolean nextSeries() {
        while (true) {
            switch (reader.nextEntry()) {
                case SERIES_BY_ID -> {
                    inSeries = true;
                    return true;
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
                    atEnd = true;
                    return false;
                }
            }
        }
    }

    /** Appends what was gathered; false when a series is not in the dictionary. */
    private boolean apply() {
        TenantChunks owner = tenant();
        long received = reader.receiveTimeMs();
        long offset = record().offset();
        int end = owner.locate(ids, applied, gathered, series);
        while (applied < end) {
            int at = applied++;
            count(owner.append(
                    series[at],
                    timestamps[at],
                    starts[at],
                    values[at],
                    ChunkRow.position(offset, items[at]),
                    received));
        }
        if (end < gathered) {
            return false;
        }
        gathered = 0;
        applied = 0;
        return true;
    }

    private void takeOtherItem(int number) {
        long offset = record().offset();
        if (reader.item() == SampleBatchReader.Item.EXEMPLAR) {
            exemplars++;
            item++;
            extras.exemplar(tenant().tenant(), tenant().metricName(number), reader, offset);
            return;
        }
        count(tenant().append(
                        number,
                        reader.timestampMs(),
                        reader.startTimestampMs(),
                        HistogramMessage.decode(reader.buffer(), reader.histogramOffset(), reader.histogramLength()),
                        ChunkRow.position(offset, item++),
                        reader.receiveTimeMs()));
    }

    private void count(Appended appended) {
        switch (appended) {
            case IN_ORDER -> inOrder++;
            case OUT_OF_ORDER -> outOfOrder++;
            case DUPLICATE -> duplicates++;
        }
    }

    /** Counts what was taken of the current record so far. */
    void report() {
        metrics.took(inOrder, Appended.IN_ORDER);
        metrics.took(outOfOrder, Appended.OUT_OF_ORDER);
        metrics.took(duplicates, Appended.DUPLICATE);
        metrics.took(exemplars, clockMs.getAsLong() - reader.receiveTimeMs());
    }
}
