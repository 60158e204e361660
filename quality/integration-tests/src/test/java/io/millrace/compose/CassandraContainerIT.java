package io.millrace.compose;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.config.Configuration;
import io.millrace.storage.ChunkStore;
import io.millrace.storage.DeletionStore;
import io.millrace.storage.ExemplarStore;
import io.millrace.storage.MergeStore;
import io.millrace.storage.MetadataStore;
import io.millrace.storage.RejectionLedger;
import io.millrace.storage.RetentionClass;
import io.millrace.storage.RetentionPolicy;
import io.millrace.storage.SeriesRegistry;
import io.millrace.storage.UsageStore;
import io.millrace.storage.cassandra.CassandraSettings;
import io.millrace.storage.cassandra.CassandraStore;
import io.millrace.testkit.store.StoreContracts;
import io.smallrye.config.ConfigMapping;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.containers.GenericContainer;

/** The contracts of the store on a node from the official image; the embedded node runs the same. */
final class CassandraContainerIT extends StoreContracts {
    private static GenericContainer<?> node;
    private static CassandraStore store;

    @ConfigMapping(prefix = "test")
    interface TestSettings {
        CassandraSettings cassandra();
    }

    @BeforeAll
    static void start() throws Exception {
        Containers.require(Containers.CASSANDRA);
        int port = Containers.freePort();
        node = Containers.cassandra(port);
        node.start();
        CassandraSettings settings = Configuration.load(
                        TestSettings.class,
                        null,
                        Map.of(
                                "MILLRACE_TEST_CASSANDRA_CONTACT_POINTS",
                                "127.0.0.1:" + port,
                                "MILLRACE_TEST_CASSANDRA_REPLICATION_FACTOR",
                                "1"))
                .cassandra();
        store = new CassandraStore(
                settings, RetentionPolicy.fixed(RetentionClass.DAYS_15), "test", new SimpleMeterRegistry());
        store.start();
    }

    @AfterAll
    static void stop() {
        if (store != null) {
            store.close();
        }
        if (node != null) {
            node.stop();
        }
    }

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
