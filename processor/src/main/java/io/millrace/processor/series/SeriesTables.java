package io.millrace.processor.series;

import io.millrace.model.TenantId;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a partition, dressed as the key-value store of bytes that Kafka Streams can put a changelog around and
 * restore. Records go in and out as {@link SeriesState}; the look-ups of samples go to the tables directly. Not
 * thread-safe.
 *
 * <p>Reading it as a key-value store is not offered: nobody does, and iterating bytes would invite it.
 */
final class SeriesTables implements KeyValueStore<Bytes, byte[]> {
    private static final long DAY_SECONDS = 86_400;

    private final String name;
    private final LongSupplier clockMs;
    private final long seed = new SecureRandom().nextLong();
    private final Map<TenantId, TenantSeries> tenants = new HashMap<>();
    private boolean open;

    SeriesTables(String name, LongSupplier clockMs) {
        this.name = name;
        this.clockMs = clockMs;
    }

    @Nullable
    TenantSeries find(TenantId tenant) {
        return tenants.get(tenant);
    }

    TenantSeries findOrCreate(TenantId tenant) {
        return tenants.computeIfAbsent(tenant, id -> new TenantSeries(id, seed));
    }

    /** A copy, so that tenants may come and go while it is walked. */
    List<TenantSeries> tenants() {
        return new ArrayList<>(tenants.values());
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        tenants.clear();
        open = true;
        context.register(root, this::apply);
    }

    /** Takes a record of the changelog: a state, or null for a series that was forgotten. */
    private void apply(byte[] key, byte @Nullable [] value) {
        if (value == null) {
            remove(SeriesState.decodeKey(key));
            return;
        }
        SeriesState state = SeriesState.decode(key, value);
        TenantSeries series = findOrCreate(state.tenant());
        int slot = series.table().find(state.idHigh(), state.idLow());
        if (slot == SeriesTable.ABSENT) {
            slot = series.insert(
                    state.idHigh(), state.idLow(), state.check(), state.metric(), state.job(), seen(state));
        }
        series.table().setDays(slot, state.days());
        series.setActive(slot, state.active());
    }

    /** An active series gets a whole new period of activity; of an inactive one the last day is known. */
    private int seen(SeriesState state) {
        long now = clockMs.getAsLong() / 1000;
        long endOfDay = (AnnouncedDays.latest(state.days()) + 1L) * DAY_SECONDS;
        return (int) (state.active() ? now : Math.min(now, endOfDay));
    }

    private void remove(SeriesState key) {
        TenantSeries series = tenants.get(key.tenant());
        int slot = series == null ? SeriesTable.ABSENT : series.table().find(key.idHigh(), key.idLow());
        if (series != null && slot != SeriesTable.ABSENT) {
            series.remove(slot);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void put(Bytes key, byte @Nullable [] value) {
        apply(key.get(), value);
    }

    @Override
    public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
        entries.forEach(entry -> put(entry.key, entry.value));
    }

    @Override
    public byte @Nullable [] delete(Bytes key) {
        apply(key.get(), null);
        return null;
    }

    @Override
    public byte @Nullable [] get(Bytes key) {
        SeriesState who = SeriesState.decodeKey(key.get());
        TenantSeries series = tenants.get(who.tenant());
        int slot = series == null ? SeriesTable.ABSENT : series.table().find(who.idHigh(), who.idLow());
        return series == null || slot == SeriesTable.ABSENT
                ? null
                : series.state(slot).value();
    }

    @Override
    public byte @Nullable [] putIfAbsent(Bytes key, byte[] value) {
        byte[] existing = get(key);
        if (existing == null) {
            put(key, value);
        }
        return existing;
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
        throw new UnsupportedOperationException("the series of a partition are not iterated as bytes");
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> all() {
        throw new UnsupportedOperationException("the series of a partition are not iterated as bytes");
    }

    @Override
    public long approximateNumEntries() {
        return tenants.values().stream()
                .mapToLong(series -> series.table().size())
                .sum();
    }

    @Override
    public Position getPosition() {
        return Position.emptyPosition();
    }

    /**
     * True, though the tables are memory: Kafka Streams keeps its process id over restarts only where it thinks there is
     * state on disk, and with the process id the transactional id. So a restart after a kill aborts the open transaction
     * at once, where otherwise readers of the output would wait 10 to 20 s for its time-out. {@link #committedOffset}
     * then says that nothing was kept, so the changelog is read from its beginning.
     */
    @Override
    public boolean persistent() {
        return true;
    }

    @Override
    @Deprecated
    public boolean managesOffsets() {
        return true;
    }

    @Override
    public @Nullable Long committedOffset(TopicPartition partition) {
        return null;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
        tenants.clear();
    }
}
