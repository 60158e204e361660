package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.control.ControlPublisher;
import io.millrace.runtime.control.Instance;
import io.millrace.wire.record.RejectionRecord;
import io.millrace.wire.record.SampleBatchReader;
import io.millrace.wire.record.SeriesRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
 * Two processor processes, one of them killed with SIGKILL again and again while samples come in: of one tenant whose
 * series all pass, and of one that has ever more series than its limit. {@code -Dmillrace.kills=50} makes it long.
 */
class ProcessorKillIT {
    private static final int KILLS = Integer.getInteger("millrace.kills", 5);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int SERIES = 300;
    private static final int NEW_IN_ROUND = 3;
    private static final String LIMITED = "limited";
    private static final int LIMIT = 400;
    /** What {@link io.millrace.processor.limits.SeriesAdmission} says how far the limit may be passed. */
    private static final long OVERSHOOT =
            (long) (3 * Math.sqrt(LIMIT * ProcessorTopics.PARTITIONS)) + ProcessorTopics.PARTITIONS;

    @TempDir
    private Path folder;

    @Test
    void shouldLoseAndDoubleNothingWhenProcessesAreKilled() throws Exception {
        List<ProcessorProcess> processes = new ArrayList<>();
        try (ProcessorTopics topics = new ProcessorTopics("kill-", folder.resolve("unused"))) {
            limitSeries(topics);
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
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> samples(topics, "demo") >= load.sent
                            && samples(topics, LIMITED) + refused(topics) >= load.sentLimited);

            assertThat(samples(topics, "demo")).isEqualTo(load.sent);
            assertEachSeriesIsCompleteAndInOrder(topics, load.rounds);
            // Exactly-once holds for announcements too: one record for each series.
            assertThat(announced(load, "demo")).hasSize(SERIES).doesNotHaveDuplicates();
            // What was kept and what the ledger says was refused is what was sent.
            assertThat(samples(topics, LIMITED) + refused(topics)).isEqualTo(load.sentLimited);
            assertThat(announced(load, LIMITED)).doesNotHaveDuplicates();
            int offered = NEW_IN_ROUND * load.rounds;
            assertThat(announced(load, LIMITED))
                    .hasSizeBetween(Math.min(LIMIT, offered) * 9 / 10, (int) (LIMIT + OVERSHOOT));
            System.out.printf(
                    "%d kills, %d rounds: %d and %d samples sent, %d refused; %d series, limit %d, %d over at most%n",
                    KILLS,
                    load.rounds,
                    load.sent,
                    load.sentLimited,
                    refused(topics),
                    announced(load, LIMITED).size(),
                    LIMIT,
                    OVERSHOOT);
        } finally {
            processes.forEach(ProcessorProcess::kill);
        }
    }

    /** More series than {@link #LIMIT} are refused. */
    private static void limitSeries(ProcessorTopics topics) {
        Instance instance = new Instance(
                new TenantId(LIMITED),
                "acme",
                LIMITED,
                "here",
                Map.of(),
                Instance.Status.RUNNING,
                15,
                TenantLimits.DEFAULT.withSeries(LIMIT, 1_000_000, 1_000_000),
                Instant.now());
        try (ControlPublisher publisher = new ControlPublisher(topics.settings.kafka(), "kill-test")) {
            publisher.publish(List.of(instance));
        }
    }

    private static long samples(ProcessorTopics topics, String tenant) {
        SampleBatchReader reader = new SampleBatchReader();
        long count = 0;
        for (ConsumerRecord<byte[], byte[]> record : topics.read(topics.topics.samples())) {
            if (tenant.equals(new String(record.key(), StandardCharsets.UTF_8))) {
                reader.wrap(record.value());
                count += reader.sampleCount();
            }
        }
        return count;
    }

    /** Samples that the ledger says were refused; all of them are of the limited tenant. */
    private static long refused(ProcessorTopics topics) {
        return topics.read(topics.topics.rejections()).stream()
                .map(record -> RejectionRecord.decode(record.key(), record.value()))
                .peek(record -> assertThat(record.tenant().value()).isEqualTo(LIMITED))
                .mapToLong(RejectionRecord::samples)
                .sum();
    }

    private static List<SeriesId> announced(Load load, String tenant) {
        return load.topics.announcements(load.base).stream()
                .map(record -> SeriesRecord.decode(record.key(), record.value()))
                .filter(record -> record.tenant().value().equals(tenant))
                .map(SeriesRecord::id)
                .toList();
    }

    /** The value of each sample is the round it was sent in. */
    private static void assertEachSeriesIsCompleteAndInOrder(ProcessorTopics topics, int rounds) {
        Map<String, Integer> next = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : topics.read(topics.topics.samples())) {
            if (!"demo".equals(new String(record.key(), StandardCharsets.UTF_8))) {
                continue;
            }
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

    /**
     * Sends one sample of each series in each round, all partitions of a round in one go; and of the limited tenant two
     * dozen series, a few of them new in each round.
     */
    private static final class Load implements Runnable {
        final AtomicBoolean stop = new AtomicBoolean();
        final ProcessorTopics topics;
        /** One day for all samples, so that each series is announced once even if the test runs over midnight. */
        final long base = System.currentTimeMillis() / 86_400_000L * 86_400_000L;

        volatile long sent;
        volatile long sentLimited;
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
                sendLimited(base + round, round);
                rounds = round + 1;
                sent += SERIES;
                pause();
            }
        }

        private void sendLimited(long timestampMs, int round) {
            for (int partition = 0; partition < ProcessorTopics.PARTITIONS; partition++) {
                ReceivedBatch batch = new ReceivedBatch(System.currentTimeMillis());
                int samples = 0;
                for (int i = 0; i < 24; i++) {
                    String number = Integer.toString(round * NEW_IN_ROUND + i);
                    Labels series = Labels.of("__name__", "limited_total", "number", number);
                    if (ProcessorTopics.partition(series) == partition) {
                        batch.series(series).sample(timestampMs, round);
                        samples++;
                    }
                }
                if (samples > 0) {
                    topics.sendNow(LIMITED, partition, batch.bytes());
                    sentLimited += samples;
                }
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
}
