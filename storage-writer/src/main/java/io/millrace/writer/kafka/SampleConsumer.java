package io.millrace.writer.kafka;

import io.millrace.writer.partition.PartitionOwner;
import io.millrace.writer.partition.RecordInbox;
import io.millrace.writer.partition.WriterMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The member of the consumer group on {@code samples}. One thread, {@code writer-consumer}, polls, hands records to the
 * owners, pauses partitions whose inbox is full, and commits what the owners say is durable.
 *
 * <h2>Handover</h2>
 *
 * <p>Partitions move cooperatively: a partition that stays is never interrupted. When one is taken away, its owner seals
 * and stores everything and the offsets are committed before the group lets the next owner begin; so the next owner reads
 * nothing twice, and what the old one had open is in the store before it vanishes here. If the store does not take it in
 * time, the partition goes anyway and the next owner reads the records again from what was committed last.
 */
public final class SampleConsumer implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(SampleConsumer.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration ASK = Duration.ofSeconds(20);
    private static final long PAUSE_AFTER_FAILURE_MS = 1_000;
    private static final long LONGEST_PAUSE_MS = 60_000;
    /** Offsets of topics a group is not subscribed to expire a week after their last commit. */
    private static final long COMMIT_ALL_EVERY_MS = 3_600_000;

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final PartitionStarts starts;
    private final String samplesTopic;
    private final String seriesTopic;
    private final OwnerFactory owners;
    private final SeriesReader seriesReader;
    private final long commitIntervalMs;
    private final Duration drainTimeout;
    private final Pauses pauses;
    private final Map<Integer, PartitionOwner> owned = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private long committedAtNanos = System.nanoTime();
    private long committedAllAtNanos = System.nanoTime();
    private volatile boolean stopping;
    private volatile boolean joined;
    private volatile @Nullable String problem;

    /** @param consumers makes a consumer, subscribed to nothing */
    public SampleConsumer(
            Supplier<Consumer<byte[], byte[]>> consumers,
            String samplesTopic,
            String seriesTopic,
            OwnerFactory owners,
            SeriesReader seriesReader,
            WriterMetrics metrics,
            Duration commitInterval,
            Duration drainTimeout) {
        this(
                consumers,
                samplesTopic,
                seriesTopic,
                owners,
                seriesReader,
                metrics,
                commitInterval,
                drainTimeout,
                SampleConsumer::sleep);
    }

    SampleConsumer(
            Supplier<Consumer<byte[], byte[]>> consumers,
            String samplesTopic,
            String seriesTopic,
            OwnerFactory owners,
            SeriesReader seriesReader,
            WriterMetrics metrics,
            Duration commitInterval,
            Duration drainTimeout,
            Pauses pauses) {
        this.pauses = pauses;
        this.consumers = consumers;
        this.samplesTopic = samplesTopic;
        this.seriesTopic = seriesTopic;
        this.owners = owners;
        this.seriesReader = seriesReader;
        this.commitIntervalMs = commitInterval.toMillis();
        this.drainTimeout = drainTimeout;
        this.starts = new PartitionStarts(samplesTopic, seriesTopic, metrics);
    }

    /** The owners of the partitions owned now. Any thread. */
    public Collection<PartitionOwner> owners() {
        return owned.values();
    }

    /** Whether the group has given an assignment, even an empty one. Any thread. */
    public boolean hasJoined() {
        return joined;
    }

    /** What is wrong with the group membership; null when nothing is. Any thread. */
    public @Nullable String problem() {
        return problem;
    }

    /** Asks the thread to store everything, commit, leave the group and end. Any thread. */
    public void stop() {
        stopping = true;
    }

    @Override
    public void run() {
        long fencedPauseMs = PAUSE_AFTER_FAILURE_MS;
        while (!stopping) {
            long startNanos = System.nanoTime();
            try (Member member = new Member(consumers.get())) {
                member.run();
            } catch (FencedInstanceIdException e) {
                // Most often our own shadow: of two requests to join that met a broker in trouble it answered the one
                // and
                // believes the other. If there really is another writer of our name, the two of us throw each other
                // out,
                // ever more seldom.
                if (System.nanoTime() - startNanos > TimeUnit.MILLISECONDS.toNanos(LONGEST_PAUSE_MS)) {
                    fencedPauseMs = PAUSE_AFTER_FAILURE_MS;
                }
                problem = "the group knows another member of our name: if this stays, another writer has the same"
                        + " internal.advertised-address";
                log.warn("thrown out of the group, joining it again pauseMs={}: {}", fencedPauseMs, problem, e);
                pauses.sleep(fencedPauseMs);
                fencedPauseMs = Math.min(2 * fencedPauseMs, LONGEST_PAUSE_MS);
            } catch (RuntimeException e) {
                // Kafka's or a bug of ours: without this thread the writer would stand still for ever
                problem = "no membership in the group: " + e.getMessage();
                log.warn("consumer failed, joining the group again reason={}", e.toString(), e);
                pauses.sleep(PAUSE_AFTER_FAILURE_MS);
            } finally {
                joined = false;
            }
        }
    }

    /** Waits; a test does not. */
    @FunctionalInterface
    interface Pauses {
        void sleep(long millis);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One membership: a consumer from its first poll to its end. */
    private final class Member implements ConsumerRebalanceListener, AutoCloseable {
        private final Consumer<byte[], byte[]> consumer;

        private Member(Consumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
            committed.clear();
        }

        void run() {
            consumer.subscribe(List.of(samplesTopic), this);
            while (!stopping) {
                deliver(consumer.poll(POLL));
                resume();
                replaceFailed();
                commitIfDue();
            }
        }

        private void deliver(ConsumerRecords<byte[], byte[]> records) {
            for (Map.Entry<TopicPartition, OffsetAndMetadata> next :
                    records.nextOffsets().entrySet()) {
                TopicPartition partition = next.getKey();
                PartitionOwner owner = owned.get(partition.partition());
                if (owner != null) {
                    RecordInbox inbox = owner.samples();
                    inbox.put(records.records(partition), next.getValue().offset());
                    owner.wake();
                    if (inbox.isFull()) {
                        consumer.pause(List.of(partition));
                    }
                }
            }
            for (PartitionOwner owner : owned.values()) {
                owner.setFetchLag(
                        consumer.currentLag(samples(owner.partition())).orElse(-1));
            }
        }

        private void resume() {
            for (TopicPartition paused : consumer.paused()) {
                PartitionOwner owner = owned.get(paused.partition());
                if (owner == null || owner.samples().hasRoom()) {
                    consumer.resume(List.of(paused));
                }
            }
        }

        /** An owner that failed is replaced by one that begins at the committed offset. */
        private void replaceFailed() {
            List<TopicPartition> failed = new ArrayList<>();
            for (PartitionOwner owner : owned.values()) {
                if (owner.failure() != null) {
                    failed.add(samples(owner.partition()));
                }
            }
            if (!failed.isEmpty()) {
                forget(failed);
                pauses.sleep(PAUSE_AFTER_FAILURE_MS);
                begin(failed);
            }
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            begin(partitions);
            joined = true;
            problem = null;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            handOver(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            // Another writer has them already and reads again what was not committed.
            log.warn("partitions lost partitions={}", partitions);
            forget(partitions);
        }

        private void begin(Collection<TopicPartition> partitions) {
            starts.find(consumer, partitions, ASK).forEach(start -> {
                consumer.seek(samples(start.partition()), start.samplesOffset());
                PartitionOwner owner = owners.create(start);
                owned.put(start.partition(), owner);
                Thread thread = new Thread(owner, "writer-" + start.partition());
                thread.setDaemon(true);
                thread.start();
                seriesReader.add(owner);
                log.info(
                        "partition assigned partition={} offset={} behind={}",
                        start.partition(),
                        start.samplesOffset(),
                        start.samplesEnd() - start.samplesOffset());
            });
        }

        private void handOver(Collection<TopicPartition> partitions) {
            List<PartitionOwner> leaving = new ArrayList<>();
            for (TopicPartition partition : partitions) {
                PartitionOwner owner = owned.get(partition.partition());
                if (owner != null) {
                    leaving.add(owner);
                }
            }
            if (leaving.isEmpty()) {
                return;
            }
            long startNanos = System.nanoTime();
            boolean stored = drain(leaving);
            try {
                consumer.commitSync(committable(leaving), ASK);
            } catch (KafkaException e) {
                log.warn("offsets not committed, records will be read again reason={}", e.toString());
            }
            forget(partitions);
            log.info(
                    "partitions handed over partitions={} everythingStored={} millis={}",
                    partitions,
                    stored,
                    (System.nanoTime() - startNanos) / 1_000_000);
        }

        private boolean drain(List<PartitionOwner> leaving) {
            CompletableFuture<?>[] drained =
                    leaving.stream().map(PartitionOwner::beginDrain).toArray(CompletableFuture[]::new);
            try {
                CompletableFuture.allOf(drained).get(drainTimeout.toMillis(), TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException e) {
                log.warn(
                        "the store does not take everything in time, records will be read again timeout={}",
                        drainTimeout);
            } catch (ExecutionException e) {
                log.warn("not everything stored, records will be read again", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return false;
        }

        private void forget(Collection<TopicPartition> partitions) {
            for (TopicPartition partition : partitions) {
                PartitionOwner owner = owned.remove(partition.partition());
                if (owner != null) {
                    seriesReader.remove(owner);
                    owner.stop().join();
                }
                committed.remove(partition);
                committed.remove(series(partition.partition()));
            }
        }

        private void commitIfDue() {
            long now = System.nanoTime();
            if (now - committedAtNanos < TimeUnit.MILLISECONDS.toNanos(commitIntervalMs)) {
                return;
            }
            committedAtNanos = now;
            if (now - committedAllAtNanos > TimeUnit.MILLISECONDS.toNanos(COMMIT_ALL_EVERY_MS)) {
                committedAllAtNanos = now;
                committed.clear();
            }
            Map<TopicPartition, OffsetAndMetadata> offsets = committable(owned.values());
            offsets.entrySet()
                    .removeIf(each -> Long.valueOf(each.getValue().offset()).equals(committed.get(each.getKey())));
            if (!offsets.isEmpty()) {
                consumer.commitAsync(offsets, (done, failure) -> {
                    if (failure == null) {
                        done.forEach((partition, offset) -> committed.put(partition, offset.offset()));
                    } else {
                        log.warn("offsets not committed, will be tried again reason={}", failure.toString());
                    }
                });
            }
        }

        private Map<TopicPartition, OffsetAndMetadata> committable(Collection<PartitionOwner> of) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            for (PartitionOwner owner : of) {
                offsets.put(samples(owner.partition()), new OffsetAndMetadata(owner.committableSamples()));
                offsets.put(series(owner.partition()), new OffsetAndMetadata(owner.committableSeries()));
            }
            return offsets;
        }

        /** Stores and commits everything if this is an orderly end; after a failure the owners just end. */
        @Override
        public void close() {
            List<TopicPartition> all = new ArrayList<>();
            owned.keySet().forEach(number -> all.add(samples(number)));
            if (stopping && problem == null) {
                handOver(all);
            } else {
                forget(all);
            }
            // Leaving tells the group at once; otherwise the partitions would wait for the session to time out.
            consumer.close(CloseOptions.timeout(ASK)
                    .withGroupMembershipOperation(
                            stopping
                                    ? CloseOptions.GroupMembershipOperation.LEAVE_GROUP
                                    : CloseOptions.GroupMembershipOperation.DEFAULT));
        }
    }

    private TopicPartition samples(int partition) {
        return new TopicPartition(samplesTopic, partition);
    }

    private TopicPartition series(int partition) {
        return new TopicPartition(seriesTopic, partition);
    }
}
