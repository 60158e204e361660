package io.millrace.processor;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.processor.limits.SeriesAdmission;
import io.millrace.processor.limits.TenantPolicy;
import io.millrace.processor.refusals.BatchRefusals;
import io.millrace.processor.refusals.Refusal;
import io.millrace.processor.series.AnnouncedDays;
import io.millrace.processor.series.SeriesMemory;
import io.millrace.processor.series.SeriesTable;
import io.millrace.processor.series.TenantSeries;
import io.millrace.processor.usage.UsageCounter;
import io.millrace.processor.usage.UsageLog;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one partition does with a received batch. Not thread-safe: the task of the partition owns it.
 *
 * <h2>Order of effects</h2>
 *
 * <ol>
 *   <li>The batch is read through to its end; tables change in memory, output is collected.
 *   <li>Changed states are logged and new series announced.
 *   <li>The samples are passed on, what was refused goes to the ledger, the counts are logged. Or the record is set aside
 *       when it could not be read; then series read before the broken place may have been announced without samples,
 *       which is harmless.
 * </ol>
 *
 * All of it is one transaction of Kafka Streams: after a crash the batch is processed again with the tables as they
 * were.
 */
public final class PartitionProcessor {
    private static final Logger log = LoggerFactory.getLogger(PartitionProcessor.class);

    /**
     * How old the time of the last sample may be that a series remembers. Activity ends after 20 minutes, give or take; a
     * table that is only read stays clean in the cache, and that is what a look-up costs.
     */
    private static final int SEEN_STEP_SECONDS = 60;

    private final int partition;
    private final int partitions;
    private final SeriesMemory memory;
    private final UsageLog usageLog;
    private final Output output;
    private final Shared shared;

    private final SampleBatchReader reader = new SampleBatchReader();
    private final SeriesResolver resolver = new SeriesResolver(reader);
    private final SampleBatchWriter here = new SampleBatchWriter();
    private final Map<Integer, SampleBatchWriter> elsewhere = new HashMap<>();
    private final List<SeriesRecord> announcements = new ArrayList<>();
    private final List<SeriesId> changed = new ArrayList<>();
    private final BatchRefusals refusals = new BatchRefusals();
    private final Map<TenantId, TenantWork> tenants = new HashMap<>();
    private byte[] lastKey = {};
    private @Nullable TenantWork lastTenant;

    // Of the batch being read.
    private long nowMs;
    private int acceptedSamples;
    private int acceptedHistograms;
    private int acceptedExemplars;
    private int refusedItems;

    /**
     * @param partition the partition of {@code received} this is for
     * @param partitions how many {@code samples} and {@code series} have
     */
    public PartitionProcessor(
            int partition, int partitions, SeriesMemory memory, UsageLog usageLog, Output output, Shared shared) {
        this.partition = partition;
        this.partitions = partitions;
        this.memory = memory;
        this.usageLog = usageLog;
        this.output = output;
        this.shared = shared;
        usageLog.load().forEach(record -> open(record.tenant(), UsageCounter.of(record)));
    }

    /** Processes one record of {@code received}. */
    public void process(byte @Nullable [] key, byte @Nullable [] value) {
        if (key == null || value == null) {
            setAside(key, value, "the record has no " + (key == null ? "key" : "value"));
            return;
        }
        String unreadable = null;
        begin();
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

    /** Publishes the counts that have changed. To be called about once a second. */
    public void publishUsage() {
        nowMs = shared.clockMs().getAsLong();
        for (TenantWork tenant : tenants.values()) {
            SeriesTable table = tenant.table();
            if (tenant.usage().setSeries(table.active(), table.size())) {
                tenant.changed();
            }
            if (tenant.takeUnpublished()) {
                output.usage(tenant.usage().record(nowMs));
            }
            shared.metrics().activeSeries(tenant.id(), partition, table.active());
        }
    }

    /** The partition goes to someone else: its gauges end. */
    void close() {
        tenants.keySet().forEach(tenant -> shared.metrics().activeSeries(tenant, partition, 0));
    }

    private void begin() {
        nowMs = shared.clockMs().getAsLong();
        refusals.clear();
        acceptedSamples = 0;
        acceptedHistograms = 0;
        acceptedExemplars = 0;
        refusedItems = 0;
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
        TenantId id = new TenantId(name);
        TenantWork work = tenants.get(id);
        if (work == null) {
            work = open(id, new UsageCounter(id, partition));
        }
        lastKey = key;
        lastTenant = work;
        return work;
    }

    private TenantWork open(TenantId id, UsageCounter usage) {
        TenantSeries series = memory.tenant(id);
        SeriesAdmission admission = new SeriesAdmission(series, partition, partitions, shared.cluster());
        TenantWork work = new TenantWork(series, admission, usage, System.nanoTime());
        tenants.put(id, work);
        return work;
    }

    private void read(TenantWork tenant, byte[] value) {
        TenantPolicy policy = shared.policies().of(tenant.id());
        reader.wrap(value);
        here.begin(reader.receiveTimeMs());
        elsewhere.values().forEach(writer -> writer.begin(reader.receiveTimeMs()));
        for (SampleBatchReader.Entry entry = reader.nextEntry();
                entry != SampleBatchReader.Entry.END;
                entry = reader.nextEntry()) {
            switch (entry) {
                case SERIES_WITH_LABELS -> readSeries(tenant, policy);
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

    private void readSeries(TenantWork tenant, TenantPolicy policy) {
        int slot = resolver.resolve(tenant, policy, nowMs);
        if (slot == SeriesTable.ABSENT) {
            refuse(resolver.refusal());
            return;
        }
        SeriesTable table = tenant.table();
        int nowSeconds = (int) (nowMs / 1000);
        if (nowSeconds - table.seenSeconds(slot) >= SEEN_STEP_SECONDS) {
            table.setSeenSeconds(slot, nowSeconds);
        }
        long idHigh = table.idHigh(slot);
        long idLow = table.idLow(slot);
        boolean activated = !table.isActive(slot);
        if (activated) {
            tenant.series().setActive(slot, true);
        }
        boolean newDay = readItems(tenant, slot);
        if (activated || newDay) {
            changed.add(new SeriesId(idHigh, idLow));
        }
        SampleBatchWriter writer = writerFor(Partitions.partition(idHigh, idLow, partitions));
        writer.series(idHigh, idLow);
        writer.copyItems(reader);
    }

    /** Counts the items, and announces the series on each new day. Returns whether days were added that must be logged. */
    private boolean readItems(TenantWork tenant, int slot) {
        SeriesTable table = tenant.table();
        boolean added = false;
        while (true) {
            switch (reader.nextItem()) {
                case SAMPLE -> acceptedSamples++;
                case HISTOGRAM -> acceptedHistograms++;
                case EXEMPLAR -> acceptedExemplars++;
                case END -> {
                    return added;
                }
            }
            int day = AnnouncedDays.dayOf(reader.timestampMs());
            if (!AnnouncedDays.contains(table.days(slot), day)) {
                added |= announce(tenant, slot, day);
            }
        }
    }

    private boolean announce(TenantWork tenant, int slot, int day) {
        SeriesTable table = tenant.table();
        SeriesId id = new SeriesId(table.idHigh(slot), table.idLow(slot));
        boolean covered = AnnouncedDays.covers(table.days(slot), day);
        if (covered) {
            table.setDays(slot, AnnouncedDays.with(table.days(slot), day));
        } else if (!tenant.addOtherDay(id, day)) {
            return false;
        }
        byte[] labels = resolver.settledLabels();
        if (labels != null) {
            announcements.add(new SeriesRecord(tenant.id(), day, id, nowMs, labels));
        }
        return covered;
    }

    /** Counts the items of the series the reader stands on as refused. */
    private void refuse(Refusal refusal) {
        int items = 0;
        while (reader.nextItem() != SampleBatchReader.Item.END) {
            items++;
        }
        refusedItems += items;
        shared.metrics().refused(refusal.reason(), items);
        refusals.add(refusal.reason(), metricName(), items, this::seriesText, refusal::message);
    }

    private String metricName() {
        try {
            return CanonicalLabels.metricName(reader.buffer(), reader.labelsOffset(), reader.labelsLength());
        } catch (MalformedException e) {
            return "";
        }
    }

    private String seriesText() {
        byte[] labels = resolver.settledLabels();
        return labels == null
                ? ""
                : CanonicalLabels.decode(labels, 0, labels.length).toString();
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
        shared.metrics().announced(announcements.size());
        announcements.clear();
    }

    private void passOn(byte[] key, int receivedBytes) {
        passOn(key, partition, here);
        elsewhere.forEach((target, writer) -> passOn(key, target, writer));
        TenantWork tenant = lastTenant;
        if (tenant != null) {
            if (!refusals.isEmpty()) {
                refusals.drain(tenant.id(), nowMs, output::rejection);
            }
            count(tenant, receivedBytes);
        }
        long delayMs = shared.clockMs().getAsLong() - reader.receiveTimeMs();
        shared.metrics().processed(receivedBytes, acceptedSamples, acceptedHistograms, acceptedExemplars, delayMs);
    }

    private void passOn(byte[] key, int target, SampleBatchWriter writer) {
        if (!writer.isEmpty()) {
            output.samples(key, target, writer.toByteArray());
        }
    }

    private void count(TenantWork tenant, int receivedBytes) {
        UsageCounter usage = tenant.usage();
        usage.at(nowMs);
        usage.addAccepted(acceptedSamples, acceptedHistograms, acceptedExemplars);
        usage.addRefused(refusedItems);
        usage.addBytes(receivedBytes);
        usage.setSeries(tenant.table().active(), tenant.table().size());
        usageLog.put(usage.record(nowMs));
        tenant.changed();
    }

    private void setAside(byte @Nullable [] key, byte @Nullable [] value, String why) {
        shared.metrics().quarantined();
        output.quarantine(key, value, why);
    }
}
