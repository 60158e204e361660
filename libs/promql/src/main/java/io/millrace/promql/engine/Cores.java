package io.millrace.promql.engine;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The processor cores that queries share. Each query has one, that of its own thread; those that are left over help queries
 * with many series, until they are wanted elsewhere. So there are never more threads at work for queries than cores, unless
 * there are more queries than cores. Thread-safe.
 */
public final class Cores implements AutoCloseable {
    private final int total;
    private final AtomicInteger busy = new AtomicInteger();
    private final ExecutorService helpers;

    /** @param total from 1; with one there is never any help */
    public Cores(int total) {
        this.total = total;
        AtomicInteger number = new AtomicInteger();
        this.helpers = Executors.newFixedThreadPool(Math.max(1, total - 1), task -> {
            Thread thread = new Thread(task, "query-core-" + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
    }

    public int total() {
        return total;
    }

    /** Says that a query begins on the calling thread. */
    public void enter() {
        busy.incrementAndGet();
    }

    /** Says that it has ended. */
    public void leave() {
        busy.decrementAndGet();
    }

    /** Whether there is more to do than there are cores: who helps should stop. */
    public boolean areWanted() {
        return busy.get() > total;
    }

    /** Has a free core run something; false when there is none. */
    public boolean help(Runnable work) {
        int now = busy.get();
        while (now < total) {
            if (busy.compareAndSet(now, now + 1)) {
                return begin(work);
            }
            now = busy.get();
        }
        return false;
    }

    private boolean begin(Runnable work) {
        try {
            helpers.execute(() -> {
                try {
                    work.run();
                } finally {
                    busy.decrementAndGet();
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            busy.decrementAndGet();
            return false;
        }
    }

    /** Interrupts who helps. */
    @Override
    public void close() {
        helpers.shutdownNow();
    }
}
