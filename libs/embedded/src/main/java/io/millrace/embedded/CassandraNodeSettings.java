package io.millrace.embedded;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What an embedded Cassandra node needs to know.
 *
 * @param folder the node's own folder; created when absent
 * @param logFolder where {@code cassandra.log} and {@code cassandra.out} go; created when absent
 * @param port the CQL port on 127.0.0.1; 0 takes a free one
 * @param storagePort the port between nodes on 127.0.0.1, which a single node opens all the same; 0 takes a free one
 * @param heapMegabytes the most heap the node may use, in MiB; at least 384
 * @param memtableMegabytes memory for memtables outside the heap, in MiB
 * @param startTimeout how long the start may take
 */
public record CassandraNodeSettings(
        Path folder,
        Path logFolder,
        int port,
        int storagePort,
        int heapMegabytes,
        int memtableMegabytes,
        Duration startTimeout) {

    public CassandraNodeSettings {
        folder = folder.toAbsolutePath().normalize();
        logFolder = logFolder.toAbsolutePath().normalize();
    }

    /** Free ports, 640 MiB of heap, 256 MiB of memtables, logs beside the data. */
    public static CassandraNodeSettings in(Path folder) {
        return new CassandraNodeSettings(folder, folder, 0, 0, 640, 256, Duration.ofSeconds(180));
    }

    public CassandraNodeSettings withLogFolder(Path newLogFolder) {
        return new CassandraNodeSettings(
                folder, newLogFolder, port, storagePort, heapMegabytes, memtableMegabytes, startTimeout);
    }

    public CassandraNodeSettings withPorts(int newPort, int newStoragePort) {
        return new CassandraNodeSettings(
                folder, logFolder, newPort, newStoragePort, heapMegabytes, memtableMegabytes, startTimeout);
    }

    public CassandraNodeSettings withHeapMegabytes(int newHeapMegabytes) {
        return new CassandraNodeSettings(
                folder, logFolder, port, storagePort, newHeapMegabytes, memtableMegabytes, startTimeout);
    }

    public CassandraNodeSettings withMemtableMegabytes(int newMemtableMegabytes) {
        return new CassandraNodeSettings(
                folder, logFolder, port, storagePort, heapMegabytes, newMemtableMegabytes, startTimeout);
    }

    public CassandraNodeSettings withStartTimeout(Duration newStartTimeout) {
        return new CassandraNodeSettings(
                folder, logFolder, port, storagePort, heapMegabytes, memtableMegabytes, newStartTimeout);
    }
}
