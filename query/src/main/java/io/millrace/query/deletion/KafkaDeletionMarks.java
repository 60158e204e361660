package io.millrace.query.deletion;

import io.millrace.model.TenantId;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.Topics;
import io.millrace.storage.ChunkRow;
import io.millrace.wire.record.DeletionMark;
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
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Writes marks to Kafka. Connects at the first call. Thread-safe. */
public final class KafkaDeletionMarks implements DeletionMarks, AutoCloseable {
    /** A person or a script is waiting for the answer. */
    private static final Duration DELIVERY_LIMIT = Duration.ofSeconds(15);

    private final KafkaSettings settings;
    private final String topic;
    private @Nullable Producer<byte[], byte[]> producer;

    public KafkaDeletionMarks(KafkaSettings settings) {
        this.settings = settings;
        this.topic = Topics.of(settings).samples();
    }

    @Override
    public synchronized List<Long> write(TenantId tenant, DeletionMark mark) {
        byte[] key = tenant.value().getBytes(StandardCharsets.UTF_8);
        byte[] value = mark.encode();
        try {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int partition = 0; partition < settings.partitions(); partition++) {
                sent.add(producer().send(new ProducerRecord<>(topic, partition, key, value)));
            }
            List<Long> places = new ArrayList<>();
            for (Future<RecordMetadata> each : sent) {
                places.add(ChunkRow.position(each.get().offset(), 0));
            }
            return places;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeletionException("interrupted before Kafka had the deletion", e);
        } catch (ExecutionException | KafkaException e) {
            throw new DeletionException("Kafka does not take the deletion, try again: " + e.getMessage(), e);
        }
    }

    private Producer<byte[], byte[]> producer() {
        Producer<byte[], byte[]> current = producer;
        if (current == null) {
            Map<String, Object> config = KafkaClients.producer(settings, "millrace-deletions");
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
            producer.close(Duration.ofSeconds(5));
            producer = null;
        }
    }
}
