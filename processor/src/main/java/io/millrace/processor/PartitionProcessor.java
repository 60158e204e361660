package io.millrace.processor;

import io.millrace.model.RejectReason;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.processor.labels.AliasTable;
import io.millrace.processor.labels.LabelNormaliser;
import io.millrace.processor.labels.Verdict;
import io.millrace.processor.series.AnnouncedDays;
import io.millrace.processor.series.SeriesMemory;
import io.millrace.processor.series.SeriesTable;
import io.millrace.wire.MalformedException;
import io.millrace.wire.Partitions;
import io.millrace.wire.Utf8;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.SampleBatchReader;
import io.millrace.wire.record.SampleBatchWriter;
import io.millrace.wire.record.SeriesRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one partition does with a received batch. Not thread-safe: the task of the partition owns it.
 *
 * <h2>Known and unknown</h2>
 *
 * A batch names each series by id and carries its labels. For a known series the id is looked up, the CRC32C of the
 * labels is compared with the remembered one, and the items are copied as bytes. Only for an unknown series are labels
 * decoded and settled; when that changes them, what became of the raw labels is remembered in an {@link AliasTable}.
 *
 * <h2>Order of effects</h2>
 *
 * <ol>
 *   <li>The batch is read through to its end; tables change in memory, output is collected.
 *   <li>Changed states are logged and new series announced.
 *   <li>The samples are passed on, or the record is set aside when it could not be read. Then series read before the
 *       broken place may have been announced without samples, which is harmless.
 * </ol>
 *
 * All of it is one transaction of Kafka Streams: after a crash the batch is processed again with the tables as they
 * were.
 */
final class PartitionProcessor {
    private static final Logger log = LoggerFactory.getLogger(PartitionProcessor.class);

    private final int partition;
    private final int partitions;
    private final SeriesMemory memory;
    private final Output output;
    private final ProcessorMetrics metrics;
    private final LongSupplier clockMs;

    private final SampleBatchReader reader = new SampleBatchReader();
    private final SampleBatchWriter here = new SampleBatchWriter();
    private final Map<Integer, SampleBatchWriter> elsewhere = new HashMap<>();
    private final List<SeriesRecord> announcements = new ArrayList<>();
    private final List<SeriesId> changed = new ArrayList<>();
    private final Map<TenantId, TenantWork> tenants = new HashMap<>();
    private final CRC32C crc = new CRC32C();
    private byte[] lastKey = {};
    private @Nullable TenantWork lastTenant;

    /**
     * @param partition the partition of {@code received} this is for
     * @param partitions how many {@code samples} and {@code series} have
     */
    PartitionProcessor(
            int partition,
            int partitions,
            SeriesMemory memory,
            Output output,
            ProcessorMetrics metrics,
            LongSupplier clockMs) {
        this.partition = partition;
        this.partitions = partitions;
        this.memory = memory;
        this.output = output;
        this.metrics = metrics;
        this.clockMs = clockMs;
    }

    /** Processes one record of {@code received}. */
    void process(byte @Nullable [] key, byte @Nullable [] value) {
        if (key == null || value == null) {
            setAside(key, value, "the record has no " + (key == null ? "key" : "value"));
            return;
        }
        String unreadable = null;
        try {
            read(tenant(key), value);
        } catch (MalformedException e) {
            unreadable = String.valueOf(e.getMessage());
        } catch (RuntimeException e) {
            // A bug here must not stop the partition: the record is kept in the quarantine, and this line is the alert.
            log.error("record failed partition={} bytes={}", partition, value.length, e);
            unreadable = e.toString();
        }
        remember();
        if (unreadable == null) {
            passOn(key, value.length);
        } else {
            setAside(key, value, unreadable);
        }
    }

    private TenantWork tenant(byte[] key) {
        TenantWork last = lastTenant;
        if (last != null && Arrays.equals(key, lastKey)) {
            return last;
        }
        String name = new String(key, StandardCharsets.UTF_8);
        if (!TenantId.isValid(name)) {
            throw new MalformedException("the key is not an instance id");
        }
        TenantWork work =
                tenants.computeIfAbsent(new TenantId(name), id -> new TenantWork(memory.tenant(id), System.nanoTime()));
        lastKey = key;
        lastTenant = work;
        return work;
    }

    private void read(TenantWork tenant, byte[] value) {
        reader.wrap(value);
        here.begin(reader.receiveTimeMs());
        elsewhere.values().forEach(writer -> writer.begin(reader.receiveTimeMs()));
        int nowSeconds = (int) (clockMs.getAsLong() / 1000);
        for (SampleBatchReader.Entry entry = reader.nextEntry();
                entry != SampleBatchReader.Entry.END;
                entry = reader.nextEntry()) {
            switch (entry) {
                case SERIES_WITH_LABELS -> readSeries(tenant, nowSeconds);
                case SERIES_BY_ID -> throw new MalformedException("a series without labels in a received batch");
                case METADATA ->
                    here.metadata(
                            reader.metadataType(),
                            Utf8.encode(reader.metadataFamily()),
                            Utf8.encode(reader.metadataHelp()),
                            Utf8.encode(reader.metadataUnit()));
                case END -> throw new IllegalStateException();
            }
        }
    }

    private void readSeries(TenantWork tenant, int nowSeconds) {
        int slot = find(tenant, nowSeconds);
        if (slot == SeriesTable.ABSENT) {
            return;
        }
        SeriesTable table = tenant.table();
        table.setSeenSeconds(slot, nowSeconds);
        long idHigh = table.idHigh(slot);
        long idLow = table.idLow(slot);
        boolean activated = !table.isActive(slot);
        if (activated) {
            tenant.series().setActive(slot, true);
        }
        boolean newDay = announceNewDays(tenant, slot);
        if (activated || newDay) {
            changed.add(new SeriesId(idHigh, idLow));
        }
        SampleBatchWriter writer = writerFor(Partitions.partition(idHigh, idLow, partitions));
        writer.series(idHigh, idLow);
        writer.copyItems(reader);
    }

    /** The slot of the series the reader stands on; {@link SeriesTable#ABSENT} when it is refused. */
    private int find(TenantWork tenant, int nowSeconds) {
        int check = check(reader.buffer(), reader.labelsOffset(), reader.labelsLength());
        SeriesTable table = tenant.table();
        int slot = table.find(reader.idHigh(), reader.idLow());
        if (slot != SeriesTable.ABSENT && table.check(slot) == check) {
            return slot;
        }
        int alias = tenant.aliases().find(reader.idHigh(), reader.idLow(), check);
        if (alias != AliasTable.ABSENT) {
            slot = table.find(tenant.aliases().idHigh(alias), tenant.aliases().idLow(alias));
            if (slot != SeriesTable.ABSENT) {
                return slot;
            }
        }
        return settle(tenant, check, nowSeconds);
    }

    /** The slow way: from the labels to a slot. */
    private int settle(TenantWork tenant, int rawCheck, int nowSeconds) {
        byte[] labels = settledLabels();
        if (labels == null) {
            return SeriesTable.ABSENT;
        }
        SeriesId id = CanonicalLabels.id(labels, 0, labels.length);
        int check = check(labels, 0, labels.length);
        int slot = tenant.table().find(id.high(), id.low());
        if (slot != SeriesTable.ABSENT && tenant.table().check(slot) != check) {
            refuse(RejectReason.SERIES_ID_COLLISION);
            return SeriesTable.ABSENT;
        }
        if (slot == SeriesTable.ABSENT) {
            String metric = CanonicalLabels.metricName(labels, 0, labels.length);
            slot = tenant.series().insert(id.high(), id.low(), check, metric, nowSeconds);
        }
        if (id.high() != reader.idHigh() || id.low() != reader.idLow() || check != rawCheck) {
            tenant.aliases().put(reader.idHigh(), reader.idLow(), rawCheck, id.high(), id.low());
        }
        return slot;
    }

    /** The canonical labels of the series the reader stands on; null when it was refused. */
    private byte @Nullable [] settledLabels() {
        byte[] buffer = reader.buffer();
        int offset = reader.labelsOffset();
        int length = reader.labelsLength();
        if (LabelNormaliser.isCanonical(buffer, offset, length)) {
            return Arrays.copyOfRange(buffer, offset, offset + length);
        }
        Verdict verdict = LabelNormaliser.normalise(buffer, offset, length);
        if (verdict instanceof Verdict.Refuse refusal) {
            refuse(refusal.reason());
            return null;
        }
        return CanonicalLabels.encode(((Verdict.Keep) verdict).labels());
    }

    /** Announces the series on each new day of its items. Returns whether days were added that must be logged. */
    private boolean announceNewDays(TenantWork tenant, int slot) {
        SeriesTable table = tenant.table();
        boolean added = false;
        for (SampleBatchReader.Item item = reader.nextItem();
                item != SampleBatchReader.Item.END;
                item = reader.nextItem()) {
            int day = AnnouncedDays.dayOf(reader.timestampMs());
            int days = table.days(slot);
            if (AnnouncedDays.contains(days, day)) {
                continue;
            }
            SeriesId id = new SeriesId(table.idHigh(slot), table.idLow(slot));
            if (AnnouncedDays.covers(days, day)) {
                table.setDays(slot, AnnouncedDays.with(days, day));
                added = true;
            } else if (!tenant.addOtherDay(id, day)) {
                continue;
            }
            byte[] labels = settledLabels();
            if (labels != null) {
                announcements.add(new SeriesRecord(tenant.id(), day, id, clockMs.getAsLong(), labels));
            }
        }
        return added;
    }

    /** Counts the items of the series the reader stands on as refused. */
    private void refuse(RejectReason reason) {
        int items = 0;
        while (reader.nextItem() != SampleBatchReader.Item.END) {
            items++;
        }
        metrics.refused(reason, items);
    }

    private SampleBatchWriter writerFor(int target) {
        if (target == partition) {
            return here;
        }
        return elsewhere.computeIfAbsent(target, number -> {
            SampleBatchWriter writer = new SampleBatchWriter();
            writer.begin(reader.receiveTimeMs());
            return writer;
        });
    }

    /** Logs the states that changed and announces the new series. */
    private void remember() {
        TenantWork tenant = lastTenant;
        if (tenant != null) {
            for (SeriesId id : changed) {
                int slot = tenant.table().find(id.high(), id.low());
                if (slot != SeriesTable.ABSENT) {
                    memory.log(tenant.series(), slot);
                }
            }
        }
        changed.clear();
        for (SeriesRecord announcement : announcements) {
            SeriesId id = announcement.id();
            output.series(Partitions.partition(id.high(), id.low(), partitions), announcement);
        }
        metrics.announced(announcements.size());
        announcements.clear();
    }

    private void passOn(byte[] key, int receivedBytes) {
        passOn(key, partition, here);
        elsewhere.forEach((target, writer) -> passOn(key, target, writer));
        metrics.processed(
                receivedBytes,
                reader.sampleCount(),
                reader.histogramCount(),
                reader.exemplarCount(),
                clockMs.getAsLong() - reader.receiveTimeMs());
    }

    private void passOn(byte[] key, int target, SampleBatchWriter writer) {
        if (!writer.isEmpty()) {
            output.samples(key, target, writer.toByteArray());
        }
    }

    private void setAside(byte @Nullable [] key, byte @Nullable [] value, String why) {
        metrics.quarantined();
        output.quarantine(key, value, why);
    }

    private int check(byte[] bytes, int offset, int length) {
        crc.reset();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
