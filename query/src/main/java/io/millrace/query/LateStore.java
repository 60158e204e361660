package io.millrace.query;

import io.millrace.storage.StoreUnavailableException;
import io.millrace.storage.cassandra.CassandraStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Function;

/**
 * The parts of a store that may connect later than the service starts. Until then a call fails as it does when the store
 * is away, so that callers are told 503 and come back, and everything that needs no store works. Thread-safe.
 */
final class LateStore {
    private final CassandraStore store;

    LateStore(CassandraStore store) {
        this.store = store;
    }

    /** The part of this type, looked up at each call: calls read whole batches, so that it does not show. */
    <T> T part(Class<T> type, Function<CassandraStore, T> which) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return method.invoke(this, arguments);
                    }
                    try {
                        return method.invoke(connected(which), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private <T> T connected(Function<CassandraStore, T> which) {
        try {
            return which.apply(store);
        } catch (IllegalStateException e) {
            throw new StoreUnavailableException(store.check().reason(), e);
        }
    }
}
