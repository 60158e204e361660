package io.millrace.runtime.shards;

import io.millrace.model.TenantId;
import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicFollower;
import io.millrace.runtime.kafka.Topics;
import io.millrace.wire.MalformedException;
import io.millrace.wire.record.ShardRecord;
import io.millrace.wire.record.ShardRecord.Passed;
import io.millrace.wire.record.ShardRecord.State;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copy of the topic {@code shards} in this process: read from the beginning at start, then followed. Only committed
 * records count: a step of a change must not be seen when the transaction that made it is aborted. While the broker is away
 * the copy stays as it is. Safe for any thread.
 */
public final class ShardTables implements Shards, Service {
    private static final Logger log = LoggerFactory.getLogger(ShardTables.class);

    private final int partitions;
    private final boolean keepsPassed;
    private final TopicFollower follower;
    private final Object changed = new Object();

    /** Also tenants of which nothing was said, so that their order of partitions is drawn once. */
    private volatile Map<TenantId, TenantShards> tenants = new ConcurrentHashMap<>();

    private volatile boolean ready;

    /**
     * Does nothing yet.
     *
     * @param keepsPassed whether {@link TenantShards#passed} is wanted; it takes up to 640 KiB for each tenant and partition in
     *     the minutes after a change
     */
    public ShardTables(KafkaSettings settings, boolean keepsPassed) {
        this.partitions = settings.partitions();
        this.keepsPassed = keepsPassed;
        follower =
                new TopicFollower(settings, Topics.of(settings).shards(), "shard-tables", Long.MAX_VALUE, new Target());
    }

    @Override
    public String name() {
        return "shard-tables";
    }

    /** Begins to read; returns at once. {@link #ready} says when the end has been reached. */
    @Override
    public void start() {
        follower.start();
    }

    @Override
    public Health check() {
        return ready ? Health.READY : Health.notReady("reading the topic shards: " + follower.progress());
    }

    @Override
    public void close() {
        follower.close();
    }

    @Override
    public boolean ready() {
        return ready;
    }

    /**
     * Waits until the topic has been read.
     *
     * @return false when it was not within {@code limit}
     */
    public boolean awaitReady(Duration limit) throws InterruptedException {
        return await(() -> ready, limit);
    }

    @Override
    public TenantShards of(TenantId tenant) {
        Map<TenantId, TenantShards> now = tenants;
        TenantShards known = now.get(tenant);
        return known != null ? known : now.computeIfAbsent(tenant, id -> TenantShards.all(id, partitions));
    }

    @Override
    public boolean awaitSteady(TenantId tenant, long epoch, Duration limit) throws InterruptedException {
        return await(() -> of(tenant).steadyEpoch() >= epoch, limit);
    }

    private boolean await(BooleanSupplier holds, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (changed) {
            while (!holds.getAsBoolean()) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    return false;
                }
                changed.wait(millis);
            }
            return true;
        }
    }

    private final class Target implements TopicFollower.Target {
        private @Nullable Map<TenantId, TenantShards> loading;

        @Override
        public void begin() {
            loading = new ConcurrentHashMap<>();
        }

        @Override
        public void apply(ConsumerRecord<byte[], byte[]> record) {
            Map<TenantId, TenantShards> target = loading == null ? tenants : loading;
            try {
                apply(target, ShardRecord.Key.decode(record.key()), record.value());
            } catch (MalformedException e) {
                log.error("shard record ignored topic={} offset={}", record.topic(), record.offset(), e);
            }
        }

        private void apply(Map<TenantId, TenantShards> target, ShardRecord.Key key, byte @Nullable [] value) {
            TenantId tenant = key.tenant();
            TenantShards before = target.getOrDefault(tenant, TenantShards.all(tenant, partitions));
            if (key.partition() == ShardRecord.STATE) {
                State state = value == null ? null : (State) ShardRecord.decode(key, value);
                put(target, tenant, TenantShards.of(tenant, state, before.passed(), partitions));
            } else if (keepsPassed) {
                Map<Integer, Passed> passed = new HashMap<>(before.passed());
                if (value == null) {
                    passed.remove(key.partition());
                } else {
                    passed.put(key.partition(), (Passed) ShardRecord.decode(key, value));
                }
                put(
                        target,
                        tenant,
                        new TenantShards(before.state(), before.shard(), before.nextShard(), Map.copyOf(passed)));
            }
        }

        private void put(Map<TenantId, TenantShards> target, TenantId tenant, TenantShards now) {
            synchronized (changed) {
                target.put(tenant, now);
                changed.notifyAll();
            }
        }

        @Override
        public void complete() {
            Map<TenantId, TenantShards> read = loading;
            loading = null;
            synchronized (changed) {
                if (read != null) {
                    tenants = read;
                }
                ready = true;
                changed.notifyAll();
            }
        }
    }
}
