package io.millrace.testkit;

import io.millrace.embedded.CassandraNode;
import io.millrace.embedded.CassandraNodeSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * The Cassandra node of this test JVM: a real one in a child process, started when first asked for, stopped and its data
 * deleted when the JVM ends. Tests keep apart by keyspaces of their own, and leave it running as they found it.
 * Thread-safe.
 */
public final class TestCassandra {

    private TestCassandra() {}

    /** The address for a driver. */
    public static InetSocketAddress contactPoint() {
        return node().contactPoint();
    }

    /** The name of its only data centre. */
    public static String datacenter() {
        return node().datacenter();
    }

    /** The node itself, for tests that kill, pause or restart it. */
    public static CassandraNode node() {
        return Shared.NODE;
    }

    /** The JVM's class initialisation is the lock. */
    private static final class Shared {
        static final CassandraNode NODE = start();

        private static CassandraNode start() {
            Path folder = TemporaryFolder.create("cassandra");
            CassandraNode node = CassandraNode.start(CassandraNodeSettings.in(folder));
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                node.kill();
                                TemporaryFolder.delete(folder);
                            },
                            "test-cassandra-stop"));
            return node;
        }
    }
}
