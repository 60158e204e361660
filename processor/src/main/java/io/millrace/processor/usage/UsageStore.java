package io.millrace.processor.usage;

import io.millrace.model.TenantId;
import io.millrace.wire.record.UsageRecord;
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
 * The counts of all tenants of a partition, made durable once for each commit, in the transaction of the samples: a
 * record of about 100 bytes beside the thousands of samples it counts. For the task's thread.
 */
public final class UsageStore implements UsageLog {
    /** The name of the store; part of the name of its changelog topic. */
    public static final String NAME = "usage";

    private final KeyValueStore<Bytes, byte[]> store;

    public UsageStore(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    /** Makes the store of each task. */
    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder(Map<String, String> changelogConfig) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(NAME), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(changelogConfig);
    }

    @Override
    public List<UsageRecord> load() {
        List<UsageRecord> records = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> entry = all.next();
                records.add(UsageRecord.decode(entry.key.get(), entry.value));
            }
        }
        return records;
    }

    @Override
    public void put(UsageRecord record) {
        store.put(Bytes.wrap(record.key()), record.value());
    }

    @Override
    public void remove(TenantId tenant, int partition) {
        var unused = store.delete(Bytes.wrap(UsageRecord.key(tenant, partition)));
    }
}
