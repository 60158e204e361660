package io.millrace.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.TenantId;
import io.millrace.wire.remotewrite.PartitionedBatches.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaBatchPublisherTest {
    private static final TenantId DEMO = new TenantId("demo");
    private static final List<Batch> TWO = List.of(new Batch(0, new byte[1]), new Batch(1, new byte[1]));

    private final ForgetfulProducer producer = new ForgetfulProducer();
    private final KafkaBatchPublisher publisher =
            new KafkaBatchPublisher(() -> producer, "received", "rejections", new SimpleMeterRegistry(), () -> 0);
    private final List<Exception> failures = new ArrayList<>();

    @AfterEach
    void close() {
        producer.tellPartitions.countDown();
        publisher.close();
    }

    @Test
    void shouldWaitForUnknownPartitionsOnceAndNotForEachRecord() {
        // given
        publisher.start();
        producer.knows = false;

        // when
        publisher.publish(DEMO, 1_000, 0, TWO, failures::add);
        publisher.publish(DEMO, 1_000, 0, TWO, failures::add);

        // then
        assertThat(failures).hasSize(2).allMatch(TimeoutException.class::isInstance);
        assertThat(producer.waits).hasValue(1);
        assertThat(publisher.trouble()).contains("has not told the partitions");
    }

    /** As Kafka's: fails within the call when a record has waited in vain; this one does not take the time. */
    private static final class ForgetfulProducer extends MockProducer<byte[], byte[]> {
        private final AtomicInteger waits = new AtomicInteger();
        private final CountDownLatch tellPartitions = new CountDownLatch(1);
        private volatile boolean knows = true;

        ForgetfulProducer() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public List<PartitionInfo> partitionsFor(String topic) {
            if (!knows) {
                try {
                    tellPartitions.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return List.of();
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> sent, Callback callback) {
            waits.incrementAndGet();
            TimeoutException inVain = new TimeoutException("not present in metadata");
            callback.onCompletion(null, inVain);
            return CompletableFuture.failedFuture(inVain);
        }
    }
}
