package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Labels;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.control.ControlPublisher;
import io.millrace.runtime.control.ControlTables;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.ProcessingRules;
import io.millrace.runtime.control.ProcessingRules.LongValues;
import io.millrace.runtime.relabel.RelabelRule;
import io.millrace.wire.labels.CanonicalLabels;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change of rules while samples flow, over a real broker. */
class RulesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What is promised; asserted of the median, since a machine that tests can stand still for a while. */
    private static final long IN_FORCE_MS = 2_000;

    private static final int CHANGES = 5;
    private static final int SAMPLES_BETWEEN = 50;

    private static final TenantId DEMO = new TenantId("demo");
    private static final Labels BEFORE = Labels.of("__name__", "up", "job", "node");
    private static final Labels AFTER = Labels.of("__name__", "up", "job", "node", "team", "a");

    @TempDir
    private Path folder;

    private long last;
    private int sent;

    private static Instance instance() {
        return new Instance(
                DEMO, "acme", "Demo", "", Map.of(), Instance.Status.RUNNING, 30, TenantLimits.DEFAULT, Instant.EPOCH);
    }

    private static ProcessingRules rules() {
        RelabelRule team = new RelabelRule(null, null, null, null, "team", "a", RelabelRule.Action.REPLACE);
        return new ProcessingRules(DEMO, List.of(), List.of(team), LongValues.REFUSE, null);
    }

    /** Times stored, by series. */
    private static Map<String, TreeMap<Long, Integer>> stored(ProcessorTopics topics) {
        Map<String, TreeMap<Long, Integer>> stored = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : topics.read(topics.topics.samples())) {
            for (String line : RecordedOutput.describe(record.value())) {
                String[] parts = line.split("[ =]", -1);
                stored.computeIfAbsent(parts[0], id -> new TreeMap<>())
                        .merge(Long.parseLong(parts[1]), 1, Integer::sum);
            }
        }
        return stored;
    }

    @Test
    void shouldFollowAChangeWithoutARestartAndWithoutLosingASample() throws Exception {
        try (ProcessorTopics topics = new ProcessorTopics("rules-", folder);
                ControlPublisher publisher = new ControlPublisher(topics.settings.kafka(), "rules-test");
                ControlTables control = new ControlTables(topics.settings.kafka(), Clock.systemUTC());
                ProcessorService service = new ProcessorService(
                        topics.settings, control, new SimpleMeterRegistry(), System::currentTimeMillis)) {
            publisher.publish(List.of(instance()));
            control.start();
            service.start();
            await().atMost(PATIENCE).until(() -> service.check().ready());

            List<Long> changes = new ArrayList<>();
            for (int change = 0; change < CHANGES; change++) {
                send(topics, SAMPLES_BETWEEN);
                publisher.publish(List.of(change % 2 == 0 ? rules() : ProcessingRules.none(DEMO)));
                changes.add(System.currentTimeMillis());
            }
            // then the last change is in force
            await().atMost(PATIENCE).until(() -> {
                send(topics, 1);
                TreeMap<Long, Integer> after = stored(topics).get(id(AFTER));
                return after != null && after.lastKey() > changes.get(CHANGES - 1);
            });
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(stored(topics).values().stream()
                                    .mapToInt(TreeMap::size)
                                    .sum())
                            .isEqualTo(sent));

            // and each sample is stored once, under the labels of the rules before or after
            Map<String, TreeMap<Long, Integer>> stored = stored(topics);
            assertThat(stored).containsOnlyKeys(id(BEFORE), id(AFTER));
            assertThat(stored.values())
                    .allSatisfy(times -> assertThat(times.values()).containsOnly(1));
            List<Long> delays = new ArrayList<>();
            for (int change = 0; change < CHANGES; change++) {
                TreeMap<Long, Integer> times = stored.get(id(change % 2 == 0 ? AFTER : BEFORE));
                Long first = times.ceilingKey(changes.get(change));
                delays.add(first == null ? Long.MAX_VALUE : first - changes.get(change));
            }
            System.out.println("ms from a change of rules to the first sample under the new ones: " + delays);
            assertThat(delays.stream().sorted().toList().get(CHANGES / 2)).isLessThan(IN_FORCE_MS);
        }
    }

    /** Sends samples one after the other, each of a later millisecond. */
    private void send(ProcessorTopics topics, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            last = Math.max(System.currentTimeMillis(), last + 1);
            topics.sendNow(
                    "demo",
                    ProcessorTopics.partition(BEFORE),
                    new ReceivedBatch(last).series(BEFORE).sample(last, sent).bytes());
            sent++;
            Thread.sleep(10);
        }
    }

    private static String id(Labels labels) {
        return CanonicalLabels.id(labels).toString();
    }
}
