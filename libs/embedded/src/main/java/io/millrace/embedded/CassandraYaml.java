package io.millrace.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The {@code cassandra.yaml} of a node that is alone on one machine. A pure function of settings and ports. */
final class CassandraYaml {

    private CassandraYaml() {}

    /**
     * Fills the template.
     *
     * @param direct whether the commit log may be written past the page cache, which costs a third of the CPU of
     *     mapped files for large rows
     */
    static String of(CassandraNodeSettings settings, int port, int storagePort, boolean direct) {
        return resource("cassandra.yaml")
                .replace("@FOLDER@", quotable(settings.folder().toString()))
                .replace("@PORT@", Integer.toString(port))
                .replace("@STORAGE_PORT@", Integer.toString(storagePort))
                .replace("@MEMTABLE_HEAP@", settings.heapMegabytes() / 4 + "MiB")
                .replace("@MEMTABLE_OFFHEAP@", settings.memtableMegabytes() + "MiB")
                .replace("@COMMITLOG_ACCESS@", direct ? "direct" : "legacy");
    }

    static String resource(String name) {
        try (InputStream in = CassandraYaml.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is missing in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For the inside of a double-quoted YAML string. */
    private static String quotable(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
