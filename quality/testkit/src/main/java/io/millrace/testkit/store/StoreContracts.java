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

/** All contracts of a store, for one test class of each store there is. Its parts are parts of one store. */
public abstract class StoreContracts {
    protected abstract ChunkStore chunks();

    protected abstract MergeStore merges();

    protected abstract DeletionStore deletions();

    protected abstract SeriesRegistry series();

    protected abstract MetadataStore metadata();

    protected abstract ExemplarStore exemplars();

    protected abstract RejectionLedger rejections();

    protected abstract UsageStore usage();

    @Nested
    class Chunks extends ChunkStoreContract {
        @Override
        protected ChunkStore store() {
            return StoreContracts.this.chunks();
        }
    }

    @Nested
    class Merges extends MergeStoreContract {
        @Override
        protected MergeStore merges() {
            return StoreContracts.this.merges();
        }

        @Override
        protected ChunkStore chunks() {
            return StoreContracts.this.chunks();
        }
    }

    @Nested
    class Deletions extends DeletionStoreContract {
        @Override
        protected DeletionStore store() {
            return deletions();
        }
    }

    @Nested
    class Series extends SeriesRegistryContract {
        @Override
        protected SeriesRegistry registry() {
            return series();
        }
    }

    @Nested
    class Metadata extends MetadataStoreContract {
        @Override
        protected MetadataStore store() {
            return metadata();
        }
    }

    @Nested
    class Exemplars extends ExemplarStoreContract {
        @Override
        protected ExemplarStore store() {
            return exemplars();
        }

        @Override
        protected MergeStore merges() {
            return StoreContracts.this.merges();
        }
    }

    @Nested
    class Rejections extends RejectionLedgerContract {
        @Override
        protected RejectionLedger ledger() {
            return rejections();
        }
    }

    @Nested
    class Usage extends UsageStoreContract {
        @Override
        protected UsageStore store() {
            return usage();
        }
    }
}
