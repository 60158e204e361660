package io.millrace.gateway.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.millrace.model.TenantId;
import io.millrace.wire.record.RejectionRecord;
import io.millrace.wire.record.ShardHeaders;
import io.millrace.wire.remotewrite.PartitionedBatches.Batch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes to the topics {@code received} and {@code rejections} with one idempotent producer that waits for all in-sync
 * replicas. A producer that has come into a state it cannot leave by itself is replaced, so that the gateway recovers
 * when Kafka does. Thread-safe.
 */
public final class KafkaBatchPublisher implements BatchPublisher, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KafkaBatchPublisher.class);

    /** A producer that fails for good right away is not replaced in a loop. */
    private static final Duration REPLACE_PAUSE = Duration.ofSeconds(5);

    private static final Duration LEARN_PAUSE = Duration.ofMillis(100);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(15);

    private final Supplier<Producer<byte[], byte[]>> factory;
    private final String receivedTopic;
    private final String rejectionsTopic;
    private final MeterRegistry registry;
    private final LongSupplier nanoClock;
    private final Timer acknowledged;
    private final Timer failed;
    private final AtomicReference<@Nullable String> trouble = new AtomicReference<>();

    private volatile @Nullable Connected current;
    private long replacedNanos;
    private boolean closed;

    /** A producer and its meters. */
    private final class Connected {
        private final Producer<byte[], byte[]> producer;
        private final KafkaClientMetrics metrics;
        /** Whether the producer knows the partitions of {@code received}: until it does, sending would wait for them. */
        private final AtomicBoolean ready = new AtomicBoolean();

        private volatile boolean ended;

        Connected(Producer<byte[], byte[]> producer) {
            this.producer = producer;
            metrics = new KafkaClientMetrics(producer);
            metrics.bindTo(registry);
        }

        Producer<byte[], byte[]> producer() {
            return producer;
        }

        boolean isReady() {
            return ready.get();
        }

        /**
         * A record had to wait for the partitions, and in vain: the topic is gone, or its leader. Senders come back for what is not
         * taken, while a thread that waits serves nobody, so the next ones do not wait.
         */
        void forgetPartitions() {
            if (ready.compareAndSet(true, false)) {
                log.warn("the producer no longer knows the partitions topic={}", receivedTopic);
                learnPartitions();
            }
        }

        /** Asks for the partitions until the broker answers, on a thread of its own. */
        void learnPartitions() {
            Thread thread = new Thread(
                    () -> {
                        while (!ended && !tryToLearnPartitions()) {
                            LockSupport.parkNanos(LEARN_PAUSE.toNanos());
                        }
                    },
                    "gateway-producer-connect");
            thread.setDaemon(true);
            thread.start();
        }

        boolean tryToLearnPartitions() {
            try {
                producer.partitionsFor(receivedTopic);
                ready.set(true);
            } catch (KafkaException | IllegalStateException e) {
                log.debug("the broker does not tell the partitions topic={}", receivedTopic, e);
            }
            return ready.get();
        }

        void close(Duration limit) {
            ended = true;
            metrics.close();
            producer.close(limit);
        }
    }

    /**
     * Does nothing yet.
     *
     * @param factory makes a producer; called again when one must be replaced
     */
    public KafkaBatchPublisher(
            Supplier<Producer<byte[], byte[]>> factory,
            String receivedTopic,
            String rejectionsTopic,
            MeterRegistry registry,
            LongSupplier nanoClock) {
        this.factory = factory;
        this.receivedTopic = receivedTopic;
        this.rejectionsTopic = rejectionsTopic;
        this.registry = registry;
        this.nanoClock = nanoClock;
        this.acknowledged = timer(registry, "acknowledged");
        this.failed = timer(registry, "failed");
    }

    private static Timer timer(MeterRegistry registry, String outcome) {
        return Timer.builder("millrace.gateway.publish")
                .description("Time from handing the records of a request to Kafka to the last acknowledgement")
                .tag("outcome", outcome)
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(25),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10))
                .register(registry);
    }

    /**
     * Connects, and learns the partitions, so that the first request does not wait for it. When the broker is away at this
     * moment, requests are answered with 503 until it is back, as later.
     */
    public synchronized void start() {
        Connected connected = new Connected(factory.get());
        current = connected;
        if (!connected.tryToLearnPartitions()) {
            log.warn("the broker does not answer at the start, requests are answered with 503 until it does");
            connected.learnPartitions();
        }
    }

    /** What is wrong with Kafka as far as the last record tells; null when it was acknowledged. */
    public @Nullable String trouble() {
        return trouble.get();
    }

    @Override
    public void publish(
            TenantId tenant,
            long receivedMs,
            long shardEpoch,
            List<Batch> batches,
            Consumer<@Nullable Exception> done) {
        if (batches.isEmpty()) {
            done.accept(null);
            return;
        }
        Connected connected = current;
        if (connected == null) {
            done.accept(new IllegalStateException("not connected to Kafka"));
            return;
        }
        if (!connected.isReady()) {
            TimeoutException notYet = notReady();
            report(notYet);
            done.accept(notYet);
            return;
        }
        byte[] key = tenant.value().getBytes(StandardCharsets.US_ASCII);
        List<Header> headers = shardEpoch == 0
                ? List.of()
                : List.of(new RecordHeader(ShardHeaders.EPOCH, ShardHeaders.encode(shardEpoch)));
        Acknowledgements acknowledgements = new Acknowledgements(connected, batches.size(), done);
        int sent = 0;
        try {
            for (Batch batch : batches) {
                if (!connected.isReady()) {
                    throw notReady();
                }
                // the callback says all there is to say
                var unused = connected
                        .producer()
                        .send(
                                new ProducerRecord<>(
                                        receivedTopic, batch.partition(), receivedMs, key, batch.value(), headers),
                                acknowledgements);
                sent++;
            }
        } catch (RuntimeException e) {
            // what was not sent will never be acknowledged
            for (int i = sent; i < batches.size(); i++) {
                acknowledgements.end(e);
            }
        }
    }

    private static TimeoutException notReady() {
        return new TimeoutException("the broker has not told the partitions yet");
    }

    /** Publishes a record of the topic {@code rejections}. {@code done} as {@link #publish}. */
    void publish(RejectionRecord rejection, Consumer<@Nullable Exception> done) {
        Connected connected = current;
        if (connected == null) {
            done.accept(new IllegalStateException("not connected to Kafka"));
            return;
        }
        try {
            var unused = connected
                    .producer()
                    .send(
                            new ProducerRecord<>(rejectionsTopic, rejection.key(), rejection.value()),
                            (metadata, e) -> done.accept(e));
        } catch (RuntimeException e) {
            done.accept(e);
        }
    }

    /** Publishes a record of a topic about which nobody waits; a failure is left to the next one. */
    public void publish(String topic, byte[] key, byte @Nullable [] value) {
        Connected connected = current;
        if (connected == null) {
            return;
        }
        try {
            var unused = connected.producer().send(new ProducerRecord<>(topic, key, value), (metadata, e) -> {
                if (e != null) {
                    log.debug("record not published topic={}", topic, e);
                }
            });
        } catch (RuntimeException e) {
            log.debug("record not published topic={}", topic, e);
        }
    }

    /** Counts down the records of one request. Called by the producer's thread, and by the sender's when sending fails. */
    private final class Acknowledgements implements Callback {
        private final Connected connected;
        private final AtomicInteger open;
        private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        private final Consumer<@Nullable Exception> done;
        private final long startNanos = nanoClock.getAsLong();
        private final Thread sender = Thread.currentThread();

        Acknowledgements(Connected connected, int records, Consumer<@Nullable Exception> done) {
            this.connected = connected;
            this.open = new AtomicInteger(records);
            this.done = done;
        }

        @Override
        public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception e) {
            if (e instanceof TimeoutException && sender.equals(Thread.currentThread())) {
                connected.forgetPartitions();
            }
            end(e);
        }

        /** One record has come to its end; {@code e} is why it was not written, null when it was. */
        private void end(@Nullable Exception e) {
            if (e != null) {
                failure.compareAndSet(null, e);
            }
            if (open.decrementAndGet() > 0) {
                return;
            }
            Exception first = failure.get();
            Timer timer = first == null ? acknowledged : failed;
            timer.record(Duration.ofNanos(nanoClock.getAsLong() - startNanos));
            report(first);
            if (first != null && isFatal(first)) {
                replace(connected, first);
            }
            done.accept(first);
        }
    }

    /** Logs the beginning and the end of trouble, not each request. */
    private void report(@Nullable Exception failure) {
        String now = failure == null ? null : failure.getClass().getSimpleName() + ": " + failure.getMessage();
        String before = trouble.getAndSet(now);
        if (now != null && before == null) {
            log.warn(
                    "Kafka does not acknowledge, senders are told to retry topic={} reason=\"{}\"", receivedTopic, now);
        } else if (now == null && before != null) {
            log.info("Kafka acknowledges again topic={}", receivedTopic);
        }
    }

    /** Whether a producer that failed so will fail for ever. */
    private static boolean isFatal(Exception e) {
        return e instanceof ProducerFencedException
                || e instanceof OutOfOrderSequenceException
                || e instanceof AuthorizationException
                || e instanceof UnsupportedVersionException
                || e instanceof IllegalStateException
                || e.getClass() == KafkaException.class && !(e.getCause() instanceof RetriableException);
    }

    private synchronized void replace(Connected broken, Exception reason) {
        long nowNanos = nanoClock.getAsLong();
        if (closed
                || !broken.equals(current)
                || nowNanos - replacedNanos < REPLACE_PAUSE.toNanos() && replacedNanos != 0) {
            return;
        }
        replacedNanos = nowNanos;
        log.warn("the Kafka producer cannot go on and is replaced reason=\"{}\"", reason.toString());
        Thread closer = new Thread(() -> broken.close(Duration.ZERO), "gateway-producer-close");
        closer.setDaemon(true);
        try {
            Connected next = new Connected(factory.get());
            current = next;
            next.learnPartitions();
            closer.start();
        } catch (KafkaException e) {
            log.error("cannot make a new Kafka producer", e);
        }
    }

    @Override
    public void close() {
        Connected connected;
        synchronized (this) {
            closed = true;
            connected = current;
            current = null;
        }
        if (connected != null) {
            connected.close(CLOSE_LIMIT);
        }
    }
}
