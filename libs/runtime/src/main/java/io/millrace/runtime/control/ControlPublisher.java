package io.millrace.runtime.control;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the topic {@code control}; a call returns when all in-sync replicas have the records. Connects at the first
 * call. Safe for any thread.
 */
public final class ControlPublisher implements AutoCloseable {
    /** A person or a script is waiting for the answer. */
    private static final Duration DELIVERY_LIMIT = Duration.ofSeconds(15);

    private final KafkaSettings settings;
    private final String clientId;
    private final String topic;
    private @Nullable Producer<byte[], byte[]> producer;

    public ControlPublisher(KafkaSettings settings, String clientId) {
        this.settings = settings;
        this.clientId = clientId;
        this.topic = Topics.of(settings).control();
    }

    /**
     * Adds or replaces records, in this order.
     *
     * @throws ControlPublishException when not all were acknowledged
     */
    public void publish(List<? extends ControlRecord> records) {
        send(records.stream()
                .map(record -> message(record.key(), ControlJson.write(record)))
                .toList());
    }

    /**
     * Removes a record.
     *
     * @throws ControlPublishException when it was not acknowledged
     */
    public void delete(ControlKey key) {
        send(List.of(message(key, null)));
    }

    private ProducerRecord<byte[], byte[]> message(ControlKey key, byte @Nullable [] value) {
        return new ProducerRecord<>(topic, 0, key.toString().getBytes(StandardCharsets.UTF_8), value);
    }

    private void send(List<ProducerRecord<byte[], byte[]>> messages) {
        Producer<byte[], byte[]> current = producer();
        List<Future<RecordMetadata>> futures = new ArrayList<>();
        try {
            messages.forEach(message -> futures.add(current.send(message)));
            for (Future<RecordMetadata> future : futures) {
                future.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ControlPublishException("interrupted before Kafka confirmed the change", e);
        } catch (ExecutionException e) {
            throw new ControlPublishException("Kafka did not confirm the change: " + e.getMessage(), e);
        }
    }

    private synchronized Producer<byte[], byte[]> producer() {
        Producer<byte[], byte[]> current = producer;
        if (current == null) {
            Map<String, Object> config = KafkaClients.producer(settings, clientId);
            config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
            config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_LIMIT.toMillis());
            config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
            config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY_LIMIT.toMillis());
            current = new KafkaProducer<>(config);
            producer = current;
        }
        return current;
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(DELIVERY_LIMIT);
            producer = null;
        }
    }
}
