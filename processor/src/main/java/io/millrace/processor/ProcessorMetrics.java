package io.millrace.processor;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.model.RejectReason;
import io.millrace.model.TenantId;
import io.millrace.processor.progress.RepeatGuard;
import io.millrace.processor.shards.ShardMetrics;
import io.millrace.runtime.usage.LimitUse;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The processor's own meters, shared by all its tasks. Thread-safe. */
public final class ProcessorMetrics implements RepeatGuard.Counts {
    private final MeterRegistry registry;
    private final LimitGauges limits;
    private final ShardMetrics shards;
    private final Map<Integer, Counter> partitionSamples = new ConcurrentHashMap<>();
    private final Counter records;
    private final Counter bytes;
    private final Counter samples;
    private final Counter histograms;
    private final Counter exemplars;
    private final Counter announced;
    private final Counter dropped;
    private final Counter duplicates;
    private final Counter histogramsReduced;
    private final Counter quarantined;
    private final Counter threadFailures;
    private final Counter repeated;
    private final Counter replacedLogs;
    private final Timer receiveDelay;
    private final ActiveSeriesGauges activeSeries;
    private final Map<RejectReason, Counter> refused = new EnumMap<>(RejectReason.class);

    public ProcessorMetrics(MeterRegistry registry) {
        this.registry = registry;
        limits = new LimitGauges(registry);
        shards = new ShardMetrics(registry);
        activeSeries = new ActiveSeriesGauges(registry);
        records = counter(registry, "records", "Records of received that were processed");
        bytes = counter(registry, "bytes", "Bytes of the records of received that were processed");
        samples = counter(registry, "samples", "Float samples passed on");
        histograms = counter(registry, "histograms", "Histogram samples passed on");
        exemplars = counter(registry, "exemplars", "Exemplars passed on");
        announced = counter(registry, "series.announced", "Announcements of a series for a day");
        dropped = counter(registry, "dropped.samples", "Items dropped by the instances' own rules");
        duplicates = counter(registry, "ha.duplicate.samples", "Items of replicas that are not elected");
        histogramsReduced = counter(
                registry,
                "histograms.reduced",
                "Histograms stored with a lower resolution, for their number of buckets");
        quarantined = counter(registry, "quarantined.records", "Records nobody could read, set aside in quarantine");
        threadFailures = counter(registry, "thread.failures", "Stream threads that died of an error and were replaced");
        repeated = counter(
                registry,
                "repeated.records",
                "Records of received that came again after they were processed, and were left alone");
        replacedLogs = counter(
                registry,
                "replaced.logs",
                "Times that a partition of received was not the one that was processed, and is processed anew");
        receiveDelay = Timer.builder("millrace.stage.receive.delay")
                .description("Time from the gateway's receipt of a batch to the end of a stage")
                .tag("stage", "processor")
                .serviceLevelObjectives(
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(15),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(5),
                        Duration.ofHours(1))
                .register(registry);
        for (RejectReason reason : RejectReason.values()) {
            refused.put(
                    reason,
                    Counter.builder("millrace.processor.refused.samples")
                            .description("Samples, histograms and exemplars refused by the processor")
                            .tag("reason", reason.metricLabel())
                            .register(registry));
        }
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder("millrace.processor." + name)
                .description(description)
                .register(registry);
    }

    void processed(
            int partition, long receivedBytes, int sampleCount, int histogramCount, int exemplarCount, long delayMs) {
        records.increment();
        bytes.increment(receivedBytes);
        samples.increment(sampleCount);
        histograms.increment(histogramCount);
        exemplars.increment(exemplarCount);
        partitionSamples.computeIfAbsent(partition, this::partitionCounter).increment(sampleCount + histogramCount);
        receiveDelay.record(Math.max(delayMs, 0), TimeUnit.MILLISECONDS);
    }

    private Counter partitionCounter(int partition) {
        return Counter.builder("millrace.processor.partition.samples")
                .description("Samples, float and histogram, passed on from a partition: its load")
                .tag("partition", Integer.toString(partition))
                .register(registry);
    }

    ShardMetrics shards() {
        return shards;
    }

    void limitUsed(TenantId tenant, LimitUse use) {
        limits.set(tenant, use.ratio(), use.isNear());
    }

    void announced(int count) {
        if (count > 0) {
            announced.increment(count);
        }
    }

    void leftOut(int droppedItems, int duplicateItems) {
        if (droppedItems > 0) {
            dropped.increment(droppedItems);
        }
        if (duplicateItems > 0) {
            duplicates.increment(duplicateItems);
        }
    }

    void histogramReduced() {
        histogramsReduced.increment();
    }

    void refused(RejectReason reason, int items) {
        Counter counter = refused.get(reason);
        if (counter != null) {
            counter.increment(items);
        }
    }

    void activeSeries(TenantId tenant, int partition, long active) {
        activeSeries.set(tenant, partition, active);
    }

    @Override
    public void repeated() {
        repeated.increment();
    }

    @Override
    public void replaced() {
        replacedLogs.increment();
    }

    void quarantined() {
        quarantined.increment();
    }

    void threadFailed() {
        threadFailures.increment();
    }
}
