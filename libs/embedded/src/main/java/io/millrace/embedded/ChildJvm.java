package io.millrace.embedded;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One child process that runs a Java main class with the same JDK as this JVM.
 *
 * <h2>Life and death</h2>
 *
 * <p>The child reads its standard input, whose other end this process holds and never writes to. When this process ends,
 * even by {@code kill -9}, the child sees the end of the stream and stops in order. The child ignores SIGINT and SIGHUP:
 * Ctrl-C reaches every process of a terminal, and the services must flush into the nodes before the nodes stop. A child
 * that is paused at the moment its parent dies stays paused; nothing but a test pauses one.
 *
 * <p>The pid file lets the next start wait for a child of a killed parent that is still writing its last bytes.
 *
 * <p>Thread-safe: all methods are synchronized but the cheap look at whether the process is alive.
 */
final class ChildJvm {

    private static final Logger log = LoggerFactory.getLogger(ChildJvm.class);

    /** Between two looks at whether a node answers. */
    private static final long PROBE_MILLIS = 50;

    /** A signal that takes longer to arrive everywhere means that something is wrong with the machine. */
    private static final Duration SUSPEND_TIMEOUT = Duration.ofSeconds(5);

    /** How long {@link #stop} waits for an orderly end before it kills; the children's own deadlines are shorter. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(90);

    /**
     * What to run.
     *
     * @param name for messages and logs, such as {@code Kafka}
     * @param module the Maven module that has the main class and the libraries
     * @param jvmArguments options of the JVM, heap included
     * @param arguments what the main class gets
     * @param folder the node's own folder; the pid file goes there
     * @param logFile what the node logs to
     * @param outputFile standard output and error, written anew at each start
     */
    record Command(
            String name,
            String module,
            String mainClass,
            List<String> jvmArguments,
            List<String> arguments,
            Path folder,
            Path logFile,
            Path outputFile) {}

    private final Command command;
    private final PidFile pidFile;
    private volatile @Nullable Process process;

    ChildJvm(Command command) {
        this.command = command;
        this.pidFile = PidFile.in(command.folder());
    }

    /**
     * Starts the process and waits until {@code ready} says yes.
     *
     * @throws NodeException if it ends before, or is not ready within {@code timeout}; it is killed then
     */
    synchronized void start(BooleanSupplier ready, Duration timeout) {
        if (isAlive()) {
            throw new IllegalStateException(command.name() + " runs already, pid " + pid());
        }
        pidFile.awaitEndOfPredecessor(command.name());
        long start = System.nanoTime();
        Process started = launch();
        process = started;
        try {
            pidFile.write(started.toHandle());
        } catch (UncheckedIOException e) {
            kill(); // without the file a later start could not wait for its end
            throw new NodeException(command.name() + " cannot be started: " + e.getMessage(), e);
        }
        awaitReady(started, ready, start + timeout.toNanos(), timeout);
        log.info(
                "node ready name={} pid={} millis={}",
                command.name(),
                started.pid(),
                (System.nanoTime() - start) / 1_000_000);
    }

    private Process launch() {
        List<String> line = new ArrayList<>();
        // Ignored signals stay ignored through exec, and the JVM respects that.
        line.addAll(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh"));
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(command.jvmArguments());
        line.add("-Dmillrace.log.file=" + command.logFile());
        line.add("-cp");
        line.add(Installation.classpath(command.module()));
        line.add(command.mainClass());
        line.addAll(command.arguments());
        File output = command.outputFile().toFile();
        try {
            return new ProcessBuilder(line)
                    .directory(command.folder().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output)
                    .start();
        } catch (IOException e) {
            throw new NodeException(command.name() + " cannot be started: " + e.getMessage(), e);
        }
    }

    private void awaitReady(Process started, BooleanSupplier ready, long deadline, Duration timeout) {
        while (!ready.getAsBoolean()) {
            if (!started.isAlive()) {
                pidFile.delete();
                throw new NodeException(command.name() + " ended with exit code " + started.exitValue()
                        + " while it started. " + LogTail.describe(command.outputFile(), command.logFile()));
            }
            if (System.nanoTime() > deadline) {
                kill();
                throw new NodeException(command.name() + " was not ready after " + timeout.toSeconds() + " s. "
                        + LogTail.describe(command.outputFile(), command.logFile()));
            }
            pause(PROBE_MILLIS);
        }
    }

    boolean isAlive() {
        Process current = process;
        return current != null && current.isAlive();
    }

    /** What is done when the process started last ends, however it ends; called once, on another thread. */
    void onExit(Runnable action) {
        Process current = process;
        if (current != null) {
            CompletableFuture<Void> unused = current.onExit().thenRun(action);
        }
    }

    /** The pid of the process started last; -1 before the first start. */
    long pid() {
        Process current = process;
        return current == null ? -1 : current.pid();
    }

    /** Ends the process in order and waits for it; does nothing if it does not run. */
    synchronized void stop() {
        Process current = process;
        if (current == null || !current.isAlive()) {
            return;
        }
        long start = System.nanoTime();
        signal("CONT");
        current.destroy();
        if (!endsWithin(current, STOP_TIMEOUT)) {
            log.warn(
                    "node did not stop in time and is killed name={} seconds={}",
                    command.name(),
                    STOP_TIMEOUT.toSeconds());
            kill();
            return;
        }
        pidFile.delete();
        log.info(
                "node stopped name={} exitCode={} millis={}",
                command.name(),
                current.exitValue(),
                (System.nanoTime() - start) / 1_000_000);
    }

    /** SIGKILL, and waits until the process is gone. */
    synchronized void kill() {
        Process current = process;
        if (current == null) {
            return;
        }
        current.destroyForcibly();
        if (!endsWithin(current, Duration.ofSeconds(30))) {
            throw new NodeException(command.name() + " (pid " + current.pid() + ") does not end after SIGKILL");
        }
        pidFile.delete();
    }

    /**
     * SIGSTOP, and back only when every thread stands still: the kernel stops them one by one, and one that still runs may
     * answer a request. Without {@code /proc} it does not wait.
     */
    synchronized void suspend() {
        signal("STOP");
        Process current = process;
        if (current == null) {
            return;
        }
        long deadline = System.nanoTime() + SUSPEND_TIMEOUT.toNanos();
        while (current.isAlive() && !ThreadStates.allStopped(current.pid()) && System.nanoTime() < deadline) {
            pause(1);
        }
    }

    /** Sends a signal by name, such as {@code STOP}; does nothing if the process does not run. */
    synchronized void signal(String name) {
        Process current = process;
        if (current == null || !current.isAlive()) {
            return;
        }
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(current.pid()))
                    .redirectErrorStream(true)
                    .start();
            if (kill.waitFor() != 0 && current.isAlive()) {
                throw new NodeException("cannot send SIG" + name + " to " + command.name() + ", pid " + current.pid());
            }
        } catch (IOException e) {
            throw new NodeException("cannot run the command kill", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean endsWithin(Process process, Duration timeout) {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    private void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            kill();
            throw new NodeException("interrupted while " + command.name() + " started");
        }
    }
}
