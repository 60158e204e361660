package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Labels;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.control.ProcessingRules.HaReplicas;
import io.millrace.runtime.control.ProcessingRules.LongValues;
import io.millrace.runtime.policy.LabelRules;
import io.millrace.runtime.policy.TenantPolicies;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.runtime.relabel.Relabeling;
import io.millrace.wire.record.UsageRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas, two instances of the processor, a real broker; one instance goes while both send. */
class ReplicasIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SERIES = 30;
    private static final long SCRAPE_MS = 1_000;
    private static final HaReplicas HA = new HaReplicas("cluster", "__replica__", Duration.ofSeconds(10));
    private static final TenantPolicy POLICY =
            new TenantPolicy(TenantLimits.DEFAULT, new LabelRules(Relabeling.NONE, LongValues.REFUSE, HA, 1));

    @TempDir
    private Path folder;

    private static Labels labels(String replica, int number) {
        return Labels.of(
                "__name__", "up", "__replica__", replica, "cluster", "eu", "instance", Integer.toString(number));
    }

    private static ProcessorService started(ProcessorTopics topics, Path folder) {
        topics.environment.put("MILLRACE_PROCESSOR_STATE_DIRECTORY", folder.toString());
        ProcessorService service = new ProcessorService(
                topics.settings(),
                TenantPolicies.always(POLICY),
                () -> true,
                new SimpleMeterRegistry(),
                System::currentTimeMillis);
        service.start();
        await().atMost(PATIENCE).until(() -> service.check().ready());
        return service;
    }

    /** One scrape of all series by one replica; the value says which. Each partition gets a batch. */
    private static void scrape(ProcessorTopics topics, String replica, long time) {
        Map<Integer, ReceivedBatch> batches = new HashMap<>();
        for (int number = 0; number < SERIES; number++) {
            Labels labels = labels(replica, number);
            batches.computeIfAbsent(ProcessorTopics.partition(labels), partition -> new ReceivedBatch(time))
                    .series(labels)
                    .sample(time, replica.equals("a") ? 1 : 2);
        }
        batches.forEach((partition, batch) -> topics.sendNow("demo", partition, batch.bytes()));
    }

    /** Values by series and time; a time that is stored twice has both. */
    private static Map<String, TreeMap<Long, List<String>>> stored(ProcessorTopics topics) {
        Map<String, TreeMap<Long, List<String>>> stored = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : topics.read(topics.topics.samples())) {
            for (String line : RecordedOutput.describe(record.value())) {
                String[] parts = line.split("[ =]");
                stored.computeIfAbsent(parts[0], id -> new TreeMap<>())
                        .computeIfAbsent(Long.parseLong(parts[1]), time -> new ArrayList<>())
                        .add(parts[2]);
            }
        }
        return stored;
    }

    @Test
    void shouldStoreEachTimeOfOneReplicaOverFailoverAndRebalance() throws Exception {
        try (ProcessorTopics topics = new ProcessorTopics("ha-", folder.resolve("first"));
                ProcessorService second = started(topics, folder.resolve("second"))) {
            // The times are the gateway's, so a failover of ten seconds takes no ten seconds.
            long start = System.currentTimeMillis() - 200 * SCRAPE_MS;
            try (ProcessorService first = started(topics, folder.resolve("first"))) {
                for (int scrape = 0; scrape < 40; scrape++) {
                    scrape(topics, "a", start + scrape * SCRAPE_MS);
                    scrape(topics, "b", start + scrape * SCRAPE_MS);
                }
                await().atMost(PATIENCE).until(() -> first.check().ready());
            }
            // a is gone, then so is b, and a is back.
            for (int scrape = 40; scrape < 80; scrape++) {
                scrape(topics, "b", start + scrape * SCRAPE_MS);
            }
            for (int scrape = 80; scrape < 120; scrape++) {
                scrape(topics, "a", start + scrape * SCRAPE_MS);
            }
            long end = start + 119 * SCRAPE_MS;
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(stored(topics).values())
                            .hasSize(SERIES)
                            .allSatisfy(times -> assertThat(times.lastKey()).isEqualTo(end)));

            Map<String, TreeMap<Long, List<String>>> stored = stored(topics);
            assertThat(stored.values()).allSatisfy(times -> {
                assertThat(times.values())
                        .allSatisfy(values -> assertThat(values).hasSize(1));
                assertThat(greatestGapMs(times))
                        .isLessThanOrEqualTo(HA.failover().toMillis() + SCRAPE_MS);
            });
            long samples = stored.values().stream().mapToLong(TreeMap::size).sum();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(counted(topics)).isEqualTo(160L * SERIES));
            assertThat(accepted(topics)).isEqualTo(samples);
            await().atMost(PATIENCE).until(() -> second.check().ready());
        }
    }

    private static long greatestGapMs(TreeMap<Long, List<String>> times) {
        long gap = 0;
        long before = times.firstKey();
        for (long time : times.keySet()) {
            gap = Math.max(gap, time - before);
            before = time;
        }
        return gap;
    }

    private static List<UsageRecord> usage(ProcessorTopics topics) {
        Map<Integer, UsageRecord> newest = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : topics.read(topics.topics.usage())) {
            UsageRecord usage = UsageRecord.decode(record.key(), record.value());
            newest.put(usage.partition(), usage);
        }
        return List.copyOf(newest.values());
    }

    private static long accepted(ProcessorTopics topics) {
        return usage(topics).stream().mapToLong(UsageRecord::samples).sum();
    }

    private static long counted(ProcessorTopics topics) {
        return usage(topics).stream()
                .mapToLong(record -> record.samples() + record.duplicates())
                .sum();
    }
}
