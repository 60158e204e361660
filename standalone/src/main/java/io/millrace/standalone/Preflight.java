package io.millrace.standalone;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What must be so before anything starts; each failure is one sentence that says what to do. Stateless. */
final class Preflight {

    /** Cassandra 5.0 runs on 11 and 17, Millrace on 17 and later. */
    private static final int JAVA = 17;

    /**
     * A port that will be listened on.
     *
     * @param what for people, such as {@code the gateway}
     * @param option how to choose another one
     */
    record Port(String what, String host, int port, String option) {}

    private Preflight() {}

    static void requireJava(int feature) {
        if (feature != JAVA) {
            throw new CommandException(
                    "Millrace standalone needs Java 17, because Cassandra 5.0 does, and this is Java " + feature
                            + ": set JAVA_HOME to a JDK 17.");
        }
    }

    static void requireMemory(long available, long required) {
        if (available < required) {
            throw new CommandException(
                    "Only " + megabytes(available) + " of memory are free and Millrace standalone needs "
                            + megabytes(required)
                            + ": end other programs, or lower standalone.required-memory together with the heap sizes.");
        }
    }

    /** @param folder need not exist yet */
    static void requireDisk(Path folder, long required) {
        Path existing = folder;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            long free = Files.getFileStore(existing).getUsableSpace();
            if (free < required) {
                throw new CommandException("Only " + megabytes(free) + " are free on the disk of " + folder
                        + " and Millrace standalone needs " + megabytes(required)
                        + ": free some, or give a folder on another disk with --data.");
            }
        } catch (IOException e) {
            throw new CommandException("The data folder " + folder + " cannot be used: " + e + ".", e);
        }
    }

    static void requirePorts(List<Port> ports) {
        for (Port port : ports) {
            requirePort(port);
        }
    }

    private static void requirePort(Port wanted) {
        if (wanted.port() == 0) {
            return;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(wanted.host(), wanted.port()));
        } catch (IOException e) {
            throw new CommandException(
                    "Port " + wanted.port() + ", wanted for " + wanted.what() + ", is in use by "
                            + PortOwner.describe(wanted.port()) + ": end that, or choose another port with "
                            + wanted.option() + ".",
                    e);
        }
    }

    private static String megabytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
