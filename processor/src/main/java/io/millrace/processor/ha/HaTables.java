package io.millrace.processor.ha;

import io.millrace.model.TenantId;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicFollower;
import io.millrace.runtime.kafka.Topics;
import io.millrace.wire.MalformedException;
import io.millrace.wire.record.HaClaimRecord;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The elections that follow from the topic {@code ha}, read from the beginning at start, then followed. Thread-safe.
 *
 * <p>Claims are written by a producer of their own, outside the transactions of samples: a claim only says that a gateway
 * received samples of a replica, which stays true when the transaction is aborted, and it must be readable before the
 * transaction ends.
 */
public final class HaTables implements HaElections, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HaTables.class);

    /** Within a claim's time-out a stream thread stands still; the group gives up on it after five minutes. */
    private static final Duration CLAIM_TIMEOUT = Duration.ofSeconds(15);

    /** Renewals remembered, so that all partitions of a process together renew once. */
    private static final int MAX_RENEWALS = 100_000;

    private static final int RENEWALS_IN_A_LEASE = 10;

    private final KafkaSettings settings;
    private final TopicFollower follower;
    private final Map<ElectionState.Cluster, Long> renewals = new ConcurrentHashMap<>();
    private volatile ElectionState state = new ElectionState();
    private volatile boolean ready;
    private volatile @Nullable Producer<byte[], byte[]> producer;

    public HaTables(KafkaSettings settings) {
        this.settings = settings;
        follower = new TopicFollower(settings, Topics.of(settings).ha(), "ha-tables", Long.MAX_VALUE, new Target());
    }

    /** Begins to read; returns at once. {@link #ready} says when the end has been reached. */
    public void start() {
        Map<String, Object> config = KafkaClients.producer(settings, "millrace-ha-claims");
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) CLAIM_TIMEOUT.toMillis());
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, CLAIM_TIMEOUT.toMillis());
        producer = new KafkaProducer<>(config);
        follower.start();
    }

    /** Whether the topic has been read to its end. */
    public boolean ready() {
        return ready;
    }

    @Override
    public @Nullable Election of(TenantId tenant, String cluster) {
        return state.of(tenant, cluster);
    }

    @Override
    public void renew(HaClaimRecord claim) {
        ElectionState.Cluster cluster = new ElectionState.Cluster(claim.tenant(), claim.cluster());
        Long before = renewals.get(cluster);
        if (before != null && Math.abs(claim.seenMs() - before) < claim.failoverMs() / RENEWALS_IN_A_LEASE) {
            return;
        }
        if (renewals.size() >= MAX_RENEWALS) {
            renewals.clear();
        }
        renewals.put(cluster, claim.seenMs());
        var unused = opened().send(record(claim), (metadata, failure) -> {
            if (failure != null) {
                log.debug("renewal lost cluster={}", cluster, failure);
            }
        });
    }

    @Override
    public void claim(HaClaimRecord claim) {
        try {
            long offset = opened().send(record(claim))
                    .get(CLAIM_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .offset();
            if (!follower.awaitApplied(offset, CLAIM_TIMEOUT) || !ready) {
                throw new HaUnavailableException("a claim did not come back within " + CLAIM_TIMEOUT, null);
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new HaUnavailableException("a claim could not be written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HaUnavailableException("interrupted", e);
        }
    }

    private Producer<byte[], byte[]> opened() {
        Producer<byte[], byte[]> opened = producer;
        if (opened == null) {
            throw new IllegalStateException("not started");
        }
        return opened;
    }

    private ProducerRecord<byte[], byte[]> record(HaClaimRecord claim) {
        return new ProducerRecord<>(Topics.of(settings).ha(), 0, claim.key(), claim.value());
    }

    @Override
    public void close() {
        follower.close();
        Producer<byte[], byte[]> opened = producer;
        if (opened != null) {
            opened.close(Duration.ofSeconds(2));
        }
    }

    private final class Target implements TopicFollower.Target {
        private ElectionState reading = new ElectionState();

        @Override
        public void begin() {
            ready = false;
            reading = new ElectionState();
        }

        @Override
        public void apply(ConsumerRecord<byte[], byte[]> record) {
            if (record.value() == null) {
                return;
            }
            try {
                reading.apply(HaClaimRecord.decode(record.key(), record.value()), record.timestamp());
            } catch (MalformedException e) {
                log.error("claim ignored topic={} offset={}", record.topic(), record.offset(), e);
            }
        }

        @Override
        public void complete() {
            state = reading;
            ready = true;
        }
    }
}
