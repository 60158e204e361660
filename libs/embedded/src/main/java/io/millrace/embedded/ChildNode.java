package io.millrace.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A server that runs as a child process on 127.0.0.1.
 *
 * <p>Ports and data stay the same through {@link #restart()}. The child ends when this JVM ends. Thread-safe.
 */
public abstract sealed class ChildNode implements AutoCloseable permits KafkaNode, CassandraNode {

    private final ChildJvm.Command command;
    private final Duration startTimeout;
    private final ChildJvm child;

    ChildNode(ChildJvm.Command command, Duration startTimeout) {
        this.command = command;
        this.startTimeout = startTimeout;
        this.child = new ChildJvm(command);
    }

    /**
     * Starts it again, after {@link #kill()} or {@link #close()}, with the same data and ports, and returns when it answers
     * clients.
     *
     * @throws NodeException if it cannot start, with the last lines of its log
     */
    public final void start() {
        try {
            Files.createDirectories(command.folder());
            Files.createDirectories(command.logFile().getParent());
            writeConfiguration();
        } catch (IOException e) {
            throw new NodeException("cannot write into " + command.folder() + ": " + e.getMessage(), e);
        }
        child.start(this::isServing, startTimeout);
    }

    /** Writes the file that the child reads at start into its folder. */
    abstract void writeConfiguration() throws IOException;

    /** Whether it answers clients. */
    abstract boolean isServing();

    /** Closes it in order if it runs, and starts it with the same data and ports. */
    public final void restart() {
        child.stop();
        start();
    }

    public final boolean isAlive() {
        return child.isAlive();
    }

    /** Runs {@code action} once, on another thread, when the process started last ends, for whatever reason. */
    public final void onExit(Runnable action) {
        child.onExit(action);
    }

    /** The operating system's id of the process started last. */
    public final long pid() {
        return child.pid();
    }

    /** The file it logs to. */
    public final Path logFile() {
        return command.logFile();
    }

    /** SIGKILL: no flush, no goodbye. Returns when the process is gone. */
    public final void kill() {
        child.kill();
    }

    /** SIGSTOP: connections stay open and nothing answers. */
    public final void pause() {
        child.suspend();
    }

    /** SIGCONT. */
    public final void resume() {
        child.signal("CONT");
    }

    /** Stops it in order and waits until it is gone. Idempotent. */
    @Override
    public final void close() {
        child.stop();
    }
}
