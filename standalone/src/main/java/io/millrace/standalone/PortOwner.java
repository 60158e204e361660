package io.millrace.standalone;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the process that listens on a TCP port, where the system tells (Linux, and the process is ours or we are root).
 * Stateless.
 */
final class PortOwner {

    private static final String LISTEN = "0A";

    private PortOwner() {}

    /** Such as {@code process 1234 (prometheus)}; {@code another process} where nobody tells. */
    static String describe(int port) {
        try {
            for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
                Optional<String> inode = listeningInode(Path.of(table), port);
                if (inode.isPresent()) {
                    return processWithSocket(inode.get());
                }
            }
        } catch (IOException e) {
            // not Linux, or not allowed
        }
        return "another process";
    }

    /** Lines are {@code sl local_address rem_address st ... inode}, the local address as hex address and hex port. */
    private static Optional<String> listeningInode(Path table, int port) throws IOException {
        String suffix = ":" + String.format(Locale.ROOT, "%04X", port);
        return Files.readAllLines(table).stream()
                .map(line -> line.trim().split("\\s+", 11))
                .filter(columns -> columns.length > 9 && columns[1].endsWith(suffix) && columns[3].equals(LISTEN))
                .map(columns -> columns[9])
                .findFirst();
    }

    private static String processWithSocket(String inode) throws IOException {
        String wanted = "socket:[" + inode + "]";
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (hasFile(process.resolve("fd"), wanted)) {
                    String name = Files.readString(process.resolve("comm")).trim();
                    return "process " + process.getFileName() + " (" + name + ")";
                }
            }
        }
        return "another process";
    }

    private static boolean hasFile(Path descriptors, String wanted) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(descriptors)) {
            for (Path file : files) {
                if (Files.readSymbolicLink(file).toString().equals(wanted)) {
                    return true;
                }
            }
        } catch (IOException e) {
            // ended meanwhile, or somebody else's
        }
        return false;
    }
}
