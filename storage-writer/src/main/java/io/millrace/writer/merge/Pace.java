package io.millrace.writer.merge;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Makes a thread rest so that it works a share of the time only. Of one thread. */
final class Pace {
    /** Shorter rests would cost more than they give. */
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** A thread that is told to stop should not sleep long. */
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final int percent;
    private final LongSupplier nanoTime;
    private final Sleeper sleeper;
    private long since;

    /** Rests for a time. */
    interface Sleeper {
        void sleep(long nanos) throws InterruptedException;
    }

    /** @param percent of the time to work, 1 to 100 */
    Pace(int percent, LongSupplier nanoTime, Sleeper sleeper) {
        this.percent = percent;
        this.nanoTime = nanoTime;
        this.sleeper = sleeper;
        this.since = nanoTime.getAsLong();
    }

    /** Work begins: what was before does not count. */
    void begin() {
        since = nanoTime.getAsLong();
    }

    /** Rests if there was enough work since the last rest. */
    void rest() throws InterruptedException {
        long worked = nanoTime.getAsLong() - since;
        long due = worked / percent * (100 - percent);
        if (due >= LEAST_NANOS) {
            sleeper.sleep(Math.min(due, MOST_NANOS));
            since = nanoTime.getAsLong();
        } else if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedException();
        }
    }
}
