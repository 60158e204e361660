package io.millrace.query.deletion;

import io.millrace.model.TenantId;
import io.millrace.storage.DeletionStore;
import io.millrace.storage.Deletions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What is deleted, by tenant. Read again after {@link #FRESH_NANOS}, so that a deletion made in another process counts here
 * within that time; one made in this process counts at once. Thread-safe; may wait for the store.
 */
public final class DeletionCache implements Function<TenantId, Deletions> {
    /** One second: a read of one small partition for each instance that is queried. */
    private static final long FRESH_NANOS = 1_000_000_000;

    /** Most instances have no deletions, which takes some 100 bytes. */
    private static final int MAX_TENANTS = 10_000;

    private final DeletionStore store;
    private final LongSupplier nanoTime;
    private final Map<TenantId, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<TenantId, Known> eldest) {
            return size() > MAX_TENANTS;
        }
    };

    private record Known(Deletions deletions, long atNanos) {}

    public DeletionCache(DeletionStore store, LongSupplier nanoTime) {
        this.store = store;
        this.nanoTime = nanoTime;
    }

    /** @throws io.millrace.storage.StoreUnavailableException when they cannot be read: rather no answer than a wrong one */
    @Override
    public Deletions apply(TenantId tenant) {
        long now = nanoTime.getAsLong();
        synchronized (known) {
            Known before = known.get(tenant);
            if (before != null && now - before.atNanos() < FRESH_NANOS) {
                return before.deletions();
            }
        }
        Deletions read = Deletions.of(store.list(tenant));
        synchronized (known) {
            known.put(tenant, new Known(read, now));
        }
        return read;
    }

    /** The next call reads the store. */
    void forget(TenantId tenant) {
        synchronized (known) {
            known.remove(tenant);
        }
    }
}
