package io.millrace.processor.series;

import io.millrace.model.TenantId;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The state store of a task: the series tables of one partition, with a changelog. Not thread-safe: the task owns it.
 *
 * <p>Two faces. For samples, {@link #tenant} gives the primitive tables, which are read and changed directly. For
 * durability, {@link #log} and {@link #forget} send the state of one series through Kafka Streams' own change-logging
 * key-value store around the same tables, so that it is in the transaction of the samples that caused it. What is not
 * logged (when a series was last seen) is made up at restore: see {@link SeriesTables}.
 */
public final class SeriesStore implements StateStore, SeriesMemory {
    /** The name of the store; part of the name of its changelog topic. */
    public static final String NAME = "series";

    private final SeriesTables tables;
    private final KeyValueStore<Bytes, byte[]> logged;

    private SeriesStore(LongSupplier clockMs) {
        tables = new SeriesTables(NAME, clockMs);
        logged = Stores.keyValueStoreBuilder(supplier(tables), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingEnabled(Map.of())
                .build();
    }

    /**
     * Makes the store of each task.
     *
     * @param clockMs the wall clock
     * @param changelogConfig settings of the changelog topic
     */
    public static StoreBuilder<SeriesStore> builder(LongSupplier clockMs, Map<String, String> changelogConfig) {
        return new Builder(clockMs, changelogConfig);
    }

    @Override
    public TenantSeries tenant(TenantId tenant) {
        return tables.findOrCreate(tenant);
    }

    @Override
    public List<TenantSeries> tenants() {
        return tables.tenants();
    }

    @Override
    public void log(TenantSeries series, int slot) {
        SeriesState state = series.state(slot);
        logged.put(Bytes.wrap(state.key()), state.value());
    }

    @Override
    public void forget(TenantSeries series, int slot) {
        SeriesTable table = series.table();
        var unused = logged.delete(Bytes.wrap(SeriesState.key(series.tenant(), table.idHigh(slot), table.idLow(slot))));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        logged.init(context, root);
    }

    @Override
    public void commit(Map<TopicPartition, Long> changelogOffsets) {
        logged.commit(changelogOffsets);
    }

    @Override
    public @Nullable Long committedOffset(TopicPartition partition) {
        return logged.committedOffset(partition);
    }

    @Override
    @Deprecated
    public boolean managesOffsets() {
        return logged.managesOffsets();
    }

    @Override
    public Position getPosition() {
        return logged.getPosition();
    }

    @Override
    public boolean persistent() {
        return logged.persistent();
    }

    @Override
    public boolean isOpen() {
        return logged.isOpen();
    }

    @Override
    public void close() {
        logged.close();
    }

    private static KeyValueBytesStoreSupplier supplier(SeriesTables tables) {
        return new KeyValueBytesStoreSupplier() {
            @Override
            public String name() {
                return NAME;
            }

            @Override
            public KeyValueStore<Bytes, byte[]> get() {
                return tables;
            }

            @Override
            public String metricsScope() {
                return "series-tables";
            }
        };
    }

    private record Builder(LongSupplier clockMs, Map<String, String> logConfig) implements StoreBuilder<SeriesStore> {
        @Override
        public SeriesStore build() {
            return new SeriesStore(clockMs);
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public boolean loggingEnabled() {
            return true;
        }

        @Override
        public StoreBuilder<SeriesStore> withCachingEnabled() {
            throw new UnsupportedOperationException("the tables are in memory already");
        }

        @Override
        public StoreBuilder<SeriesStore> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<SeriesStore> withLoggingEnabled(Map<String, String> config) {
            return new Builder(clockMs, config);
        }

        @Override
        public StoreBuilder<SeriesStore> withLoggingDisabled() {
            throw new UnsupportedOperationException("without a changelog a restart would announce every series again");
        }
    }
}
