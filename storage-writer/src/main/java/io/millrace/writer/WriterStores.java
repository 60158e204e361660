package io.millrace.writer;

import io.millrace.storage.cassandra.CassandraStore;
import io.millrace.writer.partition.Stores;

/** The parts of the Cassandra store that the writer uses. */
public final class WriterStores {
    private WriterStores() {}

    /** Of a store that is started. */
    public static Stores of(CassandraStore store) {
        return new Stores(store.chunks(), store.series(), store.metadata(), store.exemplars());
    }
}
