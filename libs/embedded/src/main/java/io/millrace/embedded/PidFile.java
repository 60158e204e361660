package io.millrace.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Remembers which process works on a data folder: its pid and the moment it started, so that a pid that the system gave
 * to somebody else is not taken for it. Not thread-safe; its owner locks.
 */
final class PidFile {

    /** A child whose parent was killed stops by itself; the longest of their own deadlines is 60 s. */
    private static final Duration PREDECESSOR_TIMEOUT = Duration.ofSeconds(75);

    private final Path file;

    PidFile(Path file) {
        this.file = file;
    }

    static PidFile in(Path folder) {
        return new PidFile(folder.resolve("node.pid"));
    }

    void write(ProcessHandle handle) {
        try {
            Files.writeString(file, handle.pid() + " " + startOf(handle) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the process of an earlier start is gone, if it is still there. */
    void awaitEndOfPredecessor(String name) {
        Optional<ProcessHandle> predecessor = read();
        if (predecessor.isPresent()) {
            try {
                predecessor.get().onExit().get(PREDECESSOR_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException e) {
                throw new NodeException(
                        "another " + name + " works on the data folder " + file.getParent() + ": stop process "
                                + predecessor.get().pid() + " first",
                        e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NodeException("interrupted while waiting for an earlier " + name + " to end", e);
            }
        }
        delete();
    }

    private Optional<ProcessHandle> read() {
        try {
            String[] parts = Files.readString(file).trim().split(" ", 2);
            Optional<ProcessHandle> handle = ProcessHandle.of(Long.parseLong(parts[0]));
            return handle.filter(process ->
                    process.isAlive() && parts.length == 2 && startOf(process).equals(parts[1]));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty(); // cut off by a crash: the machine's, since a running child has a whole line
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String startOf(ProcessHandle handle) {
        return handle.info().startInstant().map(Object::toString).orElse("unknown");
    }
}
