package io.millrace.standalone;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Lines at the terminal while things start and stop: what, then how long it took. Thread-safe; lines of things that
 * happen at the same time do not mix.
 */
final class Progress {

    private final PrintStream out;
    private volatile boolean muted;

    Progress(PrintStream out) {
        this.out = out;
    }

    /** A line by itself. */
    void say(String line) {
        if (!muted) {
            out.println(line);
            out.flush();
        }
    }

    /** Something that took a while and is done. */
    void done(String what, long startedNanos) {
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        say(String.format(Locale.ROOT, "  ok  %-60s %5.1f s", what, seconds));
    }

    /** Says nothing more: nobody looks any longer. */
    void mute() {
        muted = true;
    }
}
