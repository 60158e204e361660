package io.millrace.compose;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.config.Configuration;
import io.millrace.storage.RetentionClass;
import io.millrace.storage.RetentionPolicy;
import io.millrace.storage.Store;
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
    protected Store store() {
        return store;
    }
}
