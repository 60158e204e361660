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

    /** Two seconds are promised on a machine that is not overloaded. */
    private static final long IN_FORCE_MS = 5_000;

    private static final TenantId DEMO = new TenantId("demo");
    private static final Labels BEFORE = Labels.of("__name__", "up", "job", "node");
    private static final Labels AFTER = Labels.of("__name__", "up", "job", "node", "team", "a");

    @TempDir
    private Path folder;

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

            long changed = 0;
            long last = 0;
            int sent = 0;
            for (int i = 0; i < 150; i++) {
                if (i == 50) {
                    publisher.publish(List.of(rules()));
                    changed = System.currentTimeMillis();
                }
                last = Math.max(System.currentTimeMillis(), last + 1);
                topics.sendNow(
                        "demo",
                        ProcessorTopics.partition(BEFORE),
                        new ReceivedBatch(last).series(BEFORE).sample(last, i).bytes());
                sent++;
                Thread.sleep(10);
            }
            int all = sent;
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(stored(topics).values().stream()
                                    .mapToInt(TreeMap::size)
                                    .sum())
                            .isEqualTo(all));

            Map<String, TreeMap<Long, Integer>> stored = stored(topics);
            TreeMap<Long, Integer> before =
                    stored.get(CanonicalLabels.id(BEFORE).toString());
            TreeMap<Long, Integer> after = stored.get(CanonicalLabels.id(AFTER).toString());
            assertThat(stored.values())
                    .allSatisfy(times -> assertThat(times.values()).containsOnly(1));
            assertThat(before.lastKey()).isLessThan(after.firstKey()).isLessThan(changed + IN_FORCE_MS);
            assertThat(after.lastKey()).isEqualTo(last);
        }
    }
}
