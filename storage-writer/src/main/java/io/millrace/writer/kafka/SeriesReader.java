package io.millrace.writer.kafka;

import io.millrace.writer.partition.PartitionOwner;
import io.millrace.writer.partition.SeriesEnd;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the partitions of {@code series} whose numbers are owned here, each from its beginning, and puts the records into
 * the inboxes of the owners. It assigns partitions itself and is in no group: who owns what is decided by {@code samples}.
 * One thread, {@code writer-series}; {@link #add}, {@link #remove} and {@link #highWatermark} are for any.
 */
public final class SeriesReader implements Runnable, SeriesEnd {
    private static final Logger log = LoggerFactory.getLogger(SeriesReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long PAUSE_AFTER_FAILURE_MS = 1_000;

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Admin admin;
    private final String topic;
    private final Map<Integer, PartitionOwner> wanted = new ConcurrentHashMap<>();
    /** What is being read, and from where on; of the reader's thread. */
    private final Map<Integer, Reading> reading = new HashMap<>();

    private volatile boolean stopping;

    /** @param next offset of the next record to put into the inbox; -1 for the beginning */
    private record Reading(PartitionOwner owner, long next) {}

    public SeriesReader(Supplier<Consumer<byte[], byte[]>> consumers, Admin admin, String topic) {
        this.consumers = consumers;
        this.admin = admin;
        this.topic = topic;
    }

    /** Begins to read for an owner. */
    void add(PartitionOwner owner) {
        wanted.put(owner.partition(), owner);
    }

    /** Stops reading for an owner. */
    void remove(PartitionOwner owner) {
        wanted.remove(owner.partition(), owner);
    }

    @Override
    public CompletionStage<Long> highWatermark(int partition) {
        TopicPartition asked = new TopicPartition(topic, partition);
        return admin.listOffsets(
                        Map.of(asked, OffsetSpec.latest()), new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                .partitionResult(asked)
                .toCompletionStage()
                .thenApply(result -> result.offset());
    }

    @Override
    public void run() {
        while (!stopping) {
            try (Consumer<byte[], byte[]> consumer = consumers.get()) {
                Map<Integer, PartitionOwner> assigned = Map.of();
                while (!stopping) {
                    if (!assigned.equals(wanted)) {
                        assigned = Map.copyOf(wanted);
                        assign(consumer, assigned);
                    }
                    if (assigned.isEmpty()) {
                        Thread.sleep(POLL.toMillis());
                    } else {
                        deliver(consumer, consumer.poll(POLL));
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                // Kafka's or a bug of ours: without this thread all partitions would wait for series for ever
                log.warn("reading announcements failed, beginning again topic={} reason={}", topic, e.toString(), e);
                pause();
            }
        }
    }

    private void assign(Consumer<byte[], byte[]> consumer, Map<Integer, PartitionOwner> owners) {
        consumer.assign(owners.keySet().stream().map(this::partition).toList());
        reading.keySet().retainAll(owners.keySet());
        owners.forEach((number, owner) -> {
            Reading before = reading.get(number);
            long next = before == null || before.owner() != owner ? -1 : before.next();
            reading.put(number, new Reading(owner, next));
            if (next < 0) {
                consumer.seekToBeginning(List.of(partition(number)));
            } else {
                consumer.seek(partition(number), next);
            }
        });
        log.info("reading announcements topic={} partitions={}", topic, owners.keySet());
    }

    private void deliver(Consumer<byte[], byte[]> consumer, ConsumerRecords<byte[], byte[]> records) {
        for (Map.Entry<TopicPartition, OffsetAndMetadata> next :
                records.nextOffsets().entrySet()) {
            int number = next.getKey().partition();
            Reading current = reading.get(number);
            if (current != null) {
                long offset = next.getValue().offset();
                current.owner().series().put(records.records(next.getKey()), offset);
                current.owner().wake();
                reading.put(number, new Reading(current.owner(), offset));
                if (current.owner().series().isFull()) {
                    consumer.pause(List.of(next.getKey()));
                }
            }
        }
        for (TopicPartition paused : consumer.paused()) {
            Reading current = reading.get(paused.partition());
            if (current == null || current.owner().series().hasRoom()) {
                consumer.resume(List.of(paused));
            }
        }
    }

    private TopicPartition partition(int number) {
        return new TopicPartition(topic, number);
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_FAILURE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks the thread to end. */
    public void stop() {
        stopping = true;
    }
}
