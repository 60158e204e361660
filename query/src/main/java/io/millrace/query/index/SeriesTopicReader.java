package io.millrace.query.index;

import io.millrace.model.TenantId;
import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import io.millrace.wire.MalformedException;
import io.millrace.wire.record.SeriesRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topic {@code series}, all partitions from the beginning and without a group, into the {@link SeriesIndex},
 * and goes on tailing it. One thread owns the consumer.
 *
 * <h2>From which day on the index is complete</h2>
 * The topic keeps announcements for a known time, so a day that began less than that ago is announced in full, unless
 * the topic itself is younger. Hence: complete from the first day that begins a day after the later of (now − retention)
 * and (time of the oldest record). The day in between is for samples that are ahead of the clock, announced before their
 * day begins. Older days come from the registry.
 */
public final class SeriesTopicReader implements Service {
    private static final Logger log = LoggerFactory.getLogger(SeriesTopicReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long CLOSE_MS = 5_000;
    private static final long EVICT_EVERY_MS = 60_000;
    private static final long END_OFFSETS_EVERY_MS = 5_000;

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final String topic;
    private final Duration retention;
    private final SeriesIndex index;
    private final LongSupplier clockMs;
    private final Thread thread = new Thread(this::run, "query-series-index");
    private final AtomicLong unreadable = new AtomicLong();

    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private volatile boolean closed;
    private volatile boolean caughtUp;
    private volatile long behind = -1;
    private volatile String trouble = "not started";
    private long oldestRecordMs = Long.MAX_VALUE;

    /**
     * @param consumers makes a consumer of bytes, read_committed, without a group
     * @param retention how long the topic keeps records
     */
    public SeriesTopicReader(
            Supplier<Consumer<byte[], byte[]>> consumers,
            String topic,
            Duration retention,
            SeriesIndex index,
            LongSupplier clockMs) {
        this.consumers = consumers;
        this.topic = topic;
        this.retention = retention;
        this.index = index;
        this.clockMs = clockMs;
    }

    @Override
    public String name() {
        return "series-index";
    }

    @Override
    public void start() {
        trouble = "reading topic " + topic;
        thread.start();
    }

    @Override
    public Health check() {
        if (!thread.isAlive() || closed) {
            return Health.notReady("series index: " + trouble);
        }
        return caughtUp ? Health.READY : Health.notReady("series index: " + trouble);
    }

    /** Records of the topic not read yet, as known a few seconds ago; -1 before the first look. */
    public long behind() {
        return behind;
    }

    /** Records that were not series records. */
    public long unreadable() {
        return unreadable.get();
    }

    @Override
    public void close() {
        closed = true;
        Consumer<byte[], byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        stopped.countDown();
        try {
            if (!ended(CLOSE_MS)) {
                thread.interrupt(); // it waits for a broker that does not answer
                ended(CLOSE_MS);
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private boolean ended(long timeoutMs) throws InterruptedException {
        if (thread.getState() == Thread.State.NEW) {
            return true;
        }
        thread.join(timeoutMs);
        return !thread.isAlive();
    }

    private void run() {
        while (!closed) {
            try (Consumer<byte[], byte[]> current = consumers.get()) {
                consumer = current;
                readAll(current);
            } catch (WakeupException | InterruptException e) {
                if (!closed) {
                    log.warn("series topic reader interrupted topic={}", topic);
                }
            } catch (KafkaException e) {
                // A new consumer begins again at the beginning: harmless, announcing twice is announcing once.
                trouble = "topic " + topic + " cannot be read: " + e.getMessage();
                log.warn("series topic cannot be read, trying again topic={} error={}", topic, e.toString());
                pause();
            } finally {
                consumer = null;
            }
        }
        trouble = "stopped";
    }

    private void pause() {
        try {
            if (stopped.await(1, TimeUnit.SECONDS)) {
                log.debug("series topic reader stops topic={}", topic);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void readAll(Consumer<byte[], byte[]> source) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (PartitionInfo info : source.partitionsFor(topic)) {
            partitions.add(new TopicPartition(topic, info.partition()));
        }
        if (partitions.isEmpty()) {
            throw new KafkaException("topic " + topic + " does not exist");
        }
        source.assign(partitions);
        source.seekToBeginning(partitions);
        Map<TopicPartition, Long> target = new HashMap<>(source.endOffsets(partitions));
        long nextEvict = clockMs.getAsLong() + EVICT_EVERY_MS;
        long nextEndOffsets = 0;
        while (!closed) {
            ConsumerRecords<byte[], byte[]> records = source.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                read(record);
            }
            long now = clockMs.getAsLong();
            if (!target.isEmpty()) {
                target.entrySet().removeIf(end -> source.position(end.getKey()) >= end.getValue());
                if (target.isEmpty()) {
                    caughtUp(now);
                }
            }
            if (now >= nextEndOffsets) {
                behind = distance(source, partitions);
                nextEndOffsets = now + END_OFFSETS_EVERY_MS;
            }
            if (now >= nextEvict) {
                index.evict();
                nextEvict = now + EVICT_EVERY_MS;
            }
        }
    }

    private void caughtUp(long now) {
        if (!caughtUp) {
            long from = Math.max(now - retention.toMillis(), Math.min(oldestRecordMs, now));
            int coveredFrom = SeriesIndex.day(from + Duration.ofDays(1).toMillis() - 1) + 1;
            index.coverFrom(coveredFrom);
            caughtUp = true;
            log.info("series index ready topic={} series={} coveredFromDay={}", topic, index.size(), coveredFrom);
        }
    }

    private static long distance(Consumer<byte[], byte[]> source, List<TopicPartition> partitions) {
        long distance = 0;
        for (Map.Entry<TopicPartition, Long> end : source.endOffsets(partitions).entrySet()) {
            distance += Math.max(0, end.getValue() - source.position(end.getKey()));
        }
        return distance;
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        oldestRecordMs = Math.min(oldestRecordMs, record.timestamp());
        if (record.value() == null) {
            return; // a tombstone says nothing that the end of a day does not say
        }
        try {
            SeriesRecord series = SeriesRecord.decode(record.key(), record.value());
            TenantId tenant = series.tenant();
            index.announce(tenant, series.day(), series.id(), series.labels());
        } catch (MalformedException e) {
            unreadable.incrementAndGet();
            log.warn(
                    "series record unreadable, skipped topic={} partition={} offset={} error={}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
        }
    }
}
