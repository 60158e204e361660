package io.millrace.embedded.cassandra;

import io.millrace.embedded.child.ParentWatch;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.cassandra.service.CassandraDaemon;

/**
 * One Cassandra node as a child process, configured by {@code -Dcassandra.config=file:///…/cassandra.yaml}.
 *
 * <p>Cassandra drains in a shutdown hook of its own: after SIGTERM and after the end of standard input all memtables
 * are flushed and the commit log is empty. Exit codes: 0 after an orderly stop, 3 (Cassandra's own) or 100 when it could
 * not start, see the log; 4 when an orderly stop took longer than {@link #STOP_DEADLINE}; 5 when the disk is as good as
 * full.
 */
public final class NodeMain {

    /** An idle node stops in 4 to 5 s, one with full memtables needs the time to flush them. */
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(60);

    private NodeMain() {}

    /** Starts the node and returns when it has started; the node's own threads keep the JVM alive. */
    public static void main(String[] arguments) {
        // From the first moment: a parent that dies while the node still starts must not leave it behind.
        ParentWatch.watch(System.in, STOP_DEADLINE, 4);
        new DiskWatch(Path.of(System.getProperty("cassandra.storagedir", ".")), 5).start();
        CassandraDaemon.main(arguments);
    }
}
