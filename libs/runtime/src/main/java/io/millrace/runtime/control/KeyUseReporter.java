package io.millrace.runtime.control;

import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the {@link KeyUses} of this process to the topic {@code key-uses}, once a minute and at the end. What cannot
 * be published is forgotten: it is for people to look at, and the next use says the same.
 */
public final class KeyUseReporter implements Service {
    private static final Logger log = LoggerFactory.getLogger(KeyUseReporter.class);
    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final KafkaSettings settings;
    private final String topic;
    private final KeyUses uses;
    private final Duration period;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "key-uses");

    public KeyUseReporter(KafkaSettings settings, KeyUses uses) {
        this(settings, uses, PERIOD);
    }

    KeyUseReporter(KafkaSettings settings, KeyUses uses, Duration period) {
        this.settings = settings;
        this.topic = Topics.of(settings).keyUses();
        this.uses = uses;
        this.period = period;
        thread.setDaemon(true);
    }

    @Override
    public String name() {
        return "key-uses";
    }

    @Override
    public void start() {
        thread.start();
    }

    /** Always ready: nothing depends on it. */
    @Override
    public Health check() {
        return Health.READY;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(CLOSE_LIMIT.multipliedBy(2).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Map<String, Object> config = KafkaClients.producer(settings, "millrace-key-uses");
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, CLOSE_LIMIT.toMillis());
        Producer<byte[], byte[]> producer = new KafkaProducer<>(config);
        try {
            boolean last;
            do {
                last = closed.await(period.toMillis(), TimeUnit.MILLISECONDS);
                publish(producer);
            } while (!last);
        } catch (InterruptedException e) {
            log.debug("reporting of key uses interrupted");
        } finally {
            producer.close(CLOSE_LIMIT);
        }
    }

    private void publish(Producer<byte[], byte[]> producer) {
        uses.drain().forEach((keyId, use) -> {
            ProducerRecord<byte[], byte[]> message =
                    new ProducerRecord<>(topic, 0, keyId.getBytes(StandardCharsets.UTF_8), use.toJson());
            var unused = producer.send(message, (metadata, failure) -> {
                if (failure != null) {
                    log.debug("use of a key not published key={}", keyId, failure);
                }
            });
        });
    }
}
