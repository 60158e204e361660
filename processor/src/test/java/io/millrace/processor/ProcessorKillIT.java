package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Labels;
import io.millrace.wire.record.SampleBatchReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processor processes, one of them killed with SIGKILL again and again while samples come in. {@code
 * -Dmillrace.kills=50} makes it long.
 */
class ProcessorKillIT {
    private static final int KILLS = Integer.getInteger("millrace.kills", 4);
    private static final int SERIES = 300;

    @TempDir
    private Path folder;

    @Test
    void shouldLoseAndDoubleNothingWhenProcessesAreKilled() throws Exception {
        List<ProcessorProcess> processes = new ArrayList<>();
        try (ProcessorTopics topics = new ProcessorTopics("kill-", folder.resolve("unused"))) {
            for (int i = 0; i < 2; i++) {
                processes.add(new ProcessorProcess(topics, folder.resolve("processor-" + i)));
            }
            Load load = new Load(topics);
            Thread loader = new Thread(load, "load");
            loader.start();
            Random random = new Random(7);
            for (int kill = 0; kill < KILLS; kill++) {
                ProcessorProcess victim = processes.get(random.nextInt(2));
                victim.awaitReady();
                Thread.sleep(random.nextInt(2000));
                victim.kill();
                victim.start();
            }
            load.stop.set(true);
            loader.join();
            await().atMost(Duration.ofSeconds(120))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> samples(topics) >= load.sent);

            assertThat(samples(topics)).isEqualTo(load.sent);
            assertEachSeriesIsCompleteAndInOrder(topics, load.rounds);
            // Exactly-once holds for announcements too: one record for each series.
            assertThat(topics.announcements(load.base)).hasSize(SERIES);
        } finally {
            processes.forEach(ProcessorProcess::kill);
        }
    }

    private static long samples(ProcessorTopics topics) {
        SampleBatchReader reader = new SampleBatchReader();
        long count = 0;
        for (ConsumerRecord<byte[], byte[]> record : topics.read(topics.topics.samples())) {
            reader.wrap(record.value());
            count += reader.sampleCount();
        }
        return count;
    }

    /** The value of each sample is the round it was sent in. */
    private static void assertEachSeriesIsCompleteAndInOrder(ProcessorTopics topics, int rounds) {
        Map<String, Integer> next = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : topics.read(topics.topics.samples())) {
            for (String line : RecordedOutput.describe(record.value())) {
                String id = line.substring(0, 32);
                double value = Double.parseDouble(line.substring(line.indexOf('=') + 1));
                assertThat((int) value).as(id).isEqualTo(next.getOrDefault(id, 0));
                next.put(id, (int) value + 1);
            }
        }
        assertThat(next).hasSize(SERIES);
        assertThat(next.values()).containsOnly(rounds);
    }

    /** Sends one sample of each series in each round, all partitions of a round in one go. */
    private static final class Load implements Runnable {
        final AtomicBoolean stop = new AtomicBoolean();
        final ProcessorTopics topics;
        /** One day for all samples, so that each series is announced once even if the test runs over midnight. */
        final long base = System.currentTimeMillis() / 86_400_000L * 86_400_000L;

        volatile long sent;
        volatile int rounds;

        Load(ProcessorTopics topics) {
            this.topics = topics;
        }

        @Override
        public void run() {
            List<Labels> labels = new ArrayList<>();
            for (int i = 0; i < SERIES; i++) {
                labels.add(Labels.of("__name__", "kill_test_total", "number", Integer.toString(i)));
            }
            while (!stop.get()) {
                int round = rounds;
                for (int partition = 0; partition < ProcessorTopics.PARTITIONS; partition++) {
                    ReceivedBatch batch = new ReceivedBatch(System.currentTimeMillis());
                    for (Labels series : labels) {
                        if (ProcessorTopics.partition(series) == partition) {
                            batch.series(series).sample(base + round, round);
                        }
                    }
                    topics.sendNow("demo", partition, batch.bytes());
                }
                rounds = round + 1;
                sent += SERIES;
                pause();
            }
        }

        private static void pause() {
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A processor in a JVM of its own. */
    private static final class ProcessorProcess {
        private final ProcessorTopics topics;
        private final Path folder;
        private final AdminProbe admin = new AdminProbe();
        private Process process;

        ProcessorProcess(ProcessorTopics topics, Path folder) throws IOException {
            this.topics = topics;
            this.folder = folder;
            start();
        }

        void start() throws IOException {
            java.nio.file.Files.createDirectories(folder);
            ProcessBuilder builder = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.millrace.processor.ProcessorMain");
            builder.environment().putAll(topics.environment);
            builder.environment()
                    .put(
                            "MILLRACE_PROCESSOR_STATE_DIRECTORY",
                            folder.resolve("state").toString());
            builder.environment()
                    .put("MILLRACE_PROCESSOR_INSTANCE_ID", folder.getFileName().toString());
            builder.environment().put("MILLRACE_PROCESSOR_ADMIN_PORT", Integer.toString(admin.port()));
            builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("log").toFile()));
            process = builder.start();
        }

        void awaitReady() {
            await().atMost(Duration.ofSeconds(60)).until(admin::isReady);
        }

        void kill() {
            process.destroyForcibly();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
