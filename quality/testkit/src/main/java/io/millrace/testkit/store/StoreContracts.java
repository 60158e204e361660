package io.millrace.testkit.store;

import io.millrace.storage.ChunkStore;
import io.millrace.storage.DeletionStore;
import io.millrace.storage.ExemplarStore;
import io.millrace.storage.MergeStore;
import io.millrace.storage.MetadataStore;
import io.millrace.storage.RejectionLedger;
import io.millrace.storage.SeriesRegistry;
import io.millrace.storage.Store;
import io.millrace.storage.UsageStore;
import org.junit.jupiter.api.Nested;

/** All contracts of a store, for one test class of each store there is. */
public abstract class StoreContracts {
    protected abstract Store store();

    @Nested
    class Chunks extends ChunkStoreContract {
        @Override
        protected ChunkStore store() {
            return StoreContracts.this.store().chunks();
        }
    }

    @Nested
    class Merges extends MergeStoreContract {
        @Override
        protected MergeStore merges() {
            return StoreContracts.this.store().merges();
        }

        @Override
        protected ChunkStore chunks() {
            return StoreContracts.this.store().chunks();
        }
    }

    @Nested
    class Deletions extends DeletionStoreContract {
        @Override
        protected DeletionStore store() {
            return StoreContracts.this.store().deletions();
        }
    }

    @Nested
    class Series extends SeriesRegistryContract {
        @Override
        protected SeriesRegistry registry() {
            return StoreContracts.this.store().series();
        }
    }

    @Nested
    class Metadata extends MetadataStoreContract {
        @Override
        protected MetadataStore store() {
            return StoreContracts.this.store().metadata();
        }
    }

    @Nested
    class Exemplars extends ExemplarStoreContract {
        @Override
        protected ExemplarStore store() {
            return StoreContracts.this.store().exemplars();
        }

        @Override
        protected MergeStore merges() {
            return StoreContracts.this.store().merges();
        }
    }

    @Nested
    class Rejections extends RejectionLedgerContract {
        @Override
        protected RejectionLedger ledger() {
            return StoreContracts.this.store().rejections();
        }
    }

    @Nested
    class Usage extends UsageStoreContract {
        @Override
        protected UsageStore store() {
            return StoreContracts.this.store().usage();
        }
    }
}
