package io.millrace.embedded.cassandra;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Ends this process in order when the process that started it is gone.
 *
 * <p>The parent holds the other end of standard input and never writes to it. The kernel closes that end when the
 * parent ends for whatever reason, {@code kill -9} included, so end of stream is a signal that cannot be missed. If the
 * shutdown hooks do not finish before {@link #STOP_DEADLINE}, the JVM is halted: a child never outlives its parent.
 */
final class ParentWatch {

    /** An idle node stops in 4 to 5 s, one with full memtables needs the time to flush them. */
    static final Duration STOP_DEADLINE = Duration.ofSeconds(60);

    private ParentWatch() {}

    /** Starts a daemon thread that reads {@code input} to its end and then exits the JVM with code 0. */
    static void watch(InputStream input) {
        daemon("parent-watch", () -> {
            readToEnd(input);
            daemon("stop-deadline", ParentWatch::haltAfterDeadline);
            System.exit(0);
        });
    }

    private static void readToEnd(InputStream input) {
        byte[] ignored = new byte[256];
        try {
            while (input.read(ignored) >= 0) {
                // nothing is ever sent; only the end matters
            }
        } catch (IOException e) {
            // a broken pipe is the end as well
        }
    }

    private static void haltAfterDeadline() {
        try {
            Thread.sleep(STOP_DEADLINE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(4);
    }

    private static void daemon(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }
}
