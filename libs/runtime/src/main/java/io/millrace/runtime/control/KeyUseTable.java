package io.millrace.runtime.control;

import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicFollower;
import io.millrace.runtime.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last use of each access key over all processes, as far as they have published it. Safe for any thread. */
public final class KeyUseTable implements Service {
    private static final Logger log = LoggerFactory.getLogger(KeyUseTable.class);

    private final Map<String, KeyUse> uses = new ConcurrentHashMap<>();
    private final TopicFollower follower;

    public KeyUseTable(KafkaSettings settings) {
        follower = new TopicFollower(
                settings, Topics.of(settings).keyUses(), "key-use-table", Long.MAX_VALUE, new Filling());
    }

    /** When and from where the key was used last; null when it never was. */
    public @Nullable KeyUse lastUse(String keyId) {
        return uses.get(keyId);
    }

    @Override
    public String name() {
        return "key-use-table";
    }

    /** Begins to read; returns at once. */
    @Override
    public void start() {
        follower.start();
    }

    /** Always ready: it is for people to look at. */
    @Override
    public Health check() {
        return Health.READY;
    }

    @Override
    public void close() {
        follower.close();
    }

    private final class Filling implements TopicFollower.Target {
        @Override
        public void begin() {
            uses.clear();
        }

        /** Several processes write one key: the latest use counts, not the latest record. */
        @Override
        public void apply(ConsumerRecord<byte[], byte[]> record) {
            if (record.key() == null || record.value() == null) {
                return;
            }
            try {
                KeyUse use = KeyUse.read(record.value());
                uses.merge(
                        new String(record.key(), StandardCharsets.UTF_8),
                        use,
                        (a, b) -> a.at().isAfter(b.at()) ? a : b);
            } catch (ControlFormatException e) {
                log.warn("use of a key not shown topic={} offset={}", record.topic(), record.offset(), e);
            }
        }

        @Override
        public void complete() {}
    }
}
