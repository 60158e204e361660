package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.NodeState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that an acknowledged write survives {@code kill -9} of a node. In Cassandra's default mode it does not: with
 * {@code commitlog_sync: periodic} writes of up to the sync period are acknowledged and not on disk.
 */
final class Durability {
    private static final Logger log = LoggerFactory.getLogger(Durability.class);

    private Durability() {}

    /** The nodes that can lose acknowledged writes, each with the reason; a WARN is logged for each. */
    static List<String> unsafeNodes(CqlSession session, String keyspace) {
        List<String> unsafe = new ArrayList<>();
        Row row = session.execute(SimpleStatement.newInstance(
                        "SELECT durable_writes FROM system_schema.keyspaces WHERE keyspace_name = ?", keyspace))
                .one();
        if (row != null && !row.getBoolean(0)) {
            unsafe.add("keyspace " + keyspace + ": durable_writes is false");
            log.warn(
                    "acknowledged writes can be lost: keyspace={} has durable_writes=false."
                            + " Fix: ALTER KEYSPACE {} WITH durable_writes = true",
                    keyspace,
                    keyspace);
        }
        for (Node node : session.getMetadata().getNodes().values()) {
            if (node.getState() != NodeState.DOWN) {
                String mode = commitLogMode(session, node);
                if (mode.equals("periodic")) {
                    unsafe.add(node.getEndPoint() + ": commitlog_sync is periodic");
                    log.warn(
                            "acknowledged writes can be lost when a node is killed: node={} commitlog_sync={}."
                                    + " Fix in its cassandra.yaml: commitlog_sync: batch, and"
                                    + " commitlog_disk_access_mode: direct; see docs/storage.md",
                            node.getEndPoint(),
                            mode);
                }
            }
        }
        return unsafe;
    }

    private static String commitLogMode(CqlSession session, Node node) {
        try {
            Row row = session.execute(SimpleStatement.newInstance(
                                    "SELECT value FROM system_views.settings WHERE name = 'commitlog_sync'")
                            .setNode(node))
                    .one();
            String mode = row == null ? null : row.getString(0);
            return mode == null ? "unknown" : mode.toLowerCase(Locale.ROOT);
        } catch (DriverException e) {
            log.warn("cannot read the commit log mode node={} reason={}", node.getEndPoint(), e.toString());
            return "unknown";
        }
    }
}
