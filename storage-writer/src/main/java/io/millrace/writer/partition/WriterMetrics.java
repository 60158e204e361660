package io.millrace.writer.partition;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.writer.chunk.Appended;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;

/** The writer's meters, shared by all partitions. Thread-safe. */
public final class WriterMetrics {
    private static final Duration[] DELAYS = {
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
        Duration.ofHours(1)
    };

    private final MeterRegistry registry;
    private final Counter records;
    private final Counter inOrder;
    private final Counter outOfOrder;
    private final Counter duplicates;
    private final Counter exemplars;
    private final Counter sealedChunks;
    private final Counter sealedSamples;
    private final Counter sealedBytes;
    private final Counter unknownSeriesWaits;
    private final Counter lostRecords;
    private final Timer receiveDelay;
    private final AtomicInteger writesUnderWay = new AtomicInteger();
    private final Map<String, Timer> writes = new ConcurrentHashMap<>();
    private final Map<String, Counter> retries = new ConcurrentHashMap<>();
    private final Map<String, Counter> quarantined = new ConcurrentHashMap<>();

    public WriterMetrics(MeterRegistry registry) {
        this.registry = registry;
        records = counter("records", "Records of samples taken in");
        inOrder = sampleCounter("in-order");
        outOfOrder = sampleCounter("out-of-order");
        duplicates = sampleCounter("duplicate");
        exemplars = counter("exemplars", "Exemplars taken in");
        sealedChunks = counter("sealed.chunks", "Chunks sealed");
        sealedSamples = counter("sealed.samples", "Samples in sealed chunks");
        sealedBytes = counter("sealed.bytes", "Encoded bytes of sealed chunks");
        unknownSeriesWaits = counter(
                "unknown.series.waits", "Times a partition waited for the announcement of a series it had samples of");
        lostRecords = counter(
                "lost.records", "Records of samples that Kafka had deleted before they were stored. Data is lost");
        receiveDelay = Timer.builder("millrace.stage.receive.delay")
                .description("Time from the gateway's receipt of a batch to the end of a stage")
                .tag("stage", "writer")
                .serviceLevelObjectives(DELAYS)
                .register(registry);
        Gauge.builder("millrace.writer.writes.under.way", writesUnderWay, AtomicInteger::get)
                .description("Requests to the store that are not answered yet")
                .register(registry);
        for (String reason : List.of("malformed", "unknown-series")) {
            quarantined.put(reason, quarantineCounter(reason));
        }
    }

    private Counter counter(String name, String description) {
        return Counter.builder("millrace.writer." + name)
                .description(description)
                .register(registry);
    }

    private Counter sampleCounter(String order) {
        return Counter.builder("millrace.writer.samples")
                .description("Samples and histograms taken in")
                .tag("order", order)
                .register(registry);
    }

    private Counter quarantineCounter(String reason) {
        return Counter.builder("millrace.writer.quarantined.records")
                .description("Records set aside in the topic quarantine")
                .tag("reason", reason)
                .register(registry);
    }

    void took(int count, Appended appended) {
        if (count > 0) {
            switch (appended) {
                case IN_ORDER -> inOrder.increment(count);
                case OUT_OF_ORDER -> outOfOrder.increment(count);
                case DUPLICATE -> duplicates.increment(count);
            }
        }
    }

    void took(int exemplarCount, long delayMs) {
        records.increment();
        exemplars.increment(exemplarCount);
        receiveDelay.record(Math.max(0, delayMs), TimeUnit.MILLISECONDS);
    }

    void sealed(long chunks, long samples, long bytes) {
        if (chunks > 0) {
            sealedChunks.increment(chunks);
            sealedSamples.increment(samples);
            sealedBytes.increment(bytes);
        }
    }

    void waitsForSeries() {
        unknownSeriesWaits.increment();
    }

    void underWay(int change) {
        writesUnderWay.addAndGet(change);
    }

    void written(String what, long nanos) {
        writes.computeIfAbsent(
                        what,
                        each -> Timer.builder("millrace.writer.write")
                                .description("Time of a successful write to the store")
                                .tag("what", each)
                                .serviceLevelObjectives(DELAYS)
                                .register(registry))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    void retried(String what) {
        retries.computeIfAbsent(
                        what,
                        each -> Counter.builder("millrace.writer.write.retries")
                                .description("Writes that failed and are repeated")
                                .tag("what", each)
                                .register(registry))
                .increment();
    }

    void quarantined(String reason) {
        quarantined.computeIfAbsent(reason, this::quarantineCounter).increment();
    }

    /** Records that are gone before they were stored. */
    public void lost(long count) {
        lostRecords.increment(count);
    }

    /** Gauges of one partition; remove them with {@link PartitionGauges#close}. */
    PartitionGauges partition(PartitionOwner owner) {
        return new PartitionGauges(owner);
    }

    /** The gauges of one partition. */
    final class PartitionGauges {
        private final List<Meter> meters = new ArrayList<>();

        private PartitionGauges(PartitionOwner owner) {
            gauge(
                    owner,
                    "open.series",
                    "Series with samples that are not sealed",
                    o -> o.totals().openSeries());
            gauge(
                    owner,
                    "open.chunks",
                    "Chunks that are not sealed",
                    o -> o.totals().openChunks());
            gauge(
                    owner,
                    "open.chunk.bytes",
                    "Encoded bytes of chunks that are not sealed",
                    o -> o.totals().openBytes());
            gauge(
                    owner,
                    "waiting.bytes",
                    "Bytes sealed and not durable yet",
                    o -> o.totals().waitingBytes());
            gauge(owner, "known.series", "Series in the dictionary", PartitionOwner::knownSeries);
            gauge(
                    owner,
                    "uncommitted.records",
                    "Records taken in that would be read again after a crash",
                    o -> o.uncommittedRecords());
            gauge(
                    owner,
                    "store.failing.seconds",
                    "How long the store has not been taking writes; 0 while it does. Alert on more than a minute",
                    o -> o.storeFailingMs() / 1000.0);
            gauge(owner, "inbox.bytes", "Bytes fetched and not taken in yet", PartitionOwner::inboxBytes);
            gauge(
                    owner,
                    "durable.watermark.seconds",
                    "Everything received before this time (Unix) is durable in the store",
                    o -> o.durableUntilMs() / 1000.0);
            meters.add(Gauge.builder("millrace.freshness", owner, o -> o.durableAgeMs() / 1000.0)
                    .description("Age of the oldest sample that has not reached the end of a stage")
                    .baseUnit("seconds")
                    .tag("stage", "durable")
                    .tag("partition", Integer.toString(owner.partition()))
                    .register(registry));
        }

        private void gauge(
                PartitionOwner owner, String name, String description, ToDoubleFunction<PartitionOwner> value) {
            meters.add(Gauge.builder("millrace.writer." + name, owner, value)
                    .description(description)
                    .tag("partition", Integer.toString(owner.partition()))
                    .register(registry));
        }

        void close() {
            meters.forEach(registry::remove);
        }
    }
}
