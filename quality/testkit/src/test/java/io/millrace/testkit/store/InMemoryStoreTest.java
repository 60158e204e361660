package io.millrace.testkit.store;

import io.millrace.storage.ChunkStore;
import io.millrace.storage.DeletionStore;
import io.millrace.storage.ExemplarStore;
import io.millrace.storage.MergeStore;
import io.millrace.storage.MetadataStore;
import io.millrace.storage.RejectionLedger;
import io.millrace.storage.SeriesRegistry;
import io.millrace.storage.UsageStore;
import org.junit.jupiter.api.Nested;

/** The store in memory does what a store does. */
class InMemoryStoreTest {
    private final InMemoryStore store = new InMemoryStore();

    @Nested
    class Chunks extends ChunkStoreContract {
        @Override
        protected ChunkStore store() {
            return store.chunks();
        }
    }

    @Nested
    class Merges extends MergeStoreContract {
        @Override
        protected MergeStore merges() {
            return store.merges();
        }

        @Override
        protected ChunkStore chunks() {
            return store.chunks();
        }
    }

    @Nested
    class Deletions extends DeletionStoreContract {
        @Override
        protected DeletionStore store() {
            return store.deletions();
        }
    }

    @Nested
    class Series extends SeriesRegistryContract {
        @Override
        protected SeriesRegistry registry() {
            return store.series();
        }
    }

    @Nested
    class Metadata extends MetadataStoreContract {
        @Override
        protected MetadataStore store() {
            return store.metadata();
        }
    }

    @Nested
    class Exemplars extends ExemplarStoreContract {
        @Override
        protected ExemplarStore store() {
            return store.exemplars();
        }
    }

    @Nested
    class Rejections extends RejectionLedgerContract {
        @Override
        protected RejectionLedger ledger() {
            return store.rejections();
        }
    }

    @Nested
    class Usage extends UsageStoreContract {
        @Override
        protected UsageStore store() {
            return store.usage();
        }
    }
}
