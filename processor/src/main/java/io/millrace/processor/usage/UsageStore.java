package io.millrace.processor.usage;

import io.millrace.model.TenantId;
import io.millrace.processor.progress.ProcessedRange;
import io.millrace.processor.progress.RangeLog;
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
import org.jspecify.annotations.Nullable;

/**
 * The counts of all tenants of a partition, made durable once for each commit, in the transaction of the samples: a
 * record of about 100 bytes beside the thousands of samples it counts. How far the partition is processed stands beside
 * them: it is written as often, and a topic of its own would be one more in every transaction. For the task's thread.
 */
public final class UsageStore implements UsageLog, RangeLog {
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
                if (!ProcessedRange.isKey(entry.key.get())) {
                    records.add(UsageRecord.decode(entry.key.get(), entry.value));
                }
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

    @Override
    public @Nullable ProcessedRange range() {
        byte[] value = store.get(Bytes.wrap(ProcessedRange.key()));
        return value == null ? null : ProcessedRange.decode(value);
    }

    @Override
    public void put(ProcessedRange range) {
        store.put(Bytes.wrap(ProcessedRange.key()), range.value());
    }
}
