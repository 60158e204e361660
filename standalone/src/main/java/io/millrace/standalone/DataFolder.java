package io.millrace.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds everything a standalone Millrace keeps.
 *
 * <pre>
 * millrace.marker   format number, and whether the first start went to the end
 * lock              locked by the process that uses the folder, as long as it lives
 * running           who that is and where it listens; see {@link RunFile}
 * admin.credentials the AccessKey of the commands of millrace; see {@link CommandCredentials}
 * kafka/ cassandra/ processor/ logs/
 * </pre>
 *
 * Not thread-safe.
 */
final class DataFolder {

    /** Raised when the layout changes so that an older Millrace must not touch it. */
    static final int FORMAT = 1;

    private static final String MARKER = "millrace.marker";
    private static final String STARTED_ONCE = "format=" + FORMAT + " state=complete";
    private static final String NEW = "format=" + FORMAT + " state=new";

    private final Path root;
    private @Nullable FileChannel lockChannel;

    DataFolder(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    Path root() {
        return root;
    }

    Path kafka() {
        return root.resolve("kafka");
    }

    Path cassandra() {
        return root.resolve("cassandra");
    }

    Path processor() {
        return root.resolve("processor");
    }

    Path logs() {
        return root.resolve("logs");
    }

    CommandCredentials commandCredentials() {
        return new CommandCredentials(root.resolve("admin.credentials"));
    }

    RunFile runFile() {
        return new RunFile(root.resolve("running"));
    }

    /**
     * Takes the folder for this process until it ends.
     *
     * @throws CommandException if another process has it, or if what is in it cannot be used
     */
    void take() {
        try {
            refuseForeign();
            Files.createDirectories(root);
            if (!lock()) {
                throw new CommandException("Another millrace works on the data folder " + root
                        + runFile()
                                .read()
                                .map(run -> " (process " + run.pid() + ")")
                                .orElse("")
                        + ": stop it with 'bin/millrace down', or give another folder with --data.");
            }
            checkMarker();
        } catch (IOException e) {
            throw new CommandException("The data folder " + root + " cannot be used: " + e + ".", e);
        }
    }

    /** Whether some process has the folder. */
    boolean isTaken() {
        if (!Files.exists(root.resolve("lock"))) {
            return false;
        }
        try {
            if (lock()) {
                release();
                return false;
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Remembers that Kafka and Cassandra hold data from here on. */
    void markComplete() {
        writeMarker(STARTED_ONCE);
    }

    /** Gives the folder free. Idempotent. */
    void release() {
        FileChannel channel = lockChannel;
        lockChannel = null;
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private boolean lock() throws IOException {
        FileChannel channel =
                FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            return false;
        }
        lockChannel = channel;
        return true;
    }

    /** A folder with other people's files in it is probably a typing mistake. */
    private void refuseForeign() throws IOException {
        if (Files.exists(root) && !Files.isDirectory(root)) {
            throw new CommandException("The data folder " + root + " is a file: give a folder with --data.");
        }
        if (!Files.exists(root) || Files.exists(root.resolve(MARKER))) {
            return;
        }
        try (Stream<Path> contents = Files.list(root)) {
            Optional<Path> foreign = contents.filter(
                            path -> !path.getFileName().toString().equals("lock"))
                    .sorted()
                    .findFirst();
            if (foreign.isPresent()) {
                throw new CommandException("The folder " + root + " has files in it that are not Millrace's ("
                        + foreign.get().getFileName() + "): give an empty or new folder with --data.");
            }
        }
    }

    private void checkMarker() throws IOException {
        Path marker = root.resolve(MARKER);
        if (!Files.exists(marker)) {
            writeMarker(NEW);
            return;
        }
        String text = Files.readString(marker).trim();
        if (!text.equals(NEW) && !text.equals(STARTED_ONCE)) {
            throw new CommandException("The data folder " + root + " was written by another version of Millrace ('"
                    + text + "', this one writes 'format=" + FORMAT
                    + "'): use that version, or give another folder with --data.");
        }
        if (text.equals(STARTED_ONCE)) {
            requirePart("Kafka", kafka().resolve("topics").resolve("meta.properties"));
            requirePart("Cassandra", cassandra().resolve("data").resolve("system"));
        }
    }

    private void requirePart(String name, Path path) {
        if (!Files.exists(path)) {
            throw new CommandException("The data folder " + root + " is half-written: the data of " + name
                    + " is missing (" + root.relativize(path)
                    + "). Restore the folder as a whole from a copy, or move it away to start empty.");
        }
    }

    private void writeMarker(String text) {
        Path marker = root.resolve(MARKER);
        Path temporary = root.resolve(MARKER + ".tmp");
        try {
            Files.writeString(temporary, text + "\n");
            Files.move(temporary, marker, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
