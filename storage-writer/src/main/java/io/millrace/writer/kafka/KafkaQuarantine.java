package io.millrace.writer.kafka;

import io.millrace.writer.partition.Quarantine;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Keeps records in the topic {@code quarantine}: key and value as they were, the rest in the headers {@code topic}, {@code
 * partition}, {@code offset}, {@code reason}, {@code detail}. Thread-safe.
 */
public final class KafkaQuarantine implements Quarantine {
    private final Producer<byte[], byte[]> producer;
    private final String topic;

    public KafkaQuarantine(Producer<byte[], byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    @Override
    public CompletionStage<Void> keep(ConsumerRecord<byte[], byte[]> record, String reason, String detail) {
        ProducerRecord<byte[], byte[]> kept = new ProducerRecord<>(topic, record.key(), record.value());
        header(kept, "topic", record.topic());
        header(kept, "partition", Integer.toString(record.partition()));
        header(kept, "offset", Long.toString(record.offset()));
        header(kept, "reason", reason);
        header(kept, "detail", detail);
        CompletableFuture<Void> done = new CompletableFuture<>();
        Callback callback = (metadata, failure) -> {
            if (failure == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure);
            }
        };
        send(kept, callback, done);
        return done;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback is told of success and failure
    private void send(ProducerRecord<byte[], byte[]> kept, Callback callback, CompletableFuture<Void> done) {
        try {
            producer.send(kept, callback);
        } catch (KafkaException | IllegalStateException e) {
            done.completeExceptionally(e);
        }
    }

    private static void header(ProducerRecord<byte[], byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
