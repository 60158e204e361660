package io.millrace.embedded.kafka;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * The one folder the broker keeps everything in, and its three states.
 *
 * <ul>
 *   <li><b>Formatted</b>: has {@code meta.properties}. Kafka writes that file last, so its presence means the format
 *       went to the end.
 *   <li><b>New</b>: absent, empty, or holding only what an interrupted format leaves ({@link #LEFT_BY_FORMAT}). No
 *       record can be in it, so it is emptied and formatted.
 *   <li><b>Half-written</b>: has other contents, such as topic folders, but no {@code meta.properties}. Formatting
 *       would disown them; it is refused.
 * </ul>
 *
 * Not thread-safe; used once at start.
 */
final class DataFolder {

    static final String META_PROPERTIES = "meta.properties";

    private static final Set<String> LEFT_BY_FORMAT =
            Set.of("bootstrap.checkpoint", "__cluster_metadata-0", ".lock", "meta.properties.tmp");

    private final Path folder;
    private final int nodeId;

    DataFolder(Path folder, int nodeId) {
        this.folder = folder;
        this.nodeId = nodeId;
    }

    static DataFolder of(Properties properties) {
        return new DataFolder(
                Path.of(properties.getProperty("log.dirs")), Integer.parseInt(properties.getProperty("node.id")));
    }

    /**
     * Formats the folder unless it is formatted already.
     *
     * @return whether it was formatted now
     * @throws IllegalStateException if the folder is half-written
     */
    boolean formatIfNew() throws Exception {
        if (Files.exists(folder.resolve(META_PROPERTIES))) {
            return false;
        }
        Files.createDirectories(folder);
        List<Path> contents = contents();
        for (Path path : contents) {
            if (!LEFT_BY_FORMAT.contains(path.getFileName().toString())) {
                throw new IllegalStateException("the data folder " + folder + " has Kafka data (" + path.getFileName()
                        + ") but no meta.properties, so it is half-written: restore it from a copy, or move it away to"
                        + " start empty");
            }
        }
        contents.forEach(DataFolder::delete);
        format();
        return true;
    }

    private List<Path> contents() throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.sorted().toList();
        }
    }

    private void format() throws Exception {
        Formatter formatter = new Formatter();
        formatter.setClusterId(Uuid.randomUuid().toString());
        formatter.setNodeId(nodeId);
        formatter.setControllerListenerName("CONTROLLER");
        formatter.setMetadataLogDirectory(folder.toString());
        formatter.addDirectory(folder.toString());
        formatter.setIgnoreFormatted(false);
        formatter.setUnstableFeatureVersionsEnabled(false);
        formatter.setReleaseVersion(MetadataVersion.latestProduction());
        // A static quorum of one: the voter's address is read from the configuration at each start, so ports may
        // change. A dynamic quorum would write it into the metadata log.
        formatter.setHasDynamicQuorum(false);
        formatter.setPrintStream(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        formatter.run();
    }

    private static void delete(Path root) {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
