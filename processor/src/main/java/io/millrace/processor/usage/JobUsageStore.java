package io.millrace.processor.usage;

import io.millrace.model.TenantId;
import io.millrace.wire.record.JobUsageRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The counts by job of all tenants of a partition. Changed with each batch, written to the changelog once for each commit,
 * in the transaction of the samples. For the task's thread.
 */
public final class JobUsageStore implements JobUsageLog {
    /** The name of the store; part of the name of its changelog topic. */
    public static final String NAME = "usage-by-job";

    private final KeyValueStore<Bytes, byte[]> store;

    public JobUsageStore(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    /** Makes the store of each task. */
    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder(Map<String, String> changelogConfig) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(NAME), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(changelogConfig);
    }

    @Override
    public List<JobUsageRecord> load() {
        List<JobUsageRecord> records = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> entry = all.next();
                records.add(JobUsageRecord.decode(entry.key.get(), entry.value));
            }
        }
        return records;
    }

    @Override
    public void put(JobUsageRecord record) {
        store.put(Bytes.wrap(record.key()), record.value());
    }

    @Override
    public void remove(TenantId tenant, int partition, String job) {
        var unused = store.delete(Bytes.wrap(JobUsageRecord.key(tenant, partition, job)));
    }
}
