package io.millrace.runtime.usage;

import io.millrace.model.TenantId;
import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicFollower;
import io.millrace.runtime.kafka.Topics;
import io.millrace.wire.MalformedException;
import io.millrace.wire.record.UsageRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copy of the topic {@code usage} in this process: read from the beginning at start, then followed. What a partition
 * counts is here about a second after it has counted it. While the broker is away the copy stays as it is.
 *
 * <p>Records are read before they are committed. Otherwise a processor that is killed would freeze the figures of all
 * others for as long as its transaction stays open, ten seconds, and in that time limits would let in what is already
 * there. A count whose transaction is aborted is counted again from the same samples and replaced. Safe for any thread.
 */
public final class UsageTables implements Service {
    private static final Logger log = LoggerFactory.getLogger(UsageTables.class);

    private final UsageState state;
    private final TopicFollower follower;
    private final List<Consumer<TenantId>> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean ready;

    /** @param clockMs the wall clock */
    public UsageTables(KafkaSettings settings, LongSupplier clockMs) {
        state = new UsageState(clockMs);
        follower = new TopicFollower(
                settings,
                Topics.of(settings).usage(),
                "usage-tables",
                Long.MAX_VALUE,
                IsolationLevel.READ_UNCOMMITTED,
                new Target());
    }

    @Override
    public String name() {
        return "usage-tables";
    }

    /** Begins to read; returns at once. {@link #check} says when the end has been reached. */
    @Override
    public void start() {
        follower.start();
    }

    @Override
    public Health check() {
        return ready ? Health.READY : Health.notReady("reading the topic usage: " + follower.progress());
    }

    @Override
    public void close() {
        follower.close();
    }

    /** Whether the topic has been read to its end once. */
    public boolean ready() {
        return ready;
    }

    /** What a tenant uses; {@link TenantUsage#NONE} when nothing is known of it. */
    public TenantUsage usage(TenantId tenant) {
        return state.usage(tenant);
    }

    /** Tenants with a usage record. */
    public Set<TenantId> tenants() {
        return state.tenants();
    }

    /** The newest record of each partition of a tenant. */
    public Map<Integer, UsageRecord> partitions(TenantId tenant) {
        return state.partitions(tenant);
    }

    /** Active series of a tenant in all partitions but this one. */
    public long activeElsewhere(TenantId tenant, int partition) {
        return state.activeElsewhere(tenant, partition);
    }

    /** Calls {@code listener} after each change, on the thread that reads the topic: be quick. */
    public void onChange(Consumer<TenantId> listener) {
        listeners.add(listener);
    }

    private final class Target implements TopicFollower.Target {
        private @Nullable Map<UsageRecord.Key, UsageRecord> loading;

        @Override
        public void begin() {
            loading = new HashMap<>();
        }

        @Override
        public void apply(ConsumerRecord<byte[], byte[]> record) {
            try {
                UsageRecord.Key key = UsageRecord.Key.decode(record.key());
                if (record.value() == null) {
                    remove(key);
                } else {
                    put(key, UsageRecord.decode(record.key(), record.value()));
                }
            } catch (MalformedException e) {
                log.error("usage record ignored topic={} offset={}", record.topic(), record.offset(), e);
            }
        }

        private void put(UsageRecord.Key key, UsageRecord usage) {
            Map<UsageRecord.Key, UsageRecord> begun = loading;
            if (begun != null) {
                begun.put(key, usage);
            } else {
                state.put(usage);
                listeners.forEach(listener -> listener.accept(key.tenant()));
            }
        }

        private void remove(UsageRecord.Key key) {
            Map<UsageRecord.Key, UsageRecord> begun = loading;
            if (begun != null) {
                begun.remove(key);
            } else {
                state.remove(key);
                listeners.forEach(listener -> listener.accept(key.tenant()));
            }
        }

        @Override
        public void complete() {
            Map<UsageRecord.Key, UsageRecord> begun = loading;
            loading = null;
            if (begun != null) {
                state.replaceAll(begun);
            }
            ready = true;
        }
    }
}
