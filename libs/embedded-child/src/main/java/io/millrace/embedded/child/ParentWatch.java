package io.millrace.embedded.child;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Ends this process in order when the process that started it is gone.
 *
 * <p>The parent holds the other end of standard input and never writes to it. The kernel closes that end when the
 * parent ends for whatever reason, {@code kill -9} included, so end of stream is a signal that cannot be missed. If the
 * shutdown hooks do not finish before the deadline, the JVM is halted: a child never outlives its parent. Thread-safe.
 */
public final class ParentWatch {

    private ParentWatch() {}

    /**
     * Starts a daemon thread that reads {@code input} to its end and then exits the JVM with code 0.
     *
     * @param deadline how long the shutdown hooks may take before the JVM is halted
     * @param haltCode the exit code of a JVM that was halted
     */
    public static void watch(InputStream input, Duration deadline, int haltCode) {
        daemon("parent-watch", () -> {
            readToEnd(input);
            daemon("stop-deadline", () -> haltAfter(deadline, haltCode));
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

    private static void haltAfter(Duration deadline, int haltCode) {
        try {
            Thread.sleep(deadline.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(haltCode);
    }

    private static void daemon(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }
}
