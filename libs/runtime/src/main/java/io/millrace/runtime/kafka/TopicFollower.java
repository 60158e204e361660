package io.millrace.runtime.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that reads a topic of one partition into memory and then follows it.
 *
 * <ol>
 *   <li>{@link Target#begin}: it reads up to the end as it was when it began.
 *   <li>{@link Target#complete}: the target has everything.
 *   <li>Each further record comes within milliseconds of its acknowledgement.
 * </ol>
 *
 * <p>When the log is no longer the one it was reading (the offset is out of range, as after a broker lost its disk), or
 * the client fails in a way it cannot mend itself, all begins again at 1. A broker that is away is waited for. The
 * methods are safe for any thread; the target is called by the follower's thread only.
 */
public final class TopicFollower implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(2);
    private static final long RETRY_MILLIS = 2_000;

    /** Gets the records. What it throws ends the reading, and all begins again. */
    public interface Target {
        /** Reading begins, or begins again: what came before is void once {@link #complete} is called. */
        void begin();

        /** The next record. */
        void apply(ConsumerRecord<byte[], byte[]> record);

        /** All records that were there at the beginning have been applied. */
        void complete();
    }

    private final KafkaSettings settings;
    private final TopicPartition partition;
    private final long newest;
    private final IsolationLevel isolation;
    private final Target target;
    private final Thread thread;
    private final Object appliedMonitor = new Object();
    private long appliedTo;

    private volatile boolean closed;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile String progress = "not started";

    /**
     * Does nothing yet.
     *
     * @param topic of one partition
     * @param name of the thread and the Kafka client
     * @param newest how far before the end to begin, in offsets; {@code Long.MAX_VALUE} for everything
     */
    public TopicFollower(KafkaSettings settings, String topic, String name, long newest, Target target) {
        this(settings, topic, name, newest, IsolationLevel.READ_COMMITTED, target);
    }

    /**
     * With {@link IsolationLevel#READ_UNCOMMITTED} for a topic whose newest figures are worth more than their being
     * committed: the open transaction of a killed process holds back all readers of committed records, of its own and of
     * everybody else's, until the broker gives it up.
     */
    public TopicFollower(
            KafkaSettings settings, String topic, String name, long newest, IsolationLevel isolation, Target target) {
        this.isolation = isolation;
        this.settings = settings;
        this.partition = new TopicPartition(topic, 0);
        this.newest = newest;
        this.target = target;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** Starts the thread; returns at once. */
    public void start() {
        progress = "waiting for Kafka at " + settings.bootstrapServers();
        thread.start();
    }

    /** How far the reading is, for the operator. */
    public String progress() {
        return progress;
    }

    /**
     * Waits until the record of this offset has been applied.
     *
     * @return false when it was not within {@code limit}
     */
    public boolean awaitApplied(long offset, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (appliedMonitor) {
            while (appliedTo <= offset) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0 || closed) {
                    return false;
                }
                appliedMonitor.wait(millis);
            }
            return true;
        }
    }

    /** Ends the thread. Idempotent. */
    @Override
    public void close() {
        closed = true;
        KafkaConsumer<byte[], byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            try (KafkaConsumer<byte[], byte[]> opened = new KafkaConsumer<>(clientConfig())) {
                consumer = opened;
                opened.assign(List.of(partition));
                readToEnd(opened);
                while (!closed) {
                    poll(opened);
                }
            } catch (WakeupException e) {
                log.debug("follower woken up topic={} closed={}", partition.topic(), closed);
            } catch (InvalidOffsetException e) {
                log.warn("the topic {} is not the one read before; reading it again", partition.topic(), e);
            } catch (KafkaException e) {
                log.error("cannot read, trying again topic={}", partition.topic(), e);
                pause();
            }
        }
    }

    private Map<String, Object> clientConfig() {
        Map<String, Object> config = KafkaClients.consumer(settings, "millrace-" + thread.getName());
        // With "earliest" a log that was lost would silently be read on top of what is in memory.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.toString());
        return config;
    }

    private void readToEnd(KafkaConsumer<byte[], byte[]> consumer) {
        target.begin();
        long begin = offset(() -> consumer.beginningOffsets(List.of(partition), REQUEST_LIMIT));
        long end = offset(() -> consumer.endOffsets(List.of(partition), REQUEST_LIMIT));
        consumer.seek(partition, Math.max(begin, newest == Long.MAX_VALUE ? begin : end - newest));
        while (consumer.position(partition) < end) {
            progress = "at offset " + consumer.position(partition) + " of " + end;
            poll(consumer);
        }
        target.complete();
        progress = "following";
        log.info("topic read topic={} begin={} end={}", partition.topic(), begin, end);
    }

    private void poll(KafkaConsumer<byte[], byte[]> consumer) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            target.apply(record);
        }
        if (closed) {
            throw new WakeupException();
        }
        synchronized (appliedMonitor) {
            appliedTo = consumer.position(partition);
            appliedMonitor.notifyAll();
        }
    }

    /** Asks the broker for offsets. */
    private interface OffsetQuestion {
        Map<TopicPartition, Long> ask();
    }

    /** Asks until a broker knows the topic. */
    private long offset(OffsetQuestion question) {
        while (!closed) {
            try {
                Long offset = question.ask().get(partition);
                if (offset != null) {
                    return offset;
                }
            } catch (TimeoutException e) {
                log.debug("waiting for the topic {}", partition.topic(), e);
            }
        }
        throw new WakeupException();
    }

    private void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            log.debug("follower interrupted topic={}", partition.topic());
        }
    }
}
