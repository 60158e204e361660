package io.millrace.testkit.store;

import io.millrace.storage.ChunkStore;
import io.millrace.storage.DeletionStore;
import io.millrace.storage.ExemplarStore;
import io.millrace.storage.MergeStore;
import io.millrace.storage.MetadataStore;
import io.millrace.storage.RejectionLedger;
import io.millrace.storage.SeriesRegistry;
import io.millrace.storage.UsageStore;

/** The store in memory does what a store does. */
class InMemoryStoreTest extends StoreContracts {
    private final InMemoryStore store = new InMemoryStore();

    @Override
    protected ChunkStore chunks() {
        return store.chunks();
    }

    @Override
    protected MergeStore merges() {
        return store.merges();
    }

    @Override
    protected DeletionStore deletions() {
        return store.deletions();
    }

    @Override
    protected SeriesRegistry series() {
        return store.series();
    }

    @Override
    protected MetadataStore metadata() {
        return store.metadata();
    }

    @Override
    protected ExemplarStore exemplars() {
        return store.exemplars();
    }

    @Override
    protected RejectionLedger rejections() {
        return store.rejections();
    }

    @Override
    protected UsageStore usage() {
        return store.usage();
    }
}
