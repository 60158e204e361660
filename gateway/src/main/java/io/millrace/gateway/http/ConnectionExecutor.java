package io.millrace.gateway.http;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.TryExecutor;

/**
 * Has a few threads of the pool go from connection to connection. When Kafka acknowledges, many requests end at once, and
 * each of their connections wants a thread to look for its next request: to wake one for each of them costs more than
 * what it then does. When connections wait and none has been taken for a while, because senders keep the threads busy with
 * large requests or without end, one thread more begins, and after the same while another. Everything that is not a
 * connection goes to the pool as it is. Thread-safe.
 */
final class ConnectionExecutor implements TryExecutor {
    /** Many times what a usual request takes. */
    private static final Duration STALL = Duration.ofMillis(20);

    /** After so many connections a thread that is one more than there should be leaves. */
    private static final int TURN = 64;

    private final TryExecutor pool;
    private final int threads;
    private final LongSupplier nanoClock;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger active = new AtomicInteger();

    /** When a connection was last taken. */
    private volatile long takenNanos;

    /** @param threads that work on connections at one time, while they come back from each of them */
    ConnectionExecutor(TryExecutor pool, int threads, LongSupplier nanoClock) {
        this.pool = pool;
        this.threads = threads;
        this.nanoClock = nanoClock;
        this.takenNanos = nanoClock.getAsLong();
    }

    /** @throws RejectedExecutionException when the pool takes no more work; then the job is forgotten */
    @Override
    public void execute(Runnable job) {
        if (!(job instanceof Connection)) {
            pool.execute(job);
            return;
        }
        waiting.add(job);
        try {
            beginIfNeeded();
        } catch (RejectedExecutionException e) {
            waiting.remove(job);
            throw e;
        }
    }

    @Override
    public boolean tryExecute(Runnable job) {
        return pool.tryExecute(job);
    }

    /** Looks whether connections wait and no thread comes back for them; called now and then, and when connections come. */
    void beginIfNeeded() {
        int now = active.get();
        while (!waiting.isEmpty() && (now < threads || isStalled())) {
            if (active.compareAndSet(now, now + 1)) {
                begin();
                return;
            }
            now = active.get();
        }
    }

    private boolean isStalled() {
        return nanoClock.getAsLong() - takenNanos > STALL.toNanos();
    }

    private void begin() {
        takenNanos = nanoClock.getAsLong();
        try {
            pool.execute(this::workOff);
        } catch (RejectedExecutionException e) {
            active.decrementAndGet();
            throw e;
        }
    }

    private void workOff() {
        try {
            for (int taken = 0; taken < TURN || active.get() <= threads; taken++) {
                Runnable job = waiting.poll();
                if (job == null) {
                    return;
                }
                takenNanos = nanoClock.getAsLong();
                job.run();
            }
        } finally {
            active.decrementAndGet();
            // for what came since the last look, and for the others when a job has failed
            beginIfNeeded();
        }
    }
}
