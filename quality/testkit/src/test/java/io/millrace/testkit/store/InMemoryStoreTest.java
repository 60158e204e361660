package io.millrace.testkit.store;

import io.millrace.storage.Store;

/** The store in memory does what a store does. */
class InMemoryStoreTest extends StoreContracts {
    private final InMemoryStore store = new InMemoryStore();

    @Override
    protected Store store() {
        return store;
    }
}
