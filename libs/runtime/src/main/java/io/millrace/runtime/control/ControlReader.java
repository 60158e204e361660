package io.millrace.runtime.control;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that reads the topic {@code control} into a {@link ControlState}.
 *
 * <ol>
 *   <li>It reads from the beginning into new tables, up to the end as it was when it began.
 *   <li>It puts the complete tables in the place of the old ones and marks the state ready.
 *   <li>It applies each further record as it comes, within milliseconds of its acknowledgement.
 * </ol>
 *
 * <p>When the log is no longer the one it was reading (the offset is out of range, as after a broker lost its disk), or
 * the client fails in a way it cannot mend itself, all begins again at 1; the state answers from the old tables
 * meanwhile. A record that cannot be understood is counted, logged and ignored: what stood there before stays in
 * force, because refusing the data of a whole instance for it would lose that data.
 */
final class ControlReader {
    private static final Logger log = LoggerFactory.getLogger(ControlReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(2);
    private static final long RETRY_MILLIS = 2_000;

    private final KafkaSettings settings;
    private final TopicPartition partition;
    private final ControlState state;
    private final List<Consumer<ControlKey>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicLong unreadable = new AtomicLong();
    private final Thread thread = new Thread(this::run, "control-tables");

    private volatile boolean closed;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile String progress = "not started";

    ControlReader(KafkaSettings settings, ControlState state) {
        this.settings = settings;
        this.partition = new TopicPartition(Topics.of(settings).control(), 0);
        this.state = state;
        thread.setDaemon(true);
    }

    void start() {
        progress = "waiting for Kafka at " + settings.bootstrapServers();
        thread.start();
    }

    void onChange(Consumer<ControlKey> listener) {
        listeners.add(listener);
    }

    /** For the operator, while not ready. */
    String progress() {
        return progress;
    }

    /** Records ignored because they could not be understood. */
    double unreadable() {
        return unreadable.get();
    }

    void close() {
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
                follow(opened);
            } catch (WakeupException e) {
                log.debug("control tables woken up closed={}", closed);
            } catch (InvalidOffsetException e) {
                log.warn("the topic {} is not the one read before; reading it again", partition.topic(), e);
            } catch (KafkaException e) {
                log.error("control tables cannot read, trying again topic={}", partition.topic(), e);
                pause();
            }
        }
    }

    private Map<String, Object> clientConfig() {
        Map<String, Object> config = KafkaClients.consumer(settings, "millrace-control-tables");
        // With "earliest" a log that was lost would silently be read on top of the old tables.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        return config;
    }

    private void readToEnd(KafkaConsumer<byte[], byte[]> consumer) {
        ControlState.Tables tables = new ControlState.Tables();
        long begin = await(consumer, c -> c.beginningOffsets(List.of(partition), REQUEST_LIMIT));
        long end = await(consumer, c -> c.endOffsets(List.of(partition), REQUEST_LIMIT));
        consumer.seek(partition, begin);
        while (!closed && consumer.position(partition) < end) {
            progress = "at offset " + consumer.position(partition) + " of " + end;
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                apply(record, tables::put, tables::remove);
            }
        }
        if (!closed) {
            state.replaceAll(tables);
            state.markReady();
            log.info("control tables ready topic={} end={} records={}", partition.topic(), end, state.size());
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer) {
        while (!closed) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                ControlKey key = apply(record, state::put, state::remove);
                if (key != null) {
                    tellListeners(key);
                }
            }
        }
    }

    /** Asks for an offset until a broker knows the topic. */
    private long await(KafkaConsumer<byte[], byte[]> consumer, OffsetQuestion question) {
        while (true) {
            try {
                Long offset = question.ask(consumer).get(partition);
                if (offset != null) {
                    return offset;
                }
            } catch (TimeoutException e) {
                log.debug("waiting for the topic {}", partition.topic(), e);
            }
            if (closed) {
                throw new WakeupException();
            }
        }
    }

    /** Asks the broker for offsets. */
    private interface OffsetQuestion {
        Map<TopicPartition, Long> ask(KafkaConsumer<byte[], byte[]> consumer);
    }

    private @Nullable ControlKey apply(
            ConsumerRecord<byte[], byte[]> record, Consumer<ControlRecord> put, Consumer<ControlKey> remove) {
        String keyText = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        try {
            ControlKey key = ControlKey.parse(keyText);
            if (record.value() == null) {
                remove.accept(key);
            } else {
                put.accept(ControlJson.read(key, record.value()));
            }
            return key;
        } catch (ControlFormatException e) {
            unreadable.incrementAndGet();
            log.error(
                    "control record ignored, what it replaces stays in force topic={} offset={} key={}",
                    record.topic(),
                    record.offset(),
                    keyText,
                    e);
            return null;
        }
    }

    private void tellListeners(ControlKey key) {
        for (Consumer<ControlKey> listener : listeners) {
            try {
                listener.accept(key);
            } catch (RuntimeException e) {
                log.error("a listener to control changes failed key={}", key, e);
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            log.debug("woken up closed={}", closed);
        }
    }
}
