package io.millrace.storage.cassandra;

import io.millrace.runtime.config.Configuration;
import io.millrace.testkit.TestCassandra;
import io.smallrye.config.ConfigMapping;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Settings for the node of this test JVM. */
final class TestStores {
    private TestStores() {}

    @ConfigMapping(prefix = "test")
    interface TestConfig {
        CassandraSettings cassandra();
    }

    static String newKeyspace() {
        return "k" + UUID.randomUUID().toString().replace("-", "");
    }

    static CassandraSettings settings(String keyspace) {
        return settings(Map.of(
                "MILLRACE_TEST_CASSANDRA_CONTACT_POINTS",
                "127.0.0.1:" + TestCassandra.contactPoint().getPort(),
                "MILLRACE_TEST_CASSANDRA_DATACENTER",
                TestCassandra.datacenter(),
                "MILLRACE_TEST_CASSANDRA_KEYSPACE",
                keyspace,
                "MILLRACE_TEST_CASSANDRA_REPLICATION_FACTOR",
                "1"));
    }

    static CassandraSettings settings(Map<String, String> environment) {
        return Configuration.load(TestConfig.class, null, new HashMap<>(environment))
                .cassandra();
    }
}
