package io.millrace.runtime.control;

import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicFollower;
import io.millrace.runtime.kafka.Topics;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest entries of the audit trail in memory, for those who ask; the topic {@code audit} has all of them for its
 * retention. Safe for any thread.
 */
public final class AuditTrail implements Service {
    private static final Logger log = LoggerFactory.getLogger(AuditTrail.class);

    /** 10,000 entries of about 2 KB are 20 MB. Transactions take up two offsets each, so it may be fewer at start. */
    private static final int CAPACITY = 10_000;

    private final Deque<AuditEntry> newestFirst = new ArrayDeque<>();
    private final TopicFollower follower;
    private volatile boolean ready;

    public AuditTrail(KafkaSettings settings) {
        follower = new TopicFollower(settings, Topics.of(settings).audit(), "audit-trail", CAPACITY, new Filling());
    }

    @Override
    public String name() {
        return "audit-trail";
    }

    /** Begins to read; returns at once. */
    @Override
    public void start() {
        follower.start();
    }

    @Override
    public Health check() {
        return ready ? Health.READY : Health.notReady("reading the topic audit: " + follower.progress());
    }

    @Override
    public void close() {
        follower.close();
    }

    /** At most {@code limit} entries that {@code wanted} takes, newest first; only the newest 10,000 are looked at. */
    public List<AuditEntry> newest(Predicate<AuditEntry> wanted, int limit) {
        synchronized (newestFirst) {
            Iterable<AuditEntry> entries = newestFirst;
            return StreamSupport.stream(entries.spliterator(), false)
                    .filter(wanted)
                    .limit(limit)
                    .toList();
        }
    }

    private final class Filling implements TopicFollower.Target {
        @Override
        public void begin() {
            synchronized (newestFirst) {
                newestFirst.clear();
            }
        }

        @Override
        public void apply(ConsumerRecord<byte[], byte[]> record) {
            try {
                AuditEntry entry = AuditJson.read(record.value());
                synchronized (newestFirst) {
                    newestFirst.addFirst(entry);
                    while (newestFirst.size() > CAPACITY) {
                        newestFirst.removeLast();
                    }
                }
            } catch (ControlFormatException e) {
                log.error("audit entry not shown topic={} offset={}", record.topic(), record.offset(), e);
            }
        }

        @Override
        public void complete() {
            ready = true;
        }
    }
}
