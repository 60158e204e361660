package io.millrace.benchmarks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.TenantId;
import io.millrace.query.QuerySettings;
import io.millrace.runtime.config.Configuration;
import io.millrace.storage.ChunkBucket;
import io.millrace.storage.ChunkPartition;
import io.millrace.storage.ChunkRow;
import io.millrace.storage.ChunkStore;
import io.millrace.storage.MetricChunk;
import io.millrace.storage.RetentionClass;
import io.millrace.storage.RetentionPolicy;
import io.millrace.storage.cassandra.CassandraStore;
import io.millrace.testkit.TestCassandra;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Chunks in a Cassandra node of this JVM's own, written in batches as a writer does. One thread writes. */
final class CassandraChunks implements AutoCloseable {
    private static final int ROWS_PER_BATCH = 100;

    private final CassandraStore store;
    private final Map<ChunkBucket, List<MetricChunk>> batches = new HashMap<>();

    CassandraChunks() throws Exception {
        Map<String, String> values = Map.of(
                "MILLRACE_QUERY_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1",
                "MILLRACE_QUERY_CASSANDRA_CONTACT_POINTS",
                        "127.0.0.1:" + TestCassandra.contactPoint().getPort(),
                "MILLRACE_QUERY_CASSANDRA_DATACENTER", TestCassandra.datacenter(),
                "MILLRACE_QUERY_CASSANDRA_KEYSPACE", "benchmark",
                "MILLRACE_QUERY_CASSANDRA_REPLICATION_FACTOR", "1");
        store = new CassandraStore(
                Configuration.load(QuerySettings.class, null, values).cassandra(),
                new LikeAnInstance(),
                "benchmark",
                new SimpleMeterRegistry());
        store.start();
    }

    /** As the services see an instance of 30 days: one table is written, all are read. */
    private static final class LikeAnInstance implements RetentionPolicy {
        @Override
        public RetentionClass writeTo(TenantId tenant) {
            return RetentionClass.atLeast(30);
        }

        @Override
        public Set<RetentionClass> readFrom(TenantId tenant) {
            return EnumSet.allOf(RetentionClass.class);
        }
    }

    void add(ChunkPartition partition, ChunkRow row) {
        List<MetricChunk> batch = batches.computeIfAbsent(partition.bucket(), b -> new ArrayList<>());
        batch.add(new MetricChunk(partition.metric(), row.endMs(), row));
        if (batch.size() == ROWS_PER_BATCH) {
            write(partition.bucket(), batch);
        }
    }

    /** Writes what has not filled a batch. */
    void flush() {
        batches.forEach((bucket, batch) -> {
            if (!batch.isEmpty()) {
                write(bucket, batch);
            }
        });
    }

    private void write(ChunkBucket bucket, List<MetricChunk> batch) {
        store.chunks().write(bucket, List.copyOf(batch)).toCompletableFuture().join();
        batch.clear();
    }

    ChunkStore store() {
        return store.chunks();
    }

    @Override
    public void close() {
        store.close();
    }
}
