package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Labels;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.control.ControlPublisher;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.shards.ShardTables;
import io.millrace.runtime.shards.TenantShards;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.RejectionRecord;
import io.millrace.wire.record.SampleBatchReader;
import io.millrace.wire.record.ShardRecord.Phase;
import io.millrace.wire.record.ShardRecord.State;
import io.millrace.wire.record.UsageRecord;
import io.millrace.wire.remotewrite.PartitionedBatches;
import io.millrace.wire.remotewrite.PartitionedBatches.Batch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tenant near its series limit grows from two partitions to eight, while two senders that route as gateways do go on sending and
 * each of two processor processes is killed once, with SIGKILL, in the midst of a change.
 */
class ShardsIT {
    private static final int PARTITIONS = 8;
    private static final int SERIES = 900;
    private static final int LIMIT = 1000;
    private static final String NAME = "hot";
    private static final TenantId HOT = new TenantId(NAME);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Longer than any pause of this process that a test should stand. */
    private static final Duration FREEZE = Duration.ofSeconds(6);

    @TempDir
    private Path folder;

    @Test
    void shouldKeepEachSeriesCompleteAndInOrderWhileTheShardGrowsAndProcessesAreKilled() throws Exception {
        List<ProcessorProcess> processes = new ArrayList<>();
        try (ProcessorTopics topics = new ProcessorTopics("shards-", folder.resolve("unused"), PARTITIONS);
                ShardTables shards = new ShardTables(topics.settings.kafka(), false)) {
            say(topics, new State(HOT, 0, Phase.STEADY, 2, 0, 0));
            limitSeries(topics, 1_000_000);
            shards.start();
            assertThat(shards.awaitReady(PATIENCE)).isTrue();
            topics.environment.put("MILLRACE_PROCESSOR_SHARDS_SAMPLES_PER_SECOND", "20");
            topics.environment.put("MILLRACE_PROCESSOR_SHARDS_WINDOW", "2s");
            topics.environment.put("MILLRACE_PROCESSOR_SHARDS_REST", "2s");
            topics.environment.put("MILLRACE_PROCESSOR_SHARDS_FREEZE", FREEZE.toSeconds() + "s");
            for (int i = 0; i < 2; i++) {
                processes.add(new ProcessorProcess(topics, folder.resolve("processor-" + i)));
            }
            processes.forEach(ProcessorProcess::awaitReady);
            Load load = new Load(topics);
            try {
                // All series are there before the limit comes near: a new one may be refused in the seconds in which
                // counts get round.
                load.start();
                await().atMost(PATIENCE).until(() -> samples(topics) >= SERIES);
                limitSeries(topics, LIMIT);

                // when it is closed for the first time, one dies
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> shards.of(HOT).isClosed());
                killAndStart(processes.get(0));
                await().atMost(PATIENCE).until(() -> shards.of(HOT).steadyEpoch() >= 1);
                assertThat(shards.of(HOT).shard().width()).isEqualTo(4);

                // and when its marks are on their way for the second time, the other
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> shards.of(HOT).phase() == Phase.PASSING
                                || shards.of(HOT).steadyEpoch() >= 2);
                killAndStart(processes.get(1));
                await().atMost(PATIENCE).until(() -> shards.of(HOT).steadyEpoch() >= 2);
                assertThat(shards.of(HOT).shard().isAll()).isTrue();
                load.awaitRoundsMore(3);
            } finally {
                load.stop();
            }
            await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> samples(topics) >= load.sent());

            // then nothing is lost, doubled, out of order or refused, and no series that moved was a new one
            assertThat(samples(topics)).isEqualTo(load.sent());
            assertEachSeriesIsCompleteAndInOrder(topics, load);
            assertThat(topics.read(topics.topics.rejections()))
                    .extracting(record -> RejectionRecord.decode(record.key(), record.value()))
                    .isEmpty();
            await().atMost(PATIENCE).until(() -> created(topics) >= SERIES);
            assertThat(created(topics)).isEqualTo(SERIES);
            System.out.printf(
                    "from 2 to %d partitions, %d samples; senders waited %d times, the longest pause was %d ms%n",
                    shards.of(HOT).shard().width(), load.sent(), load.waits(), load.longestPauseMs);
        } finally {
            processes.forEach(ProcessorProcess::kill);
        }
    }

    private static void killAndStart(ProcessorProcess process) throws Exception {
        process.kill();
        process.start();
    }

    private static void say(ProcessorTopics topics, State state) {
        topics.publish(topics.topics.shards(), 0, state.key().encode(), state.value());
    }

    private static void limitSeries(ProcessorTopics topics, long limit) {
        Instance instance = new Instance(
                HOT,
                "acme",
                NAME,
                "here",
                Map.of(),
                Instance.Status.RUNNING,
                15,
                TenantLimits.DEFAULT.withSeries(limit, 1_000_000, 1_000_000),
                Instant.now());
        try (ControlPublisher publisher = new ControlPublisher(topics.settings.kafka(), "shards-test")) {
            publisher.publish(List.of(instance));
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> batches(ProcessorTopics topics) {
        return topics.read(topics.topics.samples()).stream()
                .filter(record -> NAME.equals(new String(record.key(), StandardCharsets.UTF_8)))
                .toList();
    }

    private static long samples(ProcessorTopics topics) {
        SampleBatchReader reader = new SampleBatchReader();
        long count = 0;
        for (ConsumerRecord<byte[], byte[]> record : batches(topics)) {
            reader.wrap(record.value());
            count += reader.sampleCount();
        }
        return count;
    }

    /** Series counted as created, over all partitions. */
    private static long created(ProcessorTopics topics) {
        Map<Integer, Long> newest = new HashMap<>();
        topics.read(topics.topics.usage()).stream()
                .filter(record -> record.value() != null)
                .map(record -> UsageRecord.decode(record.key(), record.value()))
                .filter(record -> record.tenant().equals(HOT))
                .forEach(record -> newest.put(record.partition(), record.createdSeries()));
        return newest.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The value of each sample is the round it was sent in. */
    private static void assertEachSeriesIsCompleteAndInOrder(ProcessorTopics topics, Load load) {
        Map<String, List<Integer>> rounds = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : batches(topics)) {
            for (String line : RecordedOutput.describe(record.value())) {
                int value = (int) Double.parseDouble(line.substring(line.indexOf('=') + 1));
                rounds.computeIfAbsent(line.substring(0, 32), id -> new ArrayList<>())
                        .add(value);
            }
        }
        assertThat(rounds).hasSize(SERIES);
        // A sender that stood still for longer than the freeze may have sent to an old partition: then only order is
        // lost.
        boolean inTime = load.longestPauseMs < FREEZE.toMillis() / 2;
        for (Sender sender : load.senders) {
            for (Labels labels : sender.series) {
                List<Integer> got = rounds.get(CanonicalLabels.id(labels).toString());
                assertThat(inTime ? got : got.stream().sorted().toList())
                        .as("%s, longest pause %d ms", labels, load.longestPauseMs)
                        .isEqualTo(sender.allRounds());
            }
        }
    }

    /** Two senders, and a watch on how long this process stood still. */
    private static final class Load {
        final List<Sender> senders = new ArrayList<>();
        final List<Thread> threads = new ArrayList<>();
        final AtomicBoolean stop = new AtomicBoolean();
        volatile long longestPauseMs;

        Load(ProcessorTopics topics) {
            for (int i = 0; i < 2; i++) {
                Sender sender = new Sender(topics, i, stop);
                senders.add(sender);
                threads.add(new Thread(sender, "sender-" + i));
            }
            threads.add(new Thread(this::watch, "pauses"));
        }

        void start() {
            threads.forEach(Thread::start);
        }

        void stop() throws InterruptedException {
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            for (Sender sender : senders) {
                assertThat(sender.failure).isNull();
                longestPauseMs = Math.max(longestPauseMs, sender.longestMs);
            }
        }

        long sent() {
            return senders.stream()
                    .mapToLong(sender -> (long) sender.rounds * sender.series.size())
                    .sum();
        }

        long waits() {
            return senders.stream().mapToLong(sender -> sender.waits).sum();
        }

        void awaitRoundsMore(int number) {
            for (Sender sender : senders) {
                int now = sender.rounds;
                await().atMost(PATIENCE).until(() -> sender.rounds >= now + number || sender.failure != null);
            }
        }

        private void watch() {
            long last = System.nanoTime();
            while (!stop.get()) {
                pause(20);
                long now = System.nanoTime();
                longestPauseMs = Math.max(longestPauseMs, (now - last) / 1_000_000);
                last = now;
            }
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A gateway and its sender in one: what is answered with 503 is sent again. */
    private static final class Sender implements Runnable {
        final List<Labels> series = new ArrayList<>();
        private final ProcessorTopics topics;
        private final AtomicBoolean stop;
        private final long base = System.currentTimeMillis();
        volatile int rounds;
        volatile long waits;

        /** From the look at the shard to the acknowledgement. */
        volatile long longestMs;

        volatile Throwable failure;

        Sender(ProcessorTopics topics, int number, AtomicBoolean stop) {
            this.topics = topics;
            this.stop = stop;
            for (int i = number; i < SERIES; i += 2) {
                series.add(Labels.of("__name__", "shards_test_total", "number", Integer.toString(i)));
            }
        }

        List<Integer> allRounds() {
            return java.util.stream.IntStream.range(0, rounds).boxed().toList();
        }

        @Override
        public void run() {
            try (ShardTables shards = new ShardTables(topics.settings.kafka(), false)) {
                shards.start();
                assertThat(shards.awaitReady(PATIENCE)).isTrue();
                PartitionedBatches batches = new PartitionedBatches(PARTITIONS);
                while (!stop.get()) {
                    long start = System.nanoTime();
                    TenantShards shard = shards.of(HOT);
                    if (shard.isClosed()) {
                        waits++;
                    } else {
                        send(batches, shard);
                        rounds++;
                        longestMs = Math.max(longestMs, (System.nanoTime() - start) / 1_000_000);
                    }
                    pause(100);
                }
            } catch (Exception | AssertionError e) {
                failure = e;
            }
        }

        private void send(PartitionedBatches batches, TenantShards shard) throws Exception {
            batches.begin(System.currentTimeMillis(), shard.shard(), PartitionedBatches.Admission.ALL);
            for (Labels labels : series) {
                byte[] bytes = CanonicalLabels.encode(labels);
                var id = CanonicalLabels.id(bytes, 0, bytes.length);
                var writer = batches.batchFor(id.high(), id.low());
                writer.series(id.high(), id.low(), bytes, 0, bytes.length);
                writer.sample(base + rounds, 0, Double.doubleToRawLongBits(rounds));
            }
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (Batch batch : batches.finish()) {
                sent.add(topics.send(NAME, batch.partition(), batch.value(), shard.epoch()));
            }
            for (Future<RecordMetadata> acknowledged : sent) {
                acknowledged.get();
            }
        }
    }
}
