package io.millrace.torture;

import io.millrace.model.TenantId;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.Topics;
import io.millrace.runtime.shards.ShardTables;
import io.millrace.runtime.shards.TenantShards;
import io.millrace.wire.record.ShardRecord;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The partitions of {@code received} that an instance uses: one at first, so that series move while processes are killed. */
final class GrowingShard {
    private GrowingShard() {}

    /** The instance begins with one partition. To be called before anything is sent. */
    static void begin(KafkaSettings settings, String instance) throws InterruptedException, ExecutionException {
        ShardRecord one = new ShardRecord.State(
                new TenantId(instance), 0, ShardRecord.Phase.STEADY, 1, 0, System.currentTimeMillis());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(KafkaClients.producer(settings, "torture-shard"))) {
            producer.send(new ProducerRecord<>(
                            Topics.of(settings).shards(), 0, one.key().encode(), one.value()))
                    .get();
        }
    }

    /** Waits until the instance uses all partitions and nothing changes; returns what it uses then, or after {@code limit}. */
    static TenantShards awaitAll(KafkaSettings settings, String instance, Duration limit) throws InterruptedException {
        TenantId tenant = new TenantId(instance);
        long deadline = System.nanoTime() + limit.toNanos();
        try (ShardTables tables = new ShardTables(settings, false)) {
            tables.start();
            TenantShards now = tables.of(tenant);
            while (System.nanoTime() < deadline
                    && !(tables.ready() && now.shard().isAll() && !now.isClosed())) {
                TimeUnit.MILLISECONDS.sleep(100);
                now = tables.of(tenant);
            }
            return now;
        }
    }
}
