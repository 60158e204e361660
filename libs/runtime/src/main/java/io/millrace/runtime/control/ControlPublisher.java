package io.millrace.runtime.control;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.Topics;
import io.millrace.wire.Shard;
import io.millrace.wire.record.ShardRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the topics {@code control} and {@code audit}; a call returns when all in-sync replicas have the records.
 *
 * <p>Each call is one Kafka transaction: all of its records come into force, with their entries in the audit trail, or
 * none. A process that dies in the middle holds up what others publish for at most {@link #TRANSACTION_LIMIT} and the ten
 * seconds between two looks of the broker.
 *
 * <p>Connects at the first call. Safe for any thread; calls wait for each other.
 */
public final class ControlPublisher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ControlPublisher.class);

    /** A person or a script is waiting for the answer. */
    private static final Duration DELIVERY_LIMIT = Duration.ofSeconds(15);

    /** After that the broker gives up a transaction whose producer is gone. */
    private static final Duration TRANSACTION_LIMIT = Duration.ofSeconds(10);

    private final KafkaSettings settings;
    private final String clientId;
    private final Topics topics;
    private @Nullable Producer<byte[], byte[]> producer;

    public ControlPublisher(KafkaSettings settings, String clientId) {
        this.settings = settings;
        this.clientId = clientId;
        this.topics = Topics.of(settings);
    }

    /**
     * Publishes a change with its entries in the audit trail.
     *
     * @return the offset of its last control record, for {@link ControlTables#awaitApplied}; -1 when it has no steps
     * @throws ControlPublishException when it was not acknowledged
     */
    public long publish(Change change) {
        return publishChanges(List.of(change));
    }

    /** As {@link #publish(Change)}, several changes in their order. */
    public long publishChanges(List<Change> changes) {
        List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
        for (Change change : changes) {
            for (AuditEntry entry : change.audit()) {
                messages.add(new ProducerRecord<>(topics.audit(), 0, bytes(entry.target()), AuditJson.write(entry)));
            }
            for (Change.Step step : change.steps()) {
                addShard(step, change.at().toEpochMilli(), messages);
                messages.add(message(step.key(), step.after()));
            }
        }
        return send(messages);
    }

    /**
     * Adds an entry to the audit trail about something that is no control record.
     *
     * @throws ControlPublishException when it was not acknowledged
     */
    public void publish(AuditEntry entry) {
        send(List.of(new ProducerRecord<>(topics.audit(), 0, bytes(entry.target()), AuditJson.write(entry))));
    }

    /**
     * Adds or replaces records, in this order, without a trace in the audit trail.
     *
     * @return the offset of the last record
     * @throws ControlPublishException when not all were acknowledged
     */
    public long publish(List<? extends ControlRecord> records) {
        return send(
                records.stream().map(record -> message(record.key(), record)).toList());
    }

    /**
     * Removes a record, without a trace in the audit trail.
     *
     * @return the offset of the deletion
     * @throws ControlPublishException when it was not acknowledged
     */
    public long delete(ControlKey key) {
        return send(List.of(message(key, null)));
    }

    /** A new instance begins with its shard of partitions; a deleted one has none. */
    private void addShard(Change.Step step, long nowMs, List<ProducerRecord<byte[], byte[]>> messages) {
        if (!(step.after() instanceof Instance instance)) {
            return;
        }
        int width = Shard.begin(settings.firstPartitions(), settings.partitions());
        if (instance.status() == Instance.Status.DELETED) {
            byte[] key = new ShardRecord.Key(instance.id(), ShardRecord.STATE).encode();
            messages.add(new ProducerRecord<>(topics.shards(), 0, key, null));
        } else if (step.before() == null && width < settings.partitions()) {
            ShardRecord.State state =
                    new ShardRecord.State(instance.id(), 0, ShardRecord.Phase.STEADY, width, 0, nowMs);
            messages.add(new ProducerRecord<>(topics.shards(), 0, state.key().encode(), state.value()));
        }
    }

    private ProducerRecord<byte[], byte[]> message(ControlKey key, @Nullable ControlRecord record) {
        return new ProducerRecord<>(
                topics.control(), 0, bytes(key.toString()), record == null ? null : ControlJson.write(record));
    }

    /** Gives the offset of the last message. */
    private synchronized long send(List<ProducerRecord<byte[], byte[]>> messages) {
        if (messages.isEmpty()) {
            return -1;
        }
        try {
            Producer<byte[], byte[]> current = producer();
            current.beginTransaction();
            List<Future<RecordMetadata>> futures = new ArrayList<>();
            messages.forEach(message -> futures.add(current.send(message)));
            current.commitTransaction();
            return futures.get(futures.size() - 1).get().offset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ControlPublishException("interrupted before Kafka confirmed the change", e);
        } catch (ExecutionException | KafkaException e) {
            discard();
            throw new ControlPublishException(
                    "Kafka did not confirm the change: it may or may not come into force; make it again ("
                            + e.getMessage() + ")",
                    e);
        }
    }

    /** A producer that failed in a transaction may not be usable: the next call begins with a new one. */
    private void discard() {
        Producer<byte[], byte[]> failed = producer;
        producer = null;
        if (failed != null) {
            try {
                failed.close(Duration.ZERO); // aborts what is open
            } catch (KafkaException e) {
                log.debug("producer of control records did not close cleanly", e);
            }
        }
    }

    private Producer<byte[], byte[]> producer() {
        Producer<byte[], byte[]> current = producer;
        if (current == null) {
            Map<String, Object> config = KafkaClients.producer(settings, clientId);
            config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
            config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_LIMIT.toMillis());
            config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
            config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY_LIMIT.toMillis());
            config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION_LIMIT.toMillis());
            // Of its own for each producer: two processes must be able to publish at the same time.
            config.put(
                    ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                    settings.topicPrefix() + clientId + "-" + UUID.randomUUID());
            current = new KafkaProducer<>(config);
            producer = current;
            current.initTransactions();
        }
        return current;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(DELIVERY_LIMIT);
            producer = null;
        }
    }
}
