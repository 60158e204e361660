package io.millrace.processor;

import io.millrace.model.RefusedItem;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.processor.ha.HaGate;
import io.millrace.processor.ha.HaUnavailableException;
import io.millrace.processor.limits.ItemLimits;
import io.millrace.processor.limits.SeriesAdmission;
import io.millrace.processor.refusals.BatchRefusals;
import io.millrace.processor.refusals.Refusal;
import io.millrace.processor.series.SeriesMemory;
import io.millrace.processor.series.SeriesTable;
import io.millrace.processor.series.TenantSeries;
import io.millrace.processor.shards.EpochGate;
import io.millrace.processor.shards.ShardDuties;
import io.millrace.processor.shards.ShardUnavailableException;
import io.millrace.processor.shards.TenantShard;
import io.millrace.processor.usage.JobCounters;
import io.millrace.processor.usage.JobUsageLog;
import io.millrace.processor.usage.MeteringSeries;
import io.millrace.processor.usage.UsageCounter;
import io.millrace.processor.usage.UsageLog;
import io.millrace.runtime.control.ProcessingRules.HaReplicas;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.runtime.usage.LimitUse;
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

    /** Bytes of a table above which it does not stay in the second-level cache: then its places are fetched ahead. */
    private static final int LARGE_TABLE_BYTES = 1 << 20;

    /**
     * A batch that took longer from the gateway says that the partition has too much to catch up with for a shard to be closed
     * until it has. Less does not: a partition that is just overloaded is the one that needs it.
     */
    private static final long BEHIND_MS = 30_000;

    private final int partition;
    private final int partitions;
    private final SeriesMemory memory;
    private final UsageLog usageLog;
    private final JobUsageLog jobLog;
    private final Output output;
    private final Shared shared;

    private final SampleBatchReader reader = new SampleBatchReader();
    private final HaGate gate;
    private final EpochGate epochs;
    private final SeriesResolver resolver;
    private final SampleBatchWriter here = new SampleBatchWriter();
    private final Map<Integer, SampleBatchWriter> elsewhere = new HashMap<>();
    private final List<SeriesId> changed = new ArrayList<>();
    private final BatchRefusals refusals = new BatchRefusals();
    private final BatchCounts counts = new BatchCounts();
    private final AcceptedItems accepted;
    private final MeteringSeries metering;
    private final MeteringOutput meteringSink;
    private final Map<TenantId, TenantWork> tenants = new HashMap<>();
    private byte[] lastKey = {};
    private @Nullable TenantWork lastTenant;

    /** Of no use but to be written, see {@link SeriesTable#fetch}. */
    @SuppressWarnings("unused") // as it says
    private long fetched;

    // Of the batch being read.
    private long nowMs;

    /** Of the last batch. */
    private long delayMs;

    /**
     * @param partition the partition of {@code received} this is for
     * @param partitions how many {@code samples} and {@code series} have
     */
    public PartitionProcessor(
            int partition,
            int partitions,
            SeriesMemory memory,
            UsageLog usageLog,
            JobUsageLog jobLog,
            Output output,
            Shared shared) {
        this.jobLog = jobLog;
        this.partition = partition;
        this.partitions = partitions;
        this.memory = memory;
        this.usageLog = usageLog;
        this.output = output;
        this.shared = shared;
        this.gate = new HaGate(shared.elections());
        this.epochs = new EpochGate(shared.shards());
        this.resolver = new SeriesResolver(reader, gate);
        this.metering = new MeteringSeries(shared.meteringInstance(), partitions);
        this.meteringSink = new MeteringOutput();
        this.accepted = new AcceptedItems(reader, resolver, counts, this::refuse, shared.metrics());
        usageLog.load().forEach(record -> open(record.tenant(), UsageCounter.of(record)));
        jobLog.load().forEach(record -> tenant(record.tenant()).jobs().restore(record));
    }

    /** Processes one record of {@code received}, by the first shard of its tenant. */
    public void process(byte @Nullable [] key, byte @Nullable [] value) {
        process(key, value, 0);
    }

    /**
     * Processes one record of {@code received}.
     *
     * @param epoch of the shard by which it came here
     */
    public void process(byte @Nullable [] key, byte @Nullable [] value, long epoch) {
        if (key == null || value == null) {
            setAside(key, value, "the record has no " + (key == null ? "key" : "value"));
            return;
        }
        String unreadable = null;
        begin();
        try {
            read(tenant(key), value, epoch);
        } catch (HaUnavailableException | ShardUnavailableException e) {
            // Not the record's fault: the task fails, and processes it again.
            throw e;
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

    /**
     * Processes a record of {@code received} that is a mark.
     *
     * @param epoch of the mark
     */
    void pass(byte[] key, long epoch) {
        begin();
        TenantWork tenant = tenant(key);
        tenant.shard().pass(shared.shards().of(tenant.id()), epoch, nowMs, output);
    }

    /** Publishes the counts that have changed, and where new series are not taken. To be called about once a second. */
    public void publishUsage() {
        nowMs = shared.clockMs().getAsLong();
        for (TenantWork tenant : tenants.values()) {
            tenant.shard().step(shared.shards().of(tenant.id()), delayMs >= BEHIND_MS, nowMs, output);
            SeriesTable table = tenant.table();
            if (tenant.usage().setSeries(table.active(), table.size())) {
                tenant.changed();
            }
            if (tenant.takeUnpublished()) {
                output.usage(tenant.usage().record(nowMs));
            }
            shared.metrics().activeSeries(tenant.id(), partition, table.active());
            TenantPolicy policy = shared.policies().of(tenant.id());
            tenant.fullNotice().step(policy, nowMs, output);
            long limit = policy.limits().maxActiveSeries();
            shared.metrics()
                    .limitUsed(
                            tenant.id(),
                            new LimitUse("maxActiveSeries", tenant.admission().active(), limit));
        }
    }

    /** Publishes the counts by job that have changed. To be called a few times a minute. */
    public void publishJobs() {
        nowMs = shared.clockMs().getAsLong();
        metering.begin(nowMs);
        boolean asSeries = shared.policies().isRunning(metering.target());
        for (TenantWork tenant : tenants.values()) {
            tenant.jobs()
                    .publish(
                            nowMs,
                            record -> {
                                if (asSeries) {
                                    metering.add(record, meteringSink);
                                }
                            },
                            output::jobUsage,
                            job -> output.jobForgotten(tenant.id(), partition, job));
        }
        metering.end(meteringSink);
    }

    /** Metering is stored like the samples of the instance that gets it; it is not metered itself. */
    private final class MeteringOutput implements MeteringSeries.Sink {
        private final byte[] key = metering.target().value().getBytes(StandardCharsets.UTF_8);

        @Override
        public void series(int target, SeriesRecord announcement) {
            output.series(target, announcement);
        }

        @Override
        public void samples(int target, byte[] batch) {
            output.samples(key, target, batch);
        }
    }

    /** The partition goes to someone else: its gauges end. */
    void close() {
        tenants.forEach((id, tenant) -> {
            shared.metrics().activeSeries(id, partition, 0);
            tenant.shard().close();
        });
    }

    private void begin() {
        nowMs = shared.clockMs().getAsLong();
        refusals.clear();
        counts.clear();
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
        TenantWork work = tenant(new TenantId(name));
        lastKey = key;
        lastTenant = work;
        return work;
    }

    private TenantWork tenant(TenantId id) {
        TenantWork work = tenants.get(id);
        return work == null ? open(id, new UsageCounter(id, partition)) : work;
    }

    private TenantWork open(TenantId id, UsageCounter usage) {
        TenantSeries series = memory.tenant(id);
        ShardDuties shard = new ShardDuties(
                partition,
                partitions,
                series,
                memory,
                shared.shards().of(id),
                shared.widening(),
                shared.metrics().shards(),
                shared.clockMs().getAsLong());
        SeriesAdmission admission = new SeriesAdmission(series, partition, shard.shard(), shared.cluster());
        JobCounters jobs = new JobCounters(id, partition, series.groups().jobs(), jobLog);
        TenantWork work = new TenantWork(series, admission, new ItemLimits(), usage, jobs, shard, System.nanoTime());
        tenants.put(id, work);
        return work;
    }

    private void read(TenantWork tenant, byte[] value, long epoch) {
        TenantPolicy policy = shared.policies().of(tenant.id());
        if (tenant.table().heapBytes() > LARGE_TABLE_BYTES) {
            fetchAhead(tenant.table(), value);
        }
        reader.wrap(value);
        if (epoch > 0) {
            epochs.await(tenant.id(), epoch, reader.receiveTimeMs(), nowMs);
        }
        TenantShard shard = tenant.shard().shard();
        shard.see(shared.shards().of(tenant.id()), nowMs);
        resolver.begin(tenant, policy, nowMs);
        tenant.items().begin(policy.limits(), shard.width(), reader.receiveTimeMs(), nowMs);
        HaReplicas ha = policy.rules().ha();
        if (ha != null) {
            gate.begin(tenant.id(), ha.failover().toMillis(), reader.receiveTimeMs());
        }
        here.begin(reader.receiveTimeMs());
        elsewhere.values().forEach(writer -> writer.begin(reader.receiveTimeMs()));
        for (SampleBatchReader.Entry entry = reader.nextEntry();
                entry != SampleBatchReader.Entry.END;
                entry = reader.nextEntry()) {
            switch (entry) {
                case SERIES_WITH_LABELS -> readSeries(tenant);
                case SERIES_BY_ID -> throw new MalformedException("a series without labels in a received batch");
                case METADATA -> readMetadata(tenant.items());
                case END -> throw new IllegalStateException();
            }
        }
    }

    /**
     * Looks at the places of all series of a batch before anything is done with one of them. A look-up in a large table waits
     * for memory; here none depends on the one before, so the processor waits for ten at a time.
     */
    private void fetchAhead(SeriesTable table, byte[] value) {
        reader.wrap(value);
        long all = 0;
        for (SampleBatchReader.Entry entry = reader.nextEntry();
                entry != SampleBatchReader.Entry.END;
                entry = reader.nextEntry()) {
            if (entry == SampleBatchReader.Entry.SERIES_WITH_LABELS) {
                all += table.fetch(reader.idHigh(), reader.idLow());
            }
        }
        fetched = all;
    }

    private void readMetadata(ItemLimits limits) {
        String family = reader.metadataFamily();
        if (limits.takeMetadata(family)) {
            here.metadata(
                    reader.metadataType(),
                    Utf8.encode(family),
                    Utf8.encode(reader.metadataHelp()),
                    Utf8.encode(reader.metadataUnit()));
        } else {
            Refusal refusal = limits.tooMuchMetadata();
            shared.metrics().refused(refusal.reason(), 1);
            refusals.add(refusal.reason(), family, 1, () -> "", () -> RefusedItem.NONE, refusal::message);
        }
    }

    private void readSeries(TenantWork tenant) {
        int slot = resolver.resolve(tenant);
        switch (slot) {
            case SeriesResolver.REFUSED -> refuse(resolver.refusal(), items());
            case SeriesResolver.DROPPED -> counts.dropped += items();
            case SeriesResolver.DUPLICATE -> counts.duplicates += items();
            default -> accept(tenant, slot);
        }
    }

    private void accept(TenantWork tenant, int slot) {
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
        SampleBatchWriter writer = writerFor(Partitions.partition(idHigh, idLow, partitions));
        boolean newDay = accepted.pass(tenant, slot, writer, nowMs);
        if (activated || newDay) {
            changed.add(new SeriesId(idHigh, idLow));
        }
    }

    /** Counts items of the series the reader stands on as refused. */
    private void refuse(Refusal refusal, int items) {
        counts.refused += items;
        shared.metrics().refused(refusal.reason(), items);
        refusals.add(refusal.reason(), metricName(), items, resolver::sentLabels, this::exampleItem, refusal::message);
    }

    /** The item the reader stands on; of a series that was refused as a whole, and has been read through, the first. */
    private RefusedItem exampleItem() {
        SampleBatchReader.Item item = reader.item();
        if (item == SampleBatchReader.Item.END) {
            reader.rewindItems();
            item = reader.nextItem();
        }
        return switch (item) {
            case SAMPLE -> RefusedItem.sample(reader.timestampMs(), reader.valueBits());
            case HISTOGRAM -> RefusedItem.histogram(reader.timestampMs());
            case EXEMPLAR -> RefusedItem.exemplar(reader.timestampMs(), reader.valueBits());
            case END -> RefusedItem.NONE;
        };
    }

    private int items() {
        int items = 0;
        while (reader.nextItem() != SampleBatchReader.Item.END) {
            items++;
        }
        return items;
    }

    private String metricName() {
        try {
            return CanonicalLabels.metricName(
                    reader.seriesLabelsBuffer(), reader.seriesLabelsOffset(), reader.seriesLabelsLength());
        } catch (MalformedException e) {
            return "";
        }
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
        int announced = accepted.drainAnnouncements(announcement -> {
            SeriesId id = announcement.id();
            output.series(Partitions.partition(id.high(), id.low(), partitions), announcement);
        });
        shared.metrics().announced(announced);
    }

    private void passOn(byte[] key, int receivedBytes) {
        passOn(key, partition, here);
        elsewhere.forEach((target, writer) -> passOn(key, target, writer));
        TenantWork tenant = lastTenant;
        if (tenant != null) {
            if (!refusals.isEmpty()) {
                refusals.drain(tenant.id(), nowMs, output::rejection);
            }
            count(tenant);
        }
        delayMs = shared.clockMs().getAsLong() - reader.receiveTimeMs();
        shared.metrics()
                .processed(partition, receivedBytes, counts.samples, counts.histograms, counts.exemplars, delayMs);
        shared.metrics().leftOut(counts.dropped, counts.duplicates);
    }

    private void passOn(byte[] key, int target, SampleBatchWriter writer) {
        if (!writer.isEmpty()) {
            output.samples(key, target, writer.toByteArray());
        }
    }

    private void count(TenantWork tenant) {
        UsageCounter usage = tenant.usage();
        tenant.shard().accepted(counts.samples + counts.histograms);
        usage.at(nowMs);
        usage.addAccepted(counts.samples, counts.histograms, counts.exemplars);
        usage.addRefused(counts.refused);
        usage.addDropped(counts.dropped);
        usage.addDuplicates(counts.duplicates);
        usage.addBytes(reader.plainBytes());
        usage.setSeries(tenant.table().active(), tenant.table().size());
        usageLog.put(usage.record(nowMs));
        tenant.jobs().accept(nowMs);
        tenant.changed();
    }

    /** Puts a record that cannot be read into the quarantine. */
    void setAside(byte @Nullable [] key, byte @Nullable [] value, String why) {
        if (lastTenant != null) {
            lastTenant.jobs().discard();
        }
        shared.metrics().quarantined();
        output.quarantine(key, value, why);
    }
}
