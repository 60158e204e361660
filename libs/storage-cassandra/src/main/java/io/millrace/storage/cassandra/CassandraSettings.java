package io.millrace.storage.cassandra;

import io.millrace.runtime.config.Checked;
import io.millrace.runtime.config.Doc;
import io.millrace.runtime.config.Problems;
import io.millrace.runtime.config.Range;
import io.millrace.runtime.config.Secret;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How to reach Cassandra and how Millrace's tables are made; a group {@code cassandra} in the mapping of a process. */
public interface CassandraSettings extends Checked {
    @Doc("Nodes to ask first, host:port.")
    @WithDefault("localhost:9042")
    List<String> contactPoints();

    @Doc("Data centre whose nodes are used.")
    @WithDefault("datacenter1")
    String datacenter();

    @Doc("Keyspace of all tables: a-z, 0-9 and _. Made when it is missing.")
    @WithDefault("millrace")
    String keyspace();

    @Doc(
            "Copies of all data when the keyspace is made; a keyspace that exists is left as it is. 3 survives the loss of a"
                    + " node; 1 is for a single node.")
    @WithDefault("3")
    @Range(min = "1", max = "16")
    int replicationFactor();

    @Doc("User name, where Cassandra asks for one.")
    Optional<String> username();

    @Doc("Password of that user.")
    Optional<Secret> password();

    @Doc(
            "How many copies must have a write, or answer a read. Below local-quorum an acknowledged write can be missing from"
                    + " the next read.")
    @WithDefault("local-quorum")
    Consistency consistency();

    @Doc("How long a process waits at start for Cassandra to answer.")
    @WithDefault("5m")
    @Range(min = "1s", max = "1h")
    Duration startTimeout();

    @Doc("How long one request may take. A write that takes longer is repeated, a read fails.")
    @WithDefault("10s")
    @Range(min = "100ms", max = "10m")
    Duration requestTimeout();

    @Doc("Connections to each node.")
    @WithDefault("2")
    @Range(min = "1", max = "64")
    int connectionsPerNode();

    @Doc("Compaction of the chunk tables when they are made, as a CQL map.")
    @WithDefault("{'class': 'UnifiedCompactionStrategy'}")
    String chunkCompaction();

    @Doc("Compaction of the other tables when they are made, as a CQL map.")
    @WithDefault("{'class': 'UnifiedCompactionStrategy'}")
    String compaction();

    /** Consistency levels that make sense here. */
    enum Consistency {
        LOCAL_ONE,
        LOCAL_QUORUM,
        QUORUM,
        EACH_QUORUM
    }

    @Override
    default void check(String prefix, Problems problems) {
        if (!keyspace().matches("[a-z][a-z0-9_]{0,47}")) {
            problems.add(prefix + "keyspace", "'" + keyspace() + "' is not 1 to 48 of a-z, 0-9 and _");
        }
        for (String contactPoint : contactPoints()) {
            if (!ContactPoints.isValid(contactPoint)) {
                problems.add(prefix + "contact-points", "'" + contactPoint + "' is not host:port");
            }
        }
        if (username().isPresent() != password().isPresent()) {
            problems.add(prefix + "username", "username and password go together");
        }
    }
}
