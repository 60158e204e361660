package io.millrace.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real Cassandra node as a child process on 127.0.0.1.
 *
 * <p>Every acknowledged write is on disk: the commit log is synchronised per batch of writes. Closing drains it first.
 * Thread-safe.
 */
public final class CassandraNode extends ChildNode {

    private final CassandraNodeSettings settings;
    private final int port;
    private final int storagePort;

    private CassandraNode(CassandraNodeSettings settings, int port, int storagePort) {
        super(
                new ChildJvm.Command(
                        "Cassandra",
                        "embedded-cassandra",
                        "io.millrace.embedded.cassandra.NodeMain",
                        jvmArguments(settings),
                        List.of(),
                        settings.folder(),
                        settings.logFolder().resolve("cassandra.log"),
                        settings.logFolder().resolve("cassandra.out")),
                settings.startTimeout());
        this.settings = settings;
        this.port = port;
        this.storagePort = storagePort;
    }

    /**
     * Starts a node and returns when it answers clients.
     *
     * @throws NodeException if it cannot start, with the last lines of its log
     */
    public static CassandraNode start(CassandraNodeSettings settings) {
        if (Runtime.version().feature() != 17) {
            throw new NodeException("Cassandra 5.0 needs Java 17, and this is Java "
                    + Runtime.version().feature() + ": set JAVA_HOME to a JDK 17");
        }
        List<Integer> free = FreePorts.find(2);
        CassandraNode node = new CassandraNode(
                settings,
                settings.port() == 0 ? free.get(0) : settings.port(),
                settings.storagePort() == 0 ? free.get(1) : settings.storagePort());
        node.start();
        return node;
    }

    /**
     * Waits until the node that a killed process started in this folder has ended, which is seconds after its parent;
     * returns at once when there is none. {@link #start()} does so too; this is for who wants the ports free before.
     */
    public static void awaitPredecessor(Path folder) {
        PidFile.in(folder).awaitEndOfPredecessor("Cassandra");
    }

    @Override
    void writeConfiguration() throws IOException {
        boolean direct = DirectIo.isPossibleIn(settings.folder());
        Files.writeString(yamlFile(settings), CassandraYaml.of(settings, port, storagePort, direct));
    }

    @Override
    boolean isServing() {
        return CqlProbe.isServing(port);
    }

    /** The CQL port. */
    public int port() {
        return port;
    }

    /** The address for a driver. */
    public InetSocketAddress contactPoint() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** The name of the only data centre, which drivers ask for. */
    public String datacenter() {
        return "datacenter1";
    }

    private static Path yamlFile(CassandraNodeSettings settings) {
        return settings.folder().resolve("cassandra.yaml");
    }

    private static List<String> jvmArguments(CassandraNodeSettings settings) {
        List<String> arguments = new ArrayList<>();
        // Small at first: a node run by root locks what it has at start into memory.
        arguments.add("-Xms192m");
        arguments.add("-Xmx" + settings.heapMegabytes() + "m");
        CassandraYaml.resource("cassandra-jvm.args")
                .lines()
                .filter(line -> line.startsWith("-"))
                .forEach(arguments::add);
        arguments.add("-Dcassandra.config=" + yamlFile(settings).toUri());
        arguments.add("-Dcassandra.storagedir=" + settings.folder());
        arguments.add("-Dcassandra.logdir=" + settings.logFolder());
        return arguments;
    }
}
