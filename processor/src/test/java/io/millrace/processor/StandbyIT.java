package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Labels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances with copies of each other's state: what one leaves, or is killed with, the other has already. */
class StandbyIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int SERIES = 3_000;

    /** Markers of transactions, and counts that are published meanwhile. */
    private static final int ALMOST_NOTHING = 150;

    @TempDir
    private Path folder;

    @Test
    void shouldTakeOverTheStateOfAnInstanceThatLeavesWithoutReadingItAgain() {
        try (ProcessorTopics topics = new ProcessorTopics("standby-", folder)) {
            topics.environment.put("MILLRACE_PROCESSOR_STANDBY_REPLICAS", "1");
            // State is a thread's own: one that moves to another thread of the same process is read again.
            topics.environment.put("MILLRACE_PROCESSOR_THREADS", "1");
            MeterRegistry meters = new SimpleMeterRegistry();
            ProcessorService first = service(topics, "first", new SimpleMeterRegistry());
            try (ProcessorService second = service(topics, "second", meters)) {
                try (first) {
                    first.start();
                    second.start();
                    await().atMost(PATIENCE)
                            .until(() -> first.check().ready()
                                    && second.check().ready()
                                    && first.activeTasks() > 0
                                    && second.activeTasks() > 0);
                    long now = System.currentTimeMillis();
                    send(topics, now, 1);
                    await().atMost(PATIENCE).until(() -> announced(topics, now) == SERIES);
                    // given copies that have everything
                    await().atMost(PATIENCE)
                            .until(() -> second.standbyTasks() > 0 && second.recordsBehind() < ALMOST_NOTHING);
                }
                double restored = restored(meters);

                // when one takes over all partitions
                await().atMost(PATIENCE)
                        .until(() -> second.activeTasks() == ProcessorTopics.PARTITIONS
                                && second.check().ready());
                long now = System.currentTimeMillis();
                send(topics, now, 2);
                await().atMost(PATIENCE).until(() -> samples(topics) >= 2 * SERIES);

                // then it knows every series, and has read next to nothing for it
                assertThat(samples(topics)).isEqualTo(2 * SERIES);
                assertThat(announced(topics, now)).isEqualTo(SERIES);
                assertThat(restored(meters) - restored).isLessThan(2.0 * ALMOST_NOTHING);
            }
        }
    }

    @Test
    void shouldTakeOverTheStateOfAProcessThatIsKilledWithoutReadingItAgain() throws Exception {
        try (ProcessorTopics topics = new ProcessorTopics("standby-kill-", folder)) {
            topics.environment.put("MILLRACE_PROCESSOR_STANDBY_REPLICAS", "1");
            topics.environment.put("MILLRACE_PROCESSOR_THREADS", "1");
            MeterRegistry meters = new SimpleMeterRegistry();
            ProcessorProcess first = new ProcessorProcess(topics, folder.resolve("first"));
            try (ProcessorService second = service(topics, "second", meters)) {
                second.start();
                first.awaitReady();
                // given that each has some partitions, and copies of the other's that have everything
                await().atMost(PATIENCE)
                        .until(() -> second.check().ready()
                                && second.activeTasks() > 0
                                && second.activeTasks() < ProcessorTopics.PARTITIONS
                                && second.standbyTasks() > 0);
                long now = System.currentTimeMillis();
                send(topics, now, 1);
                await().atMost(PATIENCE).until(() -> announced(topics, now) == SERIES);
                await().atMost(PATIENCE).until(() -> second.recordsBehind() < ALMOST_NOTHING);
                double restored = restored(meters);

                // when one is killed with SIGKILL
                first.kill();

                // then the other has all partitions, knows every series, and has read next to nothing for it
                await().atMost(PATIENCE)
                        .until(() -> second.activeTasks() == ProcessorTopics.PARTITIONS
                                && second.check().ready());
                send(topics, now + 1, 2);
                await().atMost(PATIENCE).until(() -> samples(topics) >= 2 * SERIES);
                assertThat(samples(topics)).isEqualTo(2 * SERIES);
                assertThat(announced(topics, now)).isEqualTo(SERIES);
                assertThat(restored(meters) - restored).isLessThan(2.0 * ALMOST_NOTHING);
            } finally {
                first.kill();
            }
        }
    }

    private ProcessorService service(ProcessorTopics topics, String name, MeterRegistry meters) {
        topics.environment.put("MILLRACE_PROCESSOR_INSTANCE_ID", name);
        topics.environment.put(
                "MILLRACE_PROCESSOR_STATE_DIRECTORY", folder.resolve(name).toString());
        return new ProcessorService(topics.settings(), meters, System::currentTimeMillis);
    }

    private static double restored(MeterRegistry meters) {
        return meters.get("millrace.processor.restored.records")
                .functionCounter()
                .count();
    }

    private static void send(ProcessorTopics topics, long now, double value) {
        List<ReceivedBatch> batches = new ArrayList<>();
        for (int partition = 0; partition < ProcessorTopics.PARTITIONS; partition++) {
            batches.add(new ReceivedBatch(now));
        }
        for (int i = 0; i < SERIES; i++) {
            Labels labels = Labels.of("__name__", "standby_total", "number", Integer.toString(i));
            batches.get(ProcessorTopics.partition(labels)).series(labels).sample(now, value);
        }
        for (int partition = 0; partition < ProcessorTopics.PARTITIONS; partition++) {
            topics.sendNow("demo", partition, batches.get(partition).bytes());
        }
    }

    private static int announced(ProcessorTopics topics, long now) {
        return topics.announcements(now).size();
    }

    private static int samples(ProcessorTopics topics) {
        return topics.read(topics.topics.samples()).stream()
                .map(ConsumerRecord::value)
                .mapToInt(batch -> RecordedOutput.describe(batch).size())
                .sum();
    }
}
